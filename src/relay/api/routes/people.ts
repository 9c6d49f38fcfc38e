/** Who can be paged, and paging somebody as a test. */
import type { FastifyInstance } from 'fastify';
import type { Channel } from '../../events/types.ts';
import { findPerson } from '../../oncall/checks.ts';
import { addPerson, editPerson, removePerson } from '../../oncall/edits.ts';
import { personNamedBy } from '../../oncall/named-by.ts';
import { shiftsOfPerson } from '../../oncall/shifts-of.ts';
import type { Person } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { ApiError } from '../errors.ts';
import { Fields, given } from '../fields.ts';
import type { PersonDetailJson, ToldJson } from '../oncall-wire.ts';
import { told } from '../told.ts';
import type { Edited } from '../wire.ts';
import { shiftJson } from './next-shifts.ts';
import { readAsker } from './overrides.ts';

/** What `relay test` may expect to see. */
export interface Testing {
  /** The journal row of the test. */
  journal: string;
  /** One message each. */
  expect: { channel: Channel; to: string }[];
  /** Contact methods that nothing is sent to, and why. */
  skipped: { channel: Channel; to: string; why: string }[];
}

/** How far ahead the next shift is looked for. */
const NEXT_WITHIN_MS = 56 * 86_400_000;

export function peopleRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/people', () => core.roster.current().people);

  app.post('/v1/people', async (request): Promise<Edited<Person> | undefined> => {
    const fields = new Fields(request.body, ['id', 'name', 'email', 'phone', 'by']);
    const id = fields.text('id', 32);
    const name = fields.optionalText('name', 200);
    const email = fields.optionalText('email', 254);
    const phone = fields.optionalText('phone', 20);
    const by = fields.optionalText('by', 64) ?? 'api';
    fields.check();
    const wish = { id, ...given({ name, email, phone }) };
    const roster = await core.roster.edit(by, (base) => addPerson(base, wish));
    const added = roster.people.find((person) => person.id === id);
    return added && edited(added, core);
  });

  app.post<{ Params: { id: string } }>('/v1/people/:id', async (request): Promise<Edited<Person>> => {
    const { id } = request.params;
    const fields = new Fields(request.body, ['name', 'email', 'phone', 'by']);
    const name = fields.textOrEmpty('name', 200);
    const email = fields.textOrEmpty('email', 254);
    const phone = fields.textOrEmpty('phone', 20);
    const by = fields.optionalText('by', 64) ?? 'api';
    fields.check();
    const wish = given({ name, email, phone });
    const roster = await core.roster.edit(by, (base) => editPerson(base, id, wish));
    return edited(findPerson(roster, id), core);
  });

  app.get<{ Params: { id: string } }>('/v1/people/:id', (request): PersonDetailJson => {
    const roster = core.roster.current();
    const person = findPerson(roster, request.params.id);
    const nowMs = core.nowMs();
    const [next] = shiftsOfPerson(roster, person.id, nowMs, nowMs + NEXT_WITHIN_MS);
    return {
      ...person,
      namedBy: personNamedBy(roster, person.id),
      absences: (roster.absences ?? [])
        .filter((one) => one.person === person.id && one.untilMs > nowMs)
        .map(({ id, fromMs, untilMs, why }) => ({ id, fromMs, untilMs, why })),
      next: next === undefined ? null : shiftJson(next),
    };
  });

  app.post<{ Params: { id: string } }>('/v1/people/:id/remove', async (request): Promise<ToldJson> => {
    const { id } = request.params;
    const fields = new Fields(request.body ?? {}, ['zone', 'by']);
    const asker = readAsker(fields);
    fields.check();
    return told(
      core,
      asker,
      (base) => removePerson(base, id, core.nowMs(), core.catchAll()),
      (_, before) => `Removed ${id} (${findPerson(before, id).name})`,
    );
  });

  app.post<{ Params: { id: string } }>('/v1/people/:id/test', async (request): Promise<Testing> => {
    const fields = new Fields(request.body ?? {}, ['as']);
    const actor = fields.optionalText('as', 64) ?? 'api';
    fields.check();
    const person = findPerson(core.roster.current(), request.params.id);
    const ways = await waysTo(person, core);
    if (ways.expect.length === 0) {
      const why = ways.skipped.map((one) => `${one.channel} ${one.to}: ${one.why}`).join('; ');
      throw new ApiError(
        'failed',
        `Nothing can be sent to ${person.name}${why === '' ? ': no contact method' : ` (${why})`}.`,
        '`relay status` says what is missing for each channel.',
        409,
      );
    }
    const [row] = await core.accept([{ input: { kind: 'test', person: person.id, actor }, raw: null }]);
    return { journal: row?.id ?? '', ...ways };
  });
}

async function waysTo(person: Person, core: Core): Promise<Omit<Testing, 'journal'>> {
  const { channels } = await core.status();
  const ways: Omit<Testing, 'journal'> = { expect: [], skipped: [] };
  for (const { channel, address, disabled } of person.contacts) {
    const works = channels.find((one) => one.channel === channel);
    const why =
      disabled ??
      (works === undefined || works.transport === null ? (works?.text ?? 'not configured') : null);
    if (why === null) ways.expect.push({ channel, to: address });
    else ways.skipped.push({ channel, to: address, why });
  }
  return ways;
}
