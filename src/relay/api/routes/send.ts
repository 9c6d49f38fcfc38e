/** `relay send`: an alert from the command line, through the same door as every other. */
import type { FastifyInstance } from 'fastify';
import { SEVERITIES } from '../../events/types.ts';
import type { AlertEvent } from '../../events/types.ts';
import { cleanDetails, cleanSummary, normaliseSummary } from '../../events/formats/index.ts';
import type { Envelope } from '../../engine/envelope.ts';
import { lineageKey } from '../../incidents/rows.ts';
import type { LineageState } from '../../incidents/types.ts';
import type { AggregateKey } from '../../store/port.ts';
import type { Core } from '../core.ts';
import { notFound, usage } from '../errors.ts';
import { Fields } from '../fields.ts';
import { findIncident } from '../incident.ts';

/** How long the answer waits for the incident's number. */
const NUMBER_WAIT_MS = 2_000;

export interface Sent {
  /** Null while the alert is durable and queued, or when a resolve found nothing open. */
  number: number | null;
  /** The incident's status; `queued`, or `none` when there is no such incident. */
  status: string;
  dedupKey: string;
}

export function sendRoutes(app: FastifyInstance, core: Core): void {
  app.post('/v1/send', async (request): Promise<Sent> => {
    const event = readEvent(request.body, core);
    const [row] = await core.accept([{ input: { kind: 'alert', events: [event] }, raw: null }]);
    const { dedupKey } = event;
    if (row === undefined || !(await core.whenDone(row.id, NUMBER_WAIT_MS))) {
      return { number: null, status: 'queued', dedupKey };
    }
    const number = await latestNumber(core, lineageKey(event.service, dedupKey));
    if (number === null) return { number: null, status: 'none', dedupKey };
    return { number, status: (await findIncident(core.store, number)).incident.status, dedupKey };
  });
}

function readEvent(body: unknown, core: Core): AlertEvent {
  const fields = new Fields(body, ['text', 'service', 'severity', 'key', 'resolve']);
  const text = fields.lines('text', 5_000) ?? '';
  if (text === '') fields.problem('text: is missing');
  const roster = core.roster.current();
  const service = fields.optionalText('service', 64) ?? roster.defaultService;
  const severity = fields.choice('severity', SEVERITIES) ?? 'unknown';
  const key = fields.optionalText('key', 255);
  const resolve = fields.flag('resolve');
  fields.check();
  if (!roster.services.some((one) => one.id === service)) {
    const names = roster.services.map((one) => one.id).join(', ');
    throw notFound(`There is no service ${service}.`, `Services are: ${names}.`);
  }
  const [first = '', ...more] = text.split(/\r?\n/);
  const summary = cleanSummary(first);
  if (summary === '') throw usage('text: has no visible character in its first line');
  const details = cleanDetails(more.join('\n'));
  return {
    action: resolve ? 'resolve' : 'trigger',
    service,
    dedupKey: key ?? normaliseSummary(summary),
    severity,
    summary,
    ...(details === '' ? {} : { details }),
    source: 'send',
  };
}

/** The present or last incident of a lineage; a resolve may have found none. */
async function latestNumber(core: Core, lineage: AggregateKey): Promise<number | null> {
  const { state } = await core.store.load(lineage);
  return (state as Envelope<LineageState> | null)?.domain.incident?.number ?? null;
}
