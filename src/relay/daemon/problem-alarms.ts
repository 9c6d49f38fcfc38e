/**
 * Problems that nobody may overlook until they look at `relay status` by chance: they become incidents of relay itself,
 * one a problem and host.
 */
import type { Clock } from '../engine/ports.ts';
import type { Severity } from '../events/types.ts';
import type { Problem, ProblemBoard } from '../observe/problems.ts';
import type { OwnAlarm } from './own-alarm.ts';

const MINUTE_MS = 60_000;
/** What comes and goes is one incident. */
const SETTLE_MS = 5 * MINUTE_MS;
/** What a former life left open: its problem, if it lasts, is back by then. */
const FORMER_MS = 15 * MINUTE_MS;

interface Rule {
  /** The problem's id on the board. */
  problem: string;
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
  { problem: 'canary', severity: 'critical', afterMs: 5 * MINUTE_MS, isQuietAlone: true },
];

export interface ProblemAlarmParts {
  board: Pick<ProblemBoard, 'watch' | 'list'>;
  alarm: Pick<OwnAlarm, 'raise' | 'clear'>;
  clock: Clock;
  host: string;
  /** This host has no quorum, or is only coming back to it. */
  isAlone(): boolean;
}

/** Begins to watch the board; what a former life left open is resolved unless its problem comes back. Returns what ends it. */
export function alarmOfProblems({ board, alarm, clock, host, isAlone }: ProblemAlarmParts): () => void {
  const waiting = new Map<string, () => void>();
  const rest = (id: string): void => {
    waiting.get(id)?.();
    waiting.delete(id);
  };
  const look = (rule: Rule): void => {
    waiting.delete(rule.problem);
    const standing = board.list().find(({ id }) => id === rule.problem);
    if (standing === undefined) return;
    if (rule.isQuietAlone && isAlone()) lookIn(MINUTE_MS, rule);
    else raise(rule, standing);
  };
  const lookIn = (delayMs: number, rule: Rule): void => {
    waiting.set(
      rule.problem,
      clock.after(delayMs, () => look(rule)),
    );
  };
  const raise = (rule: Rule, { text, cure }: Problem): void =>
    alarm.raise(keyOf(rule), { summary: `${host}: ${text}`, severity: rule.severity, cure });
  const keyOf = (rule: Rule): string => `${rule.problem} ${host}`;
  const unwatch = board.watch((id, stands) => {
    const rule = RULES.find((one) => one.problem === id);
    if (rule === undefined) return;
    rest(id);
    if (!stands) alarm.clear(keyOf(rule), SETTLE_MS);
    else if (rule.afterMs > 0) lookIn(rule.afterMs, rule);
    else look(rule);
  });
  for (const rule of RULES) alarm.clear(keyOf(rule), FORMER_MS);
  return () => {
    unwatch();
    for (const cancel of waiting.values()) cancel();
  };
}
