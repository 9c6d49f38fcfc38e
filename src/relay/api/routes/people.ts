/** Who can be paged, and paging somebody as a test. */
import type { Channel } from '../../events/types.ts';
import { findPerson } from '../../oncall/checks.ts';
import { addPerson, editPerson, removePerson } from '../../oncall/edits.ts';
import { personNamedBy } from '../../oncall/named-by.ts';
import { shiftsOfPerson } from '../../oncall/shifts-of.ts';
import type { Person } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { ApiError } from '../errors.ts';
import { given } from '../fields.ts';
import type { PersonDetailJson, PersonJson } from '../oncall-wire.ts';
import { personJson } from '../person-json.ts';
import { PERSON, PERSON_DETAIL, PERSON_EDITED, TESTING, TOLD } from '../schemas/roster.ts';
import { AS, BY, needed, text, textOrEmpty, ZONE } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import { told } from '../told.ts';
import type { Edited } from '../wire.ts';
import { shiftJson } from './next-shifts.ts';

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

/** The calls under /v1/people. */
export const peopleRoutes = (core: Core): Route[] => [
  get(
    '/v1/people',
    { name: 'listPeople', summary: 'Everybody who can be paged.', answer: listOf(PERSON) },
    () => core.roster.current().people.map(personJson),
  ),
  post(
    '/v1/people',
    {
      name: 'addPerson',
      summary: 'Adds somebody.',
      body: {
        id: needed(text(32, 'Short name, used everywhere.')),
        name: text(200, 'Full name; else the short one.'),
        email: text(254, 'Where mails go.'),
        phone: text(20, 'Where texts go, as +15550100.'),
        voice: text(20, 'Which number is called, as +15550100.'),
        by: BY,
      },
      answer: PERSON_EDITED,
    },
    async ({ body: { id, by, ...rest } }): Promise<Edited<PersonJson>> => {
      const roster = await core.roster.edit(by, (base) => addPerson(base, { id, ...given(rest) }));
      return edited(personJson(findPerson(roster, id)), core);
    },
  ),
  post(
    '/v1/people/:id',
    {
      name: 'editPerson',
      summary: 'Changes how somebody is called or reached; a way that is given is on again if it was off.',
      body: {
        name: textOrEmpty(200, 'Full name.'),
        email: textOrEmpty(254, 'Where mails go; empty: nowhere.'),
        phone: textOrEmpty(20, 'Where texts go, as +15550100; empty: nowhere.'),
        voice: textOrEmpty(20, 'Which number is called, as +15550100; empty: none.'),
        by: BY,
      },
      answer: PERSON_EDITED,
    },
    async ({ id, body: { by, ...rest } }): Promise<Edited<PersonJson>> => {
      const roster = await core.roster.edit(by, (base) => editPerson(base, id, given(rest)));
      return edited(personJson(findPerson(roster, id)), core);
    },
  ),
  get(
    '/v1/people/:id',
    {
      name: 'showPerson',
      summary: 'One person, with what names them and their next shift.',
      answer: PERSON_DETAIL,
    },
    ({ id: asked }): PersonDetailJson => {
      const roster = core.roster.current();
      const person = findPerson(roster, asked);
      const nowMs = core.nowMs();
      const [next] = shiftsOfPerson(roster, person.id, nowMs, nowMs + NEXT_WITHIN_MS);
      return {
        ...personJson(person),
        namedBy: personNamedBy(roster, person.id),
        absences: (roster.absences ?? [])
          .filter((one) => one.person === person.id && one.untilMs > nowMs)
          .map(({ id, fromMs, untilMs, why }) => ({ id, fromMs, untilMs, why })),
        next: next === undefined ? null : shiftJson(next),
      };
    },
  ),
  post(
    '/v1/people/:id/remove',
    {
      name: 'removePerson',
      summary: 'Removes somebody whom nothing names.',
      body: { zone: ZONE, by: BY },
      answer: TOLD,
    },
    ({ id, body }) =>
      told(
        core,
        body,
        (base) => removePerson(base, id, core.nowMs(), core.catchAll()),
        (_, before) => `Removed ${id} (${findPerson(before, id).name})`,
      ),
  ),
  post(
    '/v1/people/:id/test',
    {
      name: 'testPerson',
      summary: 'Pages somebody for real on every channel.',
      body: { as: AS },
      answer: TESTING,
    },
    async ({ id, body }): Promise<Testing> => {
      const person = findPerson(core.roster.current(), id);
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
      const [row] = await core.accept([
        { input: { kind: 'test', person: person.id, actor: body.as }, raw: null },
      ]);
      return { journal: row?.id ?? '', ...ways };
    },
  ),
];

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
