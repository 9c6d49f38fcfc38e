/** Lists of incidents, one incident, and acting on it. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { IncidentBody } from '../../incidents/rows.ts';
import type { IncidentEntry, Store } from '../../store/port.ts';
import { act } from '../act.ts';
import type { Core } from '../core.ts';
import { Fields, wholeNumber } from '../fields.ts';
import { incidentDetail } from '../incident.ts';

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
