/** Lists of incidents, one incident, and acting on it. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { IncidentBody } from '../../incidents/rows.ts';
import type { IncidentEntry, Store } from '../../store/port.ts';
import { act } from '../act.ts';
import { findPerson, findPolicy } from '../../oncall/checks.ts';
import { isZone, showTime } from '../../oncall/times.ts';
import type { Core } from '../core.ts';
import { Fields, wholeNumber } from '../fields.ts';
import { incidentDetail } from '../incident.ts';
import { order, type PersonsOrder } from '../order.ts';

const PAGE = 500;

export function incidentRoutes(app: FastifyInstance, core: Core): void {
  app.get<{ Querystring: { all?: string } }>('/v1/incidents', async (request, reply) => {
    const all = request.query.all !== undefined && request.query.all !== '0';
    // The first page is read before the answer starts, so that a store out of reach is still a proper error.
    const pages = incidentPages(core.store, all);
    const first = await pages.next();
    reply.type('application/json; charset=utf-8');
    return reply.send(Readable.from(asJsonArray(first.done === true ? [] : first.value, pages)));
  });

  app.get<{ Params: { number: string } }>('/v1/incidents/:number', (request) =>
    incidentDetail(core.store, wholeNumber(request.params.number, 'number', 1)),
  );

  for (const action of ['ack', 'resolve'] as const) {
    app.post<{ Params: { number: string } }>(`/v1/incidents/:number/${action}`, (request) => {
      const number = wholeNumber(request.params.number, 'number', 1);
      const fields = new Fields(request.body ?? {}, ['as']);
      const actor = fields.optionalText('as', 64) ?? 'api';
      fields.check();
      return act(core, action, number, actor);
    });
  }
  orderRoutes(app, core);
}

const SNOOZE_MAX_MS = 30 * 86_400_000;

/** What else a person decides about one incident. */
function orderRoutes(app: FastifyInstance, core: Core): void {
  const route = (
    verb: PersonsOrder['verb'],
    known: readonly string[],
    read: (fields: Fields) => PersonsOrder,
  ): void => {
    app.post<{ Params: { number: string } }>(`/v1/incidents/:number/${verb}`, (request) => {
      const number = wholeNumber(request.params.number, 'number', 1);
      const fields = new Fields(request.body ?? {}, [...known, 'as']);
      const actor = fields.optionalText('as', 64) ?? 'api';
      const what = read(fields);
      fields.check();
      return order(core, number, what, actor);
    });
  };
  route('snooze', ['untilMs', 'zone'], (fields) => {
    const nowMs = core.nowMs();
    const untilMs = fields.integer('untilMs', nowMs + 1, nowMs + SNOOZE_MAX_MS);
    if (untilMs === undefined) fields.problem('untilMs: say until when, at most 30 days from now');
    const zone = fields.optionalText('zone', 64) ?? 'UTC';
    if (!isZone(zone)) fields.problem('zone: is no time zone; write it like Europe/Berlin');
    fields.check();
    const atMs = untilMs ?? nowMs;
    return { verb: 'snooze', untilMs: atMs, until: showTime(atMs, nowMs, zone) };
  });
  route('reassign', ['person', 'policy'], (fields) => {
    const person = fields.optionalText('person', 64);
    const policy = fields.optionalText('policy', 64);
    if ((person === undefined) === (policy === undefined)) fields.problem('give a person or a policy');
    fields.check();
    const roster = core.roster.current();
    if (policy !== undefined) return { verb: 'reassign', policy: findPolicy(roster, policy).id };
    return { verb: 'reassign', person: findPerson(roster, person ?? '').id };
  });
  route('escalate', [], () => ({ verb: 'escalate' }));
  route('note', ['text'], (fields) => ({ verb: 'note', text: fields.text('text', 500) }));
}

/** Highest number first; without `all` only open ones. */
async function* incidentPages(store: Store, all: boolean): AsyncGenerator<IncidentEntry[], void> {
  let before: number | undefined;
  for (;;) {
    const page = await store.incidents({
      limit: PAGE,
      ...(all ? {} : { open: true }),
      ...(before === undefined ? {} : { before }),
    });
    yield page;
    before = page.at(-1)?.number;
    if (page.length < PAGE) return;
  }
}

/** A hundred thousand incidents are never all in memory at once. */
async function* asJsonArray(
  first: IncidentEntry[],
  rest: AsyncGenerator<IncidentEntry[], void>,
): AsyncGenerator<string, void> {
  let separator = '[';
  const chunk = (page: IncidentEntry[]): string => {
    const items = page.map((entry) => JSON.stringify(entry.body as IncidentBody)).join(',');
    const text = items === '' ? '' : separator + items;
    if (items !== '') separator = ',';
    return text;
  };
  yield chunk(first);
  for await (const page of rest) yield chunk(page);
  yield separator === '[' ? '[]' : ']';
}
