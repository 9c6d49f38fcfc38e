/** What was sent to people: the newest messages, and one with its whole life. */
import { findPerson } from '../../oncall/checks.ts';
import { readMessageId } from '../../notifications/rows.ts';
import type { Core } from '../core.ts';
import { notFound } from '../errors.ts';
import { messagesOf } from '../incident.ts';
import { messageDetailJson, messageOf, toldJson, newestFirst, newestMessages } from '../messages.ts';
import { toldBy } from '../../store/told.ts';
import { MESSAGE_DETAIL } from '../schemas/incidents.ts';
import { orElse, queryWhole, text } from '../table/given.ts';
import { get, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';

/** As many as one call answers; each has its text and its life. */
const MOST = 500;
const USUAL = 20;

/** The calls under /v1/messages. */
export const messageRoutes = (core: Core): Route[] => [
  get(
    '/v1/messages',
    {
      name: 'listMessages',
      summary: 'What was sent to people, the newest first, each with its whole life.',
      query: {
        person: text(64, 'Only to this person; else to everybody in the roster.'),
        incident: queryWhole(1, 'Only what told of this incident.'),
        limit: orElse(queryWhole(1, `At most so many, and never more than ${MOST}.`), () => USUAL, USUAL),
      },
      answer: listOf(MESSAGE_DETAIL),
    },
    async ({ query: { person, incident, limit } }) => {
      const { store, roster } = core;
      const most = Math.min(limit, MOST);
      if (incident !== undefined) {
        const about = (await messagesOf(store, incident)).toSorted(newestFirst);
        const to = about.filter((row) => person === undefined || row.person === person);
        if (to.length === 0 && person !== undefined) findPerson(roster.current(), person);
        return to.slice(0, most).map(messageDetailJson);
      }
      const people = person === undefined ? roster.current().people.map(({ id }) => id) : [person];
      const found = await newestMessages(store, people, most);
      // Who has left the roster has messages still; who never was in it is a slip.
      if (found.length === 0 && person !== undefined) findPerson(roster.current(), person);
      return found.map(messageDetailJson);
    },
  ),
  get(
    '/v1/messages/:id',
    {
      name: 'showMessage',
      summary:
        'One message, such as `ana.47`: its text, every incident that it told of, and what became of it.',
      answer: MESSAGE_DETAIL,
    },
    async ({ id }) => {
      const named = readMessageId(id);
      const row = named === null ? null : await messageOf(core.store, named.person, named.code);
      if (row === null) throw notFound(`There is no message ${id}.`, '`relay messages` lists them.');
      return { ...messageDetailJson(row), incidents: (await toldBy(core.store, row)).map(toldJson) };
    },
  ),
];
