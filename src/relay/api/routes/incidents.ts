/** Lists of incidents, one incident, and acting on it. */
import { Readable } from 'node:stream';
import type { IncidentBody } from '../../incidents/rows.ts';
import { incidentPages } from '../../store/incident-pages.ts';
import type { IncidentEntry } from '../../store/port.ts';
import { ACT_MANY_MOST, actMany } from '../act-many.ts';
import { act } from '../act.ts';
import { findPerson, findPolicy } from '../../oncall/checks.ts';
import { showTime } from '../../oncall/times.ts';
import type { Core } from '../core.ts';
import { usage } from '../errors.ts';
import { incidentDetail } from '../incident.ts';
import { order, type PersonsOrder } from '../order.ts';
import { rawOf } from '../raw.ts';
import { ACTED, ACTED_MANY, INCIDENT, INCIDENT_DETAIL, RAW } from '../schemas/incidents.ts';
import { AS, instantMs, needed, numbers, orElse, queryFlag, queryWhole, text, zone } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';

const SNOOZE_MAX_MS = 30 * 86_400_000;

/** The calls under /v1/incidents. */
export const incidentRoutes = (core: Core): Route[] => [
  get(
    '/v1/incidents',
    {
      name: 'listIncidents',
      summary: 'Incidents, the newest first; without `all` only open ones.',
      query: { all: queryFlag('Every one that is kept.') },
      answer: listOf(INCIDENT),
    },
    async ({ query, reply }) => {
      // The first page is read before the answer starts, so that a store out of reach is still a proper error.
      const pages = incidentPages(core.store, { all: query.all });
      const first = await pages.next();
      reply.type('application/json; charset=utf-8');
      return Readable.from(asJsonArray(first.done === true ? [] : first.value, pages));
    },
  ),
  get(
    '/v1/incidents/:number',
    {
      name: 'showIncident',
      summary: 'One incident: every decision with its reason, and every message.',
      answer: INCIDENT_DETAIL,
    },
    ({ number }) => incidentDetail(core.store, number),
  ),
  get(
    '/v1/incidents/:number/raw',
    {
      name: 'showOriginal',
      summary: 'The mail or request that an incident came from, as it came.',
      query: { event: queryWhole(1, 'Which of its events, from 1; else the one that opened it.') },
      answer: RAW,
    },
    ({ number, query }) => rawOf(core.store, number, query.event),
  ),
  ...(['ack', 'resolve'] as const).map((action) =>
    post(
      `/v1/incidents/${action}`,
      {
        name: action === 'ack' ? 'acknowledgeIncidents' : 'resolveIncidents',
        summary: `${action === 'ack' ? 'Acknowledges' : 'Resolves'} many at once, each by its number.`,
        description: `At most ${ACT_MANY_MOST} in one call. What is so already stays as it is${action === 'ack' ? ', and so does what is snoozed' : ''}.`,
        body: {
          numbers: needed(numbers(ACT_MANY_MOST, 'Which.')),
          as: AS,
        },
        answer: ACTED_MANY,
      },
      ({ body }) => actMany(core, action, body.numbers, body.as),
    ),
  ),
  post(
    '/v1/incidents/:number/ack',
    {
      name: 'acknowledgeIncident',
      summary: 'Acknowledges it: nobody else is paged about it.',
      body: { as: AS },
      answer: ACTED,
    },
    ({ number, body }) => act(core, 'ack', number, body.as),
  ),
  post(
    '/v1/incidents/:number/resolve',
    { name: 'resolveIncident', summary: 'Resolves it.', body: { as: AS }, answer: ACTED },
    ({ number, body }) => act(core, 'resolve', number, body.as),
  ),
  post(
    '/v1/incidents/:number/snooze',
    {
      name: 'snoozeIncident',
      summary: 'Puts it off: an answer that ends by itself.',
      body: {
        untilMs: needed(instantMs('Until then, in milliseconds since 1970; at most 30 days from now.')),
        zone: orElse(zone('In which time the timeline tells until when.'), () => 'UTC', 'UTC'),
        as: AS,
      },
      answer: ACTED,
    },
    ({ number, body: { untilMs, zone: inZone, as }, fields }) => {
      const nowMs = core.nowMs();
      fields.check();
      if (untilMs <= nowMs)
        throw usage(
          `${showTime(untilMs, nowMs, inZone)} is over already`,
          'Say until when it is put off: 2h, or until fri 18:00.',
        );
      if (untilMs > nowMs + SNOOZE_MAX_MS)
        throw usage(
          `${showTime(untilMs, nowMs, inZone)} is over 30 days away`,
          'Put it off for less: 30d, or until fri 18:00.',
        );
      return order(core, number, { verb: 'snooze', untilMs, until: showTime(untilMs, nowMs, inZone) }, as);
    },
  ),
  post(
    '/v1/incidents/:number/reassign',
    {
      name: 'reassignIncident',
      summary: 'Gives it to a person, or to a policy whose rules do not count.',
      body: {
        person: text(64, 'To whom; either this or a policy.'),
        policy: text(64, 'By which policy from now on.'),
        as: AS,
      },
      answer: ACTED,
    },
    ({ number, body: { person, policy, as }, fields }) => {
      if ((person === undefined) === (policy === undefined)) fields.problem('give a person or a policy');
      fields.check();
      const roster = core.roster.current();
      const { version: rosterVersion } = roster;
      const what: PersonsOrder =
        policy === undefined
          ? { verb: 'reassign', person: findPerson(roster, person ?? '').id, rosterVersion }
          : { verb: 'reassign', policy: findPolicy(roster, policy).id, rosterVersion };
      return order(core, number, what, as);
    },
  ),
  post(
    '/v1/incidents/:number/escalate',
    {
      name: 'escalateIncident',
      summary: 'Pages the next level now, also of what is acknowledged, snoozed or waiting.',
      body: { as: AS },
      answer: ACTED,
    },
    ({ number, body }) => order(core, number, { verb: 'escalate' }, body.as),
  ),
  post(
    '/v1/incidents/:number/note',
    {
      name: 'noteOnIncident',
      summary: 'Writes a line into its timeline.',
      body: { text: needed(text(500, 'The line.')), as: AS },
      answer: ACTED,
    },
    ({ number, body }) => order(core, number, { verb: 'note', text: body.text }, body.as),
  ),
];

/** A hundred thousand incidents are never all in memory at once. */
async function* asJsonArray(
  first: IncidentEntry[],
  rest: AsyncGenerator<IncidentEntry[], void>,
): AsyncGenerator<string, void> {
  let separator = '[';
  const chunk = (page: IncidentEntry[]): string => {
    const items = page.map((entry) => JSON.stringify(entry.body as IncidentBody)).join(',');
    const said = items === '' ? '' : separator + items;
    if (items !== '') separator = ',';
    return said;
  };
  yield chunk(first);
  for await (const page of rest) yield chunk(page);
  yield separator === '[' ? '[]' : ']';
}
