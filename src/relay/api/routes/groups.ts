/** Groups: people who are told together. Each edit tells who is on call differently by it. */
import type { FastifyInstance } from 'fastify';
import { RosterError } from '../../oncall/book.ts';
import { findGroup } from '../../oncall/checks.ts';
import { addGroup, editGroup, removeGroup } from '../../oncall/edits.ts';
import { groupNamedBy } from '../../oncall/named-by.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { Fields } from '../fields.ts';
import type { GroupJson, ToldJson } from '../oncall-wire.ts';
import { told } from '../told.ts';
import { readAsker } from './overrides.ts';

/** The most names in one list. */
const NAMES_MOST = 100;

interface ById {
  Params: { id: string };
}

/** Registers the calls under /v1/groups. */
export function groupRoutes(app: FastifyInstance, core: Core): void {
  const shown = (roster: Roster, id: string): GroupJson => ({
    ...findGroup(roster, id),
    namedBy: groupNamedBy(roster, id),
  });

  app.get('/v1/groups', (): GroupJson[] => {
    const roster = core.roster.current();
    return (roster.groups ?? []).map(({ id }) => shown(roster, id));
  });

  app.get<ById>('/v1/groups/:id', (request): GroupJson => shown(core.roster.current(), request.params.id));

  app.post('/v1/groups', async (request): Promise<ToldJson> => {
    const fields = new Fields(request.body, ['id', 'people', 'zone', 'by']);
    const id = fields.text('id', 64);
    const people = readNames(fields, 'people');
    if (people === undefined) fields.problem('people: is missing');
    const asker = readAsker(fields);
    fields.check();
    return told(
      core,
      asker,
      (base) => addGroup(base, { id, people: people ?? [] }),
      (after) => `Added ${groupLine(after, id)}`,
    );
  });

  app.post<ById>('/v1/groups/:id', async (request): Promise<ToldJson> => {
    const { id } = request.params;
    const fields = new Fields(request.body, ['people', 'add', 'remove', 'zone', 'by']);
    const people = readNames(fields, 'people');
    const add = readNames(fields, 'add');
    const remove = readNames(fields, 'remove');
    if (people === undefined && add === undefined && remove === undefined)
      fields.problem('people, add, remove: give at least one of them');
    const asker = readAsker(fields);
    fields.check();
    const change = (base: Roster): Roster => {
      const before = findGroup(base, id);
      for (const person of remove ?? []) {
        if (before.people.includes(person)) continue;
        throw new RosterError(
          'not_found',
          `${person} is not in group ${id}`,
          `In it are: ${before.people.join(', ')}.`,
        );
      }
      const wanted = [...(people ?? before.people), ...(add ?? [])];
      return editGroup(base, id, { people: wanted.filter((one) => remove?.includes(one) !== true) });
    };
    return told(core, asker, change, (after) => `Changed ${groupLine(after, id)}`);
  });

  app.post<ById>('/v1/groups/:id/remove', async (request): Promise<ToldJson> => {
    const { id } = request.params;
    const fields = new Fields(request.body ?? {}, ['zone', 'by']);
    const asker = readAsker(fields);
    fields.check();
    return told(
      core,
      asker,
      (base) => removeGroup(base, id),
      () => `Removed group ${id}`,
    );
  });
}

const groupLine = (roster: Roster, id: string): string =>
  `group ${id}: ${findGroup(roster, id).people.join(', ')}`;

/** A list of texts of one line each; absent when the field is. */
export function readNames(fields: Fields, name: string, max = 64): string[] | undefined {
  if (!fields.has(name)) return undefined;
  return fields.list(name, NAMES_MOST, (item, at) => {
    if (typeof item === 'string' && item.trim() !== '' && item.length <= max) return item.trim();
    fields.problem(`${at}: must be text of at most ${max} characters`);
    return '';
  });
}
