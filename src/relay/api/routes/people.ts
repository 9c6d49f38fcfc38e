/** Who can be paged, and paging somebody as a test. */
import { findPerson } from '../../oncall/checks.ts';
import { addPerson, editNotifications, editPerson, removePerson } from '../../oncall/edits.ts';
import { revokeLinks } from '../../oncall/links.ts';
import { personNamedBy } from '../../oncall/named-by.ts';
import { notificationsWords } from '../../oncall/notification-words.ts';
import { notificationWarnings } from '../../oncall/notification-warnings.ts';
import { shiftsOfPerson } from '../../oncall/shifts-of.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { ApiError } from '../errors.ts';
import { given } from '../fields.ts';
import { noAnswerTo, notifiedJson, reachOf, type Reach } from '../notified.ts';
import { hostZone } from '../oncall-view.ts';
import type { PersonDetailJson, PersonJson, PersonNotified } from '../oncall-wire.ts';
import { personJson } from '../person-json.ts';
import { PERSON, PERSON_DETAIL, PERSON_EDITED, PERSON_NOTIFIED, TESTING, TOLD } from '../schemas/roster.ts';
import { AS, BY, flag, names, needed, queryTime, text, textOrEmpty, ZONE, zone } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import { told } from '../told.ts';
import type { Edited } from '../wire.ts';
import { shiftJson } from './next-shifts.ts';
import { NOTIFICATION_EDIT, notificationEdit } from './notification-fields.ts';

/** What `relay test` may expect to see. */
export interface Testing extends Reach {
  /** The journal row of the test. */
  journal: string;
  /** Why no answer to it can come, such as that mail to relay doesn't come in; absent: one can. */
  noAnswer?: string;
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
        zone: zone('Of their hours, in which times are shown to them too.'),
        push: names('Topics, rooms or sirens, as a push provider knows them.', 200),
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
        zone: textOrEmpty(64, 'Of their hours, in which times are shown to them too; empty: none.'),
        revokeLinks: flag('Links in messages sent until now lead nowhere any more.'),
        push: names('All topics, rooms or sirens, as a push provider knows them; empty: none.', 200, 0),
        by: BY,
      },
      answer: PERSON_EDITED,
    },
    async ({ id, body: { by, revokeLinks: revoke, ...rest } }): Promise<Edited<PersonJson>> => {
      const roster = await core.roster.edit(by, (base) => {
        const isOnly = revoke && Object.keys(given(rest)).length === 0;
        const next = isOnly ? base : editPerson(base, id, given(rest));
        return revoke ? revokeLinks(next, id, core.nowMs()) : next;
      });
      return edited(personJson(findPerson(roster, id)), core);
    },
  ),
  get(
    '/v1/people/:id',
    {
      name: 'showPerson',
      summary: 'One person: how they are told, what names them and their next shift.',
      query: { at: queryTime('How they would be told of what begins then; else now.') },
      answer: PERSON_DETAIL,
    },
    async ({ id: asked, query }): Promise<PersonDetailJson> => {
      const { channels } = await core.status();
      const roster = core.roster.current();
      const person = findPerson(roster, asked);
      const nowMs = core.nowMs();
      const [next] = shiftsOfPerson(roster, person.id, nowMs, nowMs + NEXT_WITHIN_MS);
      return {
        ...personJson(person),
        notified: notifiedJson(person, channels, { atMs: query.at ?? nowMs, nowMs, hostZone: hostZone() }),
        namedBy: personNamedBy(roster, person.id),
        absences: (roster.absences ?? [])
          .filter((one) => one.person === person.id && one.untilMs > nowMs)
          .map(({ id, fromMs, untilMs, why }) => ({ id, fromMs, untilMs, why })),
        next: next === undefined ? null : shiftJson(next),
      };
    },
  ),
  post(
    '/v1/people/:id/notifications',
    {
      name: 'editNotifications',
      summary: 'Changes how somebody is told: notification rules, quiet hours.',
      description:
        'Rules count from 1; the first that applies decides, and without any every contact is used at once.',
      body: { ...NOTIFICATION_EDIT, by: BY },
      answer: PERSON_NOTIFIED,
    },
    async ({ id, body: { by, ...wish }, fields }): Promise<PersonNotified> => {
      const edit = notificationEdit(wish, fields);
      const roster = await core.roster.edit(by, (base) => editNotifications(base, id, edit));
      const person = findPerson(roster, id);
      const { zone: inZone = hostZone() } = person;
      return edited(
        {
          ...personJson(person),
          text: `${id} is told, times in ${inZone}: ${notificationsWords(person)}`,
          rosterVersion: roster.version,
          warnings: notificationWarnings(person, core.nowMs(), hostZone()).map((one) => one.text),
        },
        core,
      );
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
      const status = await core.status();
      const ways = reachOf(person, status.channels);
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
      const noAnswer = noAnswerTo(ways, status);
      return { journal: row?.id ?? '', ...ways, ...(noAnswer === null ? {} : { noAnswer }) };
    },
  ),
];
