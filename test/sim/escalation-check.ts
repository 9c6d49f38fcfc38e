/** S6 and S11: levels are told in order, and none before the one before it had its time. */
import type { Ask } from '../../src/relay/engine/effects.ts';
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import { roundsOf, type AloneCheck, type Tell } from './alone-check.ts';
import type { Change } from '../../src/relay/store/port.ts';

/** A decision and its commit lie this far apart at most, with reads and slow commits between. */
const SLACK_MS = 14_000;
const CATCH_ALL_AGAIN_MS = 30 * 60_000;

interface Telling {
  level: number;
  last: boolean;
  round: number;
  sentAtMs: number;
  /** A host without a quorum told it (rule 13); whether anybody was reached by then. */
  alone?: { reached: boolean };
}

interface EscalationCheckParts {
  fail(invariant: string, text: string): void;
  wallSuspect(): boolean;
  levels(service: string): number[];
  alone: AloneCheck;
}

export class EscalationCheck {
  readonly #parts: EscalationCheckParts;
  readonly #last = new Map<number, Telling>();
  /** Incidents with a reason to go on early since the last telling. */
  readonly #hurried = new Set<number>();

  constructor(parts: EscalationCheckParts) {
    this.#parts = parts;
  }

  /** The incident comes to know what a host did about it alone, as `number`: it goes on from the further of both (rule 13). */
  joins(here: number, number: number, others: EscalationCheck): void {
    const theirs = others.#last.get(number);
    const ours = this.#last.get(here);
    if (theirs === undefined) return;
    const ahead = ours === undefined ? 1 : compare(theirs, ours);
    if (ahead < 0) return;
    const alone = { reached: this.#parts.alone.reached(number) };
    const sentAtMs =
      ahead === 0 && ours !== undefined ? Math.max(ours.sentAtMs, theirs.sentAtMs) : theirs.sentAtMs;
    this.#last.set(here, { ...theirs, sentAtMs, alone });
    if (others.#hurried.has(number)) this.#hurried.add(here);
  }

  onCommit(change: Change, tells: Tell[], sentAtMs: number): void {
    for (const row of change.rows) {
      if (row.kind !== TIMELINE) continue;
      const { kind, actor } = row.body as TimelineRow;
      if (kind === 'unreachable' || (kind === 'escalate' && actor !== 'relay'))
        this.#hurried.add(Number(row.key.slice(0, row.key.indexOf('/'))));
    }
    const seen = new Set<string>();
    for (const { ask } of [...tells].sort((a, b) => a.ask.counter - b.ask.counter)) {
      // People of one level are told at once; in a round that comes back in the same commit a level is told anew.
      const telling = `${ask.number}/${ask.last ? 'catch-all' : ask.level}`;
      if (seen.has(telling)) continue;
      seen.add(telling);
      this.#told(ask, roundsOf(change, ask)[0] ?? 0, sentAtMs);
    }
    for (const { ask } of tells) this.#hurried.delete(ask.number);
  }

  #told(ask: Ask, round: number, sentAtMs: number): void {
    const levels = this.#parts.levels(ask.service);
    const before = this.#last.get(ask.number);
    this.#last.set(ask.number, { level: ask.level, last: ask.last, round, sentAtMs });
    if (before === undefined) {
      if (ask.level !== 0 && !ask.last)
        this.#parts.fail('S6', `#${ask.number} starts at level ${ask.level + 1}`);
      return;
    }
    // Those of the level whom the host alone could not reach are told now; if it reached nobody, all begins anew.
    const begunAnew = before.alone?.reached === false && ask.level === 0 && !ask.last;
    if (before.alone !== undefined && (begunAnew || compare(before, { ...ask, round }) === 0)) {
      if (!begunAnew) this.#last.set(ask.number, { ...before, alone: { reached: true } });
      return;
    }
    const inOrder =
      ask.last ||
      before.last ||
      ask.level === before.level + 1 ||
      (ask.level === 0 && before.level === levels.length - 1);
    if (!inOrder)
      this.#parts.fail('S6', `#${ask.number}: level ${ask.level + 1} after level ${before.level + 1}`);
    if (ask.last && !before.last && before.level !== levels.length - 1)
      this.#parts.fail('S6', `#${ask.number}: the catch-all after level ${before.level + 1}`);
    if (this.#hurried.has(ask.number) || this.#parts.wallSuspect()) return;
    const delayMs = before.last ? CATCH_ALL_AGAIN_MS : (levels[before.level] ?? 0);
    const passedMs = sentAtMs - before.sentAtMs;
    if (passedMs < delayMs - SLACK_MS) {
      const what = ask.last ? 'the catch-all' : `level ${ask.level + 1}`;
      this.#parts.fail('S6', `#${ask.number}: ${what} after ${Math.round(passedMs)} of ${delayMs} ms`);
    }
  }
}

/** Over 0: the one is further on. */
function compare(one: Omit<Telling, 'sentAtMs'>, other: Omit<Telling, 'sentAtMs'>): number {
  if (one.last || other.last) return Number(one.last) - Number(other.last);
  return one.round - other.round || one.level - other.level;
}
