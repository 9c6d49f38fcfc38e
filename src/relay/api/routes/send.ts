/** `relay send`: an alert from the command line, through the same door as every other. */
import { SEVERITIES } from '../../events/types.ts';
import type { AlertEvent } from '../../events/types.ts';
import { cleanDetails, cleanSummary, normaliseSummary } from '../../events/formats/index.ts';
import type { Envelope } from '../../engine/envelope.ts';
import { lineageKey } from '../../incidents/rows.ts';
import type { LineageState } from '../../incidents/types.ts';
import type { AggregateKey } from '../../store/port.ts';
import type { Core } from '../core.ts';
import { notFound, usage } from '../errors.ts';
import { findIncident } from '../incident.ts';
import { SENT } from '../schemas/incidents.ts';
import { choice, flag, lines, needed, text, type ReadAs } from '../table/given.ts';
import { post, type Route } from '../table/route.ts';

/** How long the answer waits for the incident's number. */
const NUMBER_WAIT_MS = 2_000;

export interface Sent {
  /** Null while the alert is durable and queued, or when a resolve found nothing open. */
  number: number | null;
  /** The incident's status; `queued`, or `none` when there is no such incident. */
  status: string;
  dedupKey: string;
}

const BODY = {
  text: needed(lines(5_000, 'The first line is the summary.')),
  service: text(64, 'Which service; else the default one.'),
  severity: choice(SEVERITIES, 'Else `unknown`.'),
  key: text(255, 'The dedup key: alerts with the same one are one incident.'),
  resolve: flag('The problem is over.'),
};

/** The call /v1/send. */
export const sendRoutes = (core: Core): Route[] => [
  post(
    '/v1/send',
    { name: 'send', summary: 'An alert, or its end.', body: BODY, answer: SENT },
    async ({ body }): Promise<Sent> => {
      const event = eventOf(body, core);
      const [row] = await core.accept([{ input: { kind: 'alert', events: [event] }, raw: null }]);
      const { dedupKey } = event;
      if (row === undefined || !(await core.whenDone(row.id, NUMBER_WAIT_MS))) {
        return { number: null, status: 'queued', dedupKey };
      }
      const number = await latestNumber(core, lineageKey(event.service, dedupKey));
      if (number === null) return { number: null, status: 'none', dedupKey };
      return { number, status: (await findIncident(core.store, number)).incident.status, dedupKey };
    },
  ),
];

function eventOf(
  { text: said, service: named, severity = 'unknown', key, resolve }: ReadAs<typeof BODY>,
  core: Core,
): AlertEvent {
  const roster = core.roster.current();
  const service = named ?? roster.defaultService;
  if (!roster.services.some((one) => one.id === service)) {
    const names = roster.services.map((one) => one.id).join(', ');
    throw notFound(`There is no service ${service}.`, `Services are: ${names}.`);
  }
  const [first = '', ...more] = said.split(/\r?\n/);
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
