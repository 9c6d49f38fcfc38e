/**
 * Whether a report is overdue. Relay says so only when it could have heard the report: where it was away while one was
 * expected, the next is waited for, and no longer than that.
 */
import type { Heartbeat } from '../oncall/heartbeat.ts';
import type { Gap } from './types.ts';
import { showTime } from './words.ts';

/** When a report is expected: not before `fromMs`, and until `dueMs`. */
export interface Expected {
  /** When the one before it came. */
  sinceMs: number;
  fromMs: number;
  dueMs: number;
}

export interface Due {
  dueMs: number;
  /** Why it is later than the heartbeat's own times say; null: it isn't. */
  putOff: string | null;
}

/** What the clocks of two hosts may differ by, and a request may take. */
const PAD_MS = 5_000;

/**
 * A restart that falls into the time of the report each night would put it off each night: after so many in a row that
 * took only a part of that time, silence is silence.
 */
export const PARTLY_AWAY = 2;

/** The time in which the next report is expected, by the heartbeat's own times; null: none is. */
export function expectedOf(
  { everyMs, graceMs }: Pick<Heartbeat, 'everyMs' | 'graceMs'>,
  { sinceMs, startedMs }: { sinceMs: number | null; startedMs: number | null },
): Expected | null {
  if (startedMs !== null) return { sinceMs: startedMs, fromMs: startedMs, dueMs: startedMs + graceMs };
  if (sinceMs === null) return null;
  // So much earlier than a period after the last it may come as well.
  const earlyMs = Math.max(graceMs, everyMs / 10);
  return { sinceMs, fromMs: sinceMs + everyMs - earlyMs, dueMs: sinceMs + everyMs + graceMs };
}

/** Until when it may stay silent, with what relay itself missed. */
export function dueOf(
  { everyMs, graceMs }: Pick<Heartbeat, 'everyMs' | 'graceMs'>,
  expected: Expected,
  gaps: readonly Gap[],
): Due {
  let { sinceMs, fromMs, dueMs } = expected;
  let partly = 0;
  let putOff: string | null = null;
  const left = new Set(gaps);
  for (;;) {
    const gap = furthest(left, sinceMs, fromMs, dueMs);
    if (gap === null) return { dueMs, putOff };
    left.delete(gap);
    const wholly = gap.fromMs - PAD_MS <= fromMs && gap.untilMs + PAD_MS >= dueMs;
    if (!wholly && gap.jump !== true) partly += 1;
    if (partly > PARTLY_AWAY) return { dueMs, putOff };
    // Sent while relay was away, it is followed by another a period later: within one of the end, at whatever hour.
    const periods = Math.max(1, Math.floor((gap.untilMs + PAD_MS - fromMs) / everyMs) + 1);
    const latestMs = gap.untilMs + everyMs + graceMs;
    const nextMs = gap.jump === true ? latestMs : Math.min(latestMs, dueMs + periods * everyMs);
    dueMs = Math.max(dueMs, nextMs);
    fromMs = gap.untilMs;
    sinceMs = Math.max(sinceMs, gap.untilMs);
    putOff = `${awayWords(gap)}, when a report may have come; the next is waited for until ${showTime(dueMs)}`;
  }
}

function awayWords({ fromMs, untilMs, jump }: Gap): string {
  if (fromMs === 0) return `whether relay was there is not known before ${showTime(untilMs)}`;
  const away = jump === true ? 'relay or its clock stood still' : 'relay was away';
  return `${away} from ${showTime(fromMs)} until ${showTime(untilMs)}`;
}

/** Of the gaps in which the report may have come, the one that lasts longest. */
function furthest(gaps: ReadonlySet<Gap>, sinceMs: number, fromMs: number, dueMs: number): Gap | null {
  let last: Gap | null = null;
  for (const gap of gaps) {
    // After a jump nobody can say where in the period it fell.
    const earliestMs = gap.jump === true ? sinceMs : fromMs;
    if (gap.fromMs - PAD_MS > dueMs || gap.untilMs + PAD_MS < earliestMs) continue;
    if (last === null || gap.untilMs > last.untilMs) last = gap;
  }
  return last;
}
