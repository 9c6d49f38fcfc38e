/** S6 and S11: levels are told in order, and none before the one before it had its time. */
import type { AloneCheck } from './alone-check.ts';
import type { Telling } from './duty-check.ts';

/** A decision and its commit lie this far apart at most, with reads and slow commits between. */
const SLACK_MS = 14_000;

interface Before extends Telling {
  sentAtMs: number;
  /** A host without a quorum told it (rule 13); whether anybody may have been reached by then. */
  alone?: { reached: boolean };
}

interface EscalationCheckParts {
  fail(invariant: string, text: string): void;
  wallSuspect(): boolean;
  alone: AloneCheck;
}

export class EscalationCheck {
  readonly #parts: EscalationCheckParts;
  readonly #last = new Map<number, Before>();

  constructor(parts: EscalationCheckParts) {
    this.#parts = parts;
  }

  /**
   * The incident comes to know what a host did about it alone, as `number`: it goes on from the further of both
   * (rule 13). `delayMs`: how long that step is theirs, by the roster of now. Returns whether it is where the host was.
   */
  joins(
    here: number,
    number: number,
    others: EscalationCheck,
    delayMs: (theirs: Telling) => number,
  ): boolean {
    const theirs = others.#last.get(number);
    const ours = this.#last.get(here);
    if (theirs === undefined) return false;
    const reached = this.#parts.alone.mayHaveReached(number);
    // Who reached nobody has not come further for those who had it open.
    if (ours !== undefined && !reached) return false;
    const ahead = ours === undefined ? 1 : compare(theirs, ours);
    if (ahead < 0) return false;
    const sentAtMs =
      ahead === 0 && ours !== undefined ? Math.max(ours.sentAtMs, theirs.sentAtMs) : theirs.sentAtMs;
    const shortestMs = Math.min(theirs.delayMs, delayMs(theirs));
    this.#last.set(here, { ...theirs, number: here, sentAtMs, delayMs: shortestMs, alone: { reached } });
    return ahead > 0 && reached;
  }

  onCommit(tellings: readonly Telling[], sentAtMs: number): void {
    for (const telling of tellings) this.#told(telling, sentAtMs);
  }

  #told(telling: Telling, sentAtMs: number): void {
    const { number } = telling;
    const before = this.#last.get(number);
    this.#last.set(number, { ...telling, sentAtMs });
    if (before === undefined) {
      if (!isFirst(telling)) this.#parts.fail('S6', `#${number} starts at level ${telling.level + 1}`);
      return;
    }
    // Those of the level whom the host alone could not reach are told now; if it reached nobody, all begins anew.
    const begunAnew = before.alone?.reached === false && telling.level === 0 && !telling.last;
    if (before.alone !== undefined && (begunAnew || compare(before, telling) === 0)) {
      if (!begunAnew) this.#last.set(number, { ...before, alone: { reached: true } });
      return;
    }
    // It was brought by what a host did alone, whatever was told in the same commit before that was known.
    if (telling.part) {
      this.#last.set(number, { ...telling, delayMs: 0, sentAtMs, alone: { reached: true } });
      return;
    }
    if (!isInOrder(before, telling))
      this.#parts.fail('S6', `#${number}: ${nameOf(telling)} after ${nameOf(before)}`);
    if (telling.hurried || this.#parts.wallSuspect()) return;
    const passedMs = sentAtMs - before.sentAtMs;
    if (passedMs < before.delayMs - SLACK_MS)
      this.#parts.fail(
        'S6',
        `#${number}: ${nameOf(telling)} after ${Math.round(passedMs)} of ${before.delayMs} ms`,
      );
  }
}

/** Nobody is passed over who could be told. */
const isFirst = ({ last, person, empty, level }: Telling): boolean =>
  person !== null || (last ? empty.every(Boolean) : empty.slice(0, level).every(Boolean));

/** Whether one step may follow the other: no level between has anybody. */
function isInOrder(before: Telling, telling: Telling): boolean {
  const { last, person, level, round, empty, anew, saysGone, edited } = telling;
  const areEmpty = (from: number, to?: number): boolean => empty.slice(from, to).every(Boolean);
  // After the catch-all it goes on wherever people, or what a host did alone, have brought it.
  if (person !== null || anew || before.last) return true;
  // Levels have come or gone in this round or the one that ends: they are known by whom they name, see RoundCheck.
  if (edited || before.edited) return last || round === before.round || round === before.round + 1;
  if (last) return saysGone || areEmpty(before.level + 1);
  // Somebody whom no level names was told in between: the level where it stood may come then.
  const next = before.person === null ? before.level + 1 : before.level;
  if (round === before.round) return level >= next && areEmpty(before.level + 1, level);
  return round === before.round + 1 && areEmpty(before.level + 1) && areEmpty(0, level);
}

const nameOf = ({ last, person, level }: Telling): string => {
  if (person !== null) return person;
  return last ? 'the catch-all' : `level ${level + 1}`;
};

/** Over 0: the one is further on. */
function compare(one: Telling, other: Telling): number {
  if (one.last || other.last) return Number(one.last) - Number(other.last);
  return one.round - other.round || one.level - other.level;
}
