/** What a rotation answers for a stretch of time. Types and their comparison only. */
import type { Layer, Override } from '../types.ts';

/** One shift of one layer, whoever works it. */
export interface Turn {
  /** From 0. */
  layer: number;
  shift: Layer['shift'];
  fromMs: number;
  /** null: the only member's shift has no end. */
  untilMs: number | null;
}

/** Somebody whose turn it would have been. */
export interface Absent {
  person: string;
  /** null: no longer in the roster. */
  why: string | null;
}

/** Why this person, or nobody, as data for words. */
export type Because =
  | { kind: 'shift'; turn: Turn }
  /** It was the turn of the first in `absent`, then of the others. */
  | { kind: 'absence'; turn: Turn; absent: Absent[] }
  /** `over`: the earlier override that would count otherwise. */
  | { kind: 'override'; override: Override; over: Override | null }
  /** In place of `override.instead`. */
  | { kind: 'swap'; override: Override; over: Override | null }
  /** `broken`: why the rotation can't be read at all. */
  | { kind: 'gap'; absent: Absent[]; broken: string | null };

export interface Answer {
  /** null: nobody. */
  person: string | null;
  /** Whose layer it is, from 0; null for overrides and gaps. */
  layer: number | null;
  because: Because;
}

/** An answer and for how long it holds: from `fromMs` until before `untilMs`. */
export interface Span extends Answer {
  fromMs: number;
  untilMs: number;
}

/** Whether two answers say the same for the same reason. */
export function sameAnswer(a: Answer, b: Answer): boolean {
  return a.person === b.person && a.layer === b.layer && sameReason(a.because, b.because);
}

function sameReason(a: Because, b: Because): boolean {
  if (a === b) return true;
  if (a.kind === 'shift') return b.kind === 'shift' && sameTurn(a.turn, b.turn);
  if (a.kind === 'absence')
    return b.kind === 'absence' && sameTurn(a.turn, b.turn) && sameAbsent(a.absent, b.absent);
  if (a.kind === 'gap') return b.kind === 'gap' && sameAbsent(a.absent, b.absent);
  return a.kind === b.kind && a.override === b.override && a.over === b.over;
}

const sameTurn = (a: Turn, b: Turn): boolean => a.layer === b.layer && a.fromMs === b.fromMs;

const sameAbsent = (a: Absent[], b: Absent[]): boolean =>
  a.length === b.length &&
  a.every((one, index) => one.person === b[index]?.person && one.why === b[index]?.why);
