/** What another roster would change: its lines, who would be on call differently, and turns that jump. Pure. */
import type { Roster } from '../types.ts';
import { differences } from './differences.ts';
import { dutyChanges, PLAN_MS, type DutyChange } from './duty-changes.ts';
import { jumps, type Jump } from './jumps.ts';

export interface Plan {
  /** The roster's changes in words, one each; none: it stays as it is. */
  changes: string[];
  /** Who would be on call differently until `untilMs`. */
  oncall: DutyChange[];
  /** Differences beyond those in `oncall`. */
  more: number;
  jumps: Jump[];
  fromMs: number;
  untilMs: number;
}

/** More would not be read. */
const ONCALL_MOST = 500;

/** The plan of going from one roster to another at `nowMs`. */
export function planOf(before: Roster, after: Roster, nowMs: number): Plan {
  const all = before === after ? [] : dutyChanges(before, after, nowMs);
  return {
    changes: differences(before, after),
    oncall: all.slice(0, ONCALL_MOST),
    more: Math.max(0, all.length - ONCALL_MOST),
    jumps: jumps(before, after, nowMs),
    fromMs: nowMs,
    untilMs: nowMs + PLAN_MS,
  };
}
