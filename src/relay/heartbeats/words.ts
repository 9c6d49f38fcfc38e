/** What is said of a heartbeat: in the incident's summary, its details and the history. */
import type { AlertEvent } from '../events/types.ts';
import type { Heartbeat } from '../oncall/heartbeat.ts';
import { heartbeatDedupKey } from './rows.ts';
import type { HeartbeatInput, HeartbeatState } from './types.ts';

/** As much as an event's details hold. */
const DETAILS_CHARS = 4_000;
const SUMMARY_CHARS = 1_024;
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;
/** Days only from here on: "25 h" says more of a daily job than "1 d 1 h". */
const DAYS_FROM_MS = 3 * 86_400_000;

type Ping = Extract<HeartbeatInput, { kind: 'ping' }>;

/** `25 h`, `1 h 30 min`, `45 s`: at most two units. */
export function showSpan(ms: number): string {
  let restMs = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const parts: string[] = [];
  for (const [unit, unitMs] of UNITS) {
    if (unit === 'd' && ms < DAYS_FROM_MS) continue;
    const count = Math.floor(restMs / unitMs);
    if (count === 0) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(`${count} ${unit}`);
    restMs -= count * unitMs;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** `2026-11-21 02:00:13 UTC`. */
export const showTime = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** How a job ended: "exit code 2 after 12 s". */
export function showEnd({
  exitCode,
  signal,
  durationMs,
}: Pick<Ping, 'exitCode' | 'signal' | 'durationMs'>): string {
  const how =
    signal === undefined ? (exitCode === undefined ? '' : `exit code ${exitCode}`) : `ended by ${signal}`;
  const after = durationMs === undefined ? '' : `after ${showSpan(durationMs)}`;
  return [how, after].filter((part) => part !== '').join(' ');
}

/** The incident's one line when nothing was reported in time. */
export function missedSummary(definition: Heartbeat, state: HeartbeatState, nowMs: number): string {
  const { id, everyMs, graceMs } = definition;
  if (state.startedMs !== null)
    return `${id} started ${showSpan(nowMs - state.startedMs)} ago and has not finished (it may take ${showSpan(graceMs)})`;
  const times = `every ${showSpan(everyMs)}, grace ${showSpan(graceMs)}`;
  const last = state.lastSuccessMs === null ? '' : `; last report ${showTime(state.lastSuccessMs)}`;
  return `${id} has not reported for ${showSpan(nowMs - (state.sinceMs ?? nowMs))} (${times}${last})`;
}

/** The event that opens an incident about silence. */
export const missedEvent = (definition: Heartbeat, summary: string, putOff: string | null): AlertEvent => ({
  ...eventOf(definition, 'trigger', summary),
  ...(putOff === null ? {} : { details: `Before, ${putOff}.` }),
});

/** The event of a job that says itself that it failed. */
export function failedEvent(
  definition: Heartbeat,
  ping: Pick<Ping, 'exitCode' | 'signal' | 'durationMs' | 'output'>,
): AlertEvent {
  const end = showEnd(ping);
  const last = lastLine(ping.output ?? '');
  const summary = [`${definition.id} failed${end === '' ? '' : `: ${end}`}`, last]
    .filter((part) => part !== '')
    .join(': ');
  const details = (ping.output ?? '').trim().slice(-DETAILS_CHARS);
  return {
    ...eventOf(definition, 'trigger', cut(summary, SUMMARY_CHARS)),
    ...(details === '' ? {} : { details }),
  };
}

/** Both open and close the same incident. */
export const eventOf = (
  { id, service, severity }: Pick<Heartbeat, 'id' | 'service' | 'severity'>,
  action: 'trigger' | 'resolve',
  summary: string,
): AlertEvent => ({
  action,
  service,
  dedupKey: heartbeatDedupKey(id),
  severity: severity ?? 'error',
  summary,
  source: 'heartbeat',
  check: id,
});

/** What the history shows of a ping's output: the last line of what was logged, or said of a failure. */
export const saidIn = ({ what, output = '' }: Pick<Ping, 'what' | 'output'>): string =>
  what === 'log' || what === 'fail' ? lastLine(output) : '';

function lastLine(output: string): string {
  const lines = output.split('\n').map((line) =>
    [...line]
      .filter((one) => one >= ' ' && one !== '\u007f')
      .join('')
      .trim(),
  );
  return cut(lines.findLast((line) => line !== '') ?? '', 200);
}

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;
