/** `relay send`: an alert from the command line, through the same door as every other. */
import { createHash } from 'node:crypto';
import { SEVERITIES } from '../../events/types.ts';
import type { AlertEvent } from '../../events/types.ts';
import { cleanDetails, cleanSummary, normaliseSummary } from '../../events/formats/index.ts';
import { NO_MESSAGE } from '../../events/formats/rules/message.ts';
import { Ruler } from '../../events/ruler.ts';
import type { Envelope } from '../../engine/envelope.ts';
import { lineageKey } from '../../incidents/rows.ts';
import type { LineageState } from '../../incidents/types.ts';
import type { AggregateKey } from '../../store/port.ts';
import type { Core } from '../core.ts';
import { notFound, usage } from '../errors.ts';
import { findIncident } from '../incident.ts';
import { requireSure } from '../lacking.ts';
import { SENT } from '../schemas/incidents.ts';
import { choice, flag, instantMs, lines, needed, readWhole, text, type ReadAs } from '../table/given.ts';
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
  id: text(64, 'Names this call: made again with the same words, also on another host, it is taken once.'),
  saidAtMs: instantMs('When it was first said, where that was before.'),
  saidHost: text(64, 'Where.'),
};

/** The call /v1/send. */
export const sendRoutes = (core: Core): Route[] => [
  post(
    '/v1/send',
    { name: 'send', summary: 'An alert, or its end.', body: BODY, answer: SENT },
    async ({ body }) => {
      // What it ends may still lie in the outbox here, and would open later with nothing to close it.
      if (body.resolve) await core.takeKept?.();
      return take(core, body);
    },
  ),
];

/**
 * The same call, made by a command whose daemon is away. Rejects as the route does. `isKept`: whoever made it is gone,
 * and can't be told that there is no such service: the default one takes it then, as of mail.
 */
export function sendFrom(core: Core, body: unknown, isKept = false): Promise<Sent> {
  return take(core, readWhole(BODY, body), isKept);
}

async function take(core: Core, body: ReadAs<typeof BODY>, isKept = false): Promise<Sent> {
  const said = eventOf(body, core, isKept);
  const message = { ...NO_MESSAGE, subject: said.summary, body: said.details ?? '' };
  const events = await rulerOf(core).apply(() => message, [said]);
  const stableId = body.id === undefined ? {} : { stableId: `send/${body.id}/${digestOf(body)}` };
  const [row] = await core.accept([{ ...stableId, input: { kind: 'alert', events }, raw: null }]);
  const { dedupKey } = events[0] ?? said;
  if (row === undefined || !(await core.whenDone(row.id, NUMBER_WAIT_MS))) {
    return { number: null, status: 'queued', dedupKey };
  }
  // A recovery may have gone to several places, one of which had an incident; a service that groups gave it another key.
  for (const { action, service, dedupKey: key } of row.input.kind === 'alert' ? row.input.events : []) {
    const number = action === 'none' ? null : await latestNumber(core, lineageKey(service, key));
    if (number === null) continue;
    return { number, status: (await findIncident(core.store, number)).incident.status, dedupKey: key };
  }
  return { number: null, status: 'none', dedupKey };
}

/** Of what is said: an id that is used for something else must not make that look like something that was taken. */
function digestOf({ text: words, service, severity, key, resolve }: ReadAs<typeof BODY>): string {
  const said = JSON.stringify([words, service ?? null, severity ?? null, key ?? null, resolve]);
  return createHash('sha256').update(said).digest('hex').slice(0, 16);
}

const rulers = new WeakMap<Core, Ruler>();

/** The team's rules as this daemon has them. */
function rulerOf(core: Core): Ruler {
  const known = rulers.get(core) ?? Ruler.of(() => core.roster.current());
  rulers.set(core, known);
  return known;
}

/** Said longer ago, it was kept somewhere meanwhile: whoever is paged should know. */
const LATE_MS = 60_000;

function lateness(core: Core, { saidAtMs, saidHost }: ReadAs<typeof BODY>): string[] {
  if (saidAtMs === undefined || core.nowMs() - saidAtMs < LATE_MS) return [];
  const minutes = Math.round((core.nowMs() - saidAtMs) / 60_000);
  return [`said ${minutes} min before on ${saidHost ?? 'another host'}, which could not reach relay`];
}

function eventOf(body: ReadAs<typeof BODY>, core: Core, isKept: boolean): AlertEvent {
  const { text: said, service: named, severity = 'unknown', key, resolve } = body;
  const roster = core.roster.current();
  const wanted = named ?? roster.defaultService;
  const isThere = roster.services.some((one) => one.id === wanted);
  if (!isThere) {
    requireSure(core, `There is no service ${wanted}.`);
    const names = roster.services.map((one) => one.id).join(', ');
    if (!isKept) throw notFound(`There is no service ${wanted}.`, `Services are: ${names}.`);
  }
  const service = isThere ? wanted : roster.defaultService;
  const why = [...(isThere ? [] : [`sent to ${wanted}, which is no service`]), ...lateness(core, body)].join(
    '; ',
  );
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
    ...(why === '' ? {} : { reason: why }),
  };
}

/** The present or last incident of a lineage; a resolve may have found none. */
async function latestNumber(core: Core, lineage: AggregateKey): Promise<number | null> {
  const { state } = await core.store.load(lineage);
  return (state as Envelope<LineageState> | null)?.domain.incident?.number ?? null;
}
