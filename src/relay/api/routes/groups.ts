/** Groups: people who are told together. Each edit tells who is on call differently by it. */
import { RosterError } from '../../oncall/book.ts';
import { findGroup } from '../../oncall/checks.ts';
import { addGroup, editGroup, removeGroup } from '../../oncall/edits.ts';
import { groupNamedBy } from '../../oncall/named-by.ts';
import type { Roster } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import type { GroupJson } from '../oncall-wire.ts';
import { GROUP, TOLD } from '../schemas/roster.ts';
import { BY, names, needed, text, ZONE } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import { told } from '../told.ts';

/** The calls under /v1/groups. */
export function groupRoutes(core: Core): Route[] {
  const shown = (roster: Roster, id: string): GroupJson => ({
    ...findGroup(roster, id),
    namedBy: groupNamedBy(roster, id),
  });

  return [
    get('/v1/groups', { name: 'listGroups', summary: 'The groups.', answer: listOf(GROUP) }, () => {
      const roster = core.roster.current();
      return (roster.groups ?? []).map(({ id }) => shown(roster, id));
    }),
    get(
      '/v1/groups/:id',
      { name: 'showGroup', summary: 'One group, and what names it.', answer: GROUP },
      ({ id }) => shown(core.roster.current(), id),
    ),
    post(
      '/v1/groups',
      {
        name: 'addGroup',
        summary: 'Adds a group.',
        body: {
          id: needed(text(64, 'Its name.')),
          people: needed(names('Who is in it.')),
          zone: ZONE,
          by: BY,
        },
        answer: TOLD,
      },
      ({ body: { id, people, ...asker } }) =>
        told(
          core,
          asker,
          (base) => addGroup(base, { id, people }),
          (after) => `Added ${groupLine(after, id)}`,
        ),
    ),
    post(
      '/v1/groups/:id',
      {
        name: 'editGroup',
        summary: 'Changes who is in a group.',
        body: {
          people: names('All of them.'),
          add: names('Who joins.'),
          remove: names('Who leaves.'),
          zone: ZONE,
          by: BY,
        },
        answer: TOLD,
      },
      ({ id, body: { people, add, remove, ...asker }, fields }) => {
        if (people === undefined && add === undefined && remove === undefined)
          fields.problem('people, add, remove: give at least one of them');
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
      },
    ),
    post(
      '/v1/groups/:id/remove',
      {
        name: 'removeGroup',
        summary: 'Removes a group that nothing names.',
        body: { zone: ZONE, by: BY },
        answer: TOLD,
      },
      ({ id, body }) =>
        told(
          core,
          body,
          (base) => removeGroup(base, id),
          () => `Removed group ${id}`,
        ),
    ),
  ];
}

const groupLine = (roster: Roster, id: string): string =>
  `group ${id}: ${findGroup(roster, id).people.join(', ')}`;
