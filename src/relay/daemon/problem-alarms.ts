/**
 * Problems that nobody may overlook until they look at `relay status` by chance: they become incidents of relay itself,
 * one a problem and host.
 */
import type { Clock } from '../engine/ports.ts';
import { CLOCK_OFF } from '../engine/skew.ts';
import { ACCOUNT_PROBLEM, TRANSPORT_PROBLEM } from '../engine/transport-health.ts';
import type { Severity } from '../events/types.ts';
import type { Problem, ProblemBoard } from '../observe/problems.ts';
import { CLOCK_UNSYNCED } from './clock-sync.ts';
import { DISK_LOW } from './disk-watch.ts';
import type { OwnAlarm } from './own-alarm.ts';

const MINUTE_MS = 60_000;
/** What comes and goes is one incident. */
const SETTLE_MS = 5 * MINUTE_MS;
/** What a former life left open: its problem, if it lasts, is back by then. */
const FORMER_MS = 15 * MINUTE_MS;

interface Rule {
  /** The problem's id on the board; with `each`, what stands before a provider's name there. */
  problem: string;
  /** One problem, and one incident, for each provider. */
  each?: 'provider';
  /** All hosts see the same: one incident for all of them. */
  isShared?: true;
  severity: Severity;
  /** It must have stood so long. */
  afterMs: number;
  /** Each host that pages alone says that there is no quorum: this would be the same again. */
  isQuietAlone: boolean;
}

const RULES: readonly Rule[] = [
  // Rule 14; the problem itself comes after five minutes.
  { problem: 'undone', severity: 'error', afterMs: 0, isQuietAlone: true },
  // Rule 12: one disk is the last resort.
  { problem: 'one-disk', severity: 'critical', afterMs: 0, isQuietAlone: false },
  // Rule 15: the row stays in the spool.
  { problem: 'spool-unfit', severity: 'error', afterMs: 0, isQuietAlone: false },
  // Rule 4 has no order for what two of one name accept.
  { problem: 'twin', severity: 'critical', afterMs: 0, isQuietAlone: false },
  // Alerts that are mailed there wait, and nobody knows of them.
  { problem: 'imap', severity: 'error', afterMs: 10 * MINUTE_MS, isQuietAlone: false },
  // When it is full, alerts can't be kept, and Cassandra stands still.
  { problem: DISK_LOW, severity: 'error', afterMs: 5 * MINUTE_MS, isQuietAlone: false },
  // Over 100 ms, or kept right by nothing: over a second, when stamps aren't trusted, is an alarm of its own (Watching.trust).
  { problem: CLOCK_OFF, severity: 'warning', afterMs: 10 * MINUTE_MS, isQuietAlone: true },
  { problem: CLOCK_UNSYNCED, severity: 'warning', afterMs: 15 * MINUTE_MS, isQuietAlone: true },
  { problem: 'canary', severity: 'critical', afterMs: 5 * MINUTE_MS, isQuietAlone: true },
  // Told by way of the others. What is over with the next look at the provider wakes nobody.
  {
    problem: TRANSPORT_PROBLEM,
    each: 'provider',
    severity: 'error',
    afterMs: 2 * MINUTE_MS,
    isQuietAlone: false,
  },
  {
    problem: ACCOUNT_PROBLEM,
    each: 'provider',
    severity: 'error',
    afterMs: 0,
    isShared: true,
    isQuietAlone: false,
  },
];

/** The rule of a problem on the board. */
const ruleOf = (id: string): Rule | undefined =>
  RULES.find(({ problem, each }) => (each === undefined ? id === problem : id.startsWith(problem)));

export interface ProblemAlarmParts {
  board: Pick<ProblemBoard, 'watch' | 'list'>;
  alarm: Pick<OwnAlarm, 'raise' | 'clear'>;
  clock: Clock;
  host: string;
  /** This host has no quorum, or is only coming back to it. */
  isAlone(): boolean;
  /** Names of the providers in use. */
  providers(): string[];
}

/** Begins to watch the board; what a former life left open is resolved unless its problem comes back. Returns what ends it. */
export function alarmOfProblems({
  board,
  alarm,
  clock,
  host,
  isAlone,
  providers,
}: ProblemAlarmParts): () => void {
  const waiting = new Map<string, () => void>();
  const rest = (id: string): void => {
    waiting.get(id)?.();
    waiting.delete(id);
  };
  const look = (id: string, rule: Rule): void => {
    waiting.delete(id);
    const standing = board.list().find((one) => one.id === id);
    if (standing === undefined) return;
    if (rule.isQuietAlone && isAlone()) lookIn(MINUTE_MS, id, rule);
    else raise(rule, standing);
  };
  const lookIn = (delayMs: number, id: string, rule: Rule): void => {
    waiting.set(
      id,
      clock.after(delayMs, () => look(id, rule)),
    );
  };
  const raise = (rule: Rule, { id, text, cure }: Problem): void =>
    alarm.raise(keyOf(id, rule), { summary: `${host}: ${text}`, severity: rule.severity, cure });
  const keyOf = (id: string, { isShared }: Rule): string => (isShared === true ? id : `${id} ${host}`);
  const unwatch = board.watch((id, stands) => {
    const rule = ruleOf(id);
    if (rule === undefined) return;
    rest(id);
    if (!stands) alarm.clear(keyOf(id, rule), SETTLE_MS);
    else if (rule.afterMs > 0) lookIn(rule.afterMs, id, rule);
    else look(id, rule);
  });
  for (const rule of RULES) {
    const names = rule.each === undefined ? [''] : providers();
    for (const name of names) alarm.clear(keyOf(rule.problem + name, rule), FORMER_MS);
  }
  return () => {
    unwatch();
    for (const cancel of waiting.values()) cancel();
  };
}
