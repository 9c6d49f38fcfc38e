/**
 * When relay could be heard: kept for heartbeats, which are missed only when they could have been heard. One aggregate
 * for all hosts, `hearing`, holds up to when that was so, and the gaps before. Its owner writes it every few seconds,
 * as long as anything is watched. A host that wasn't there up to then makes a gap of what lies between: a start, a
 * store that didn't answer, a process or machine that stood still.
 */
import type { Gap } from '../heartbeats/types.ts';
import type { AggregateKey, Store } from '../store/port.ts';
import type { Clock, Log } from './ports.ts';

export const HEARING = 'hearing';

/** How exactly the end of a life that nobody ended is known. */
export const NOTE_MS = 10_000;
/** After a start, doors open and senders come back within this. */
const OPENING_MS = 30_000;
/** A tick that comes so much too late means that the process stood still; wall time so far off, that the machine did. */
const STOOD_MS = 10_000;
/** Between hosts' clocks. */
const SKEW_MS = 2_000;
/** Gaps closer than this are one: who is started again and again isn't heard. */
const CLOSE_MS = 60_000;
const KEPT = 200;
/** So long a host that is gone is missed: it may have turned senders away, or keep what it took on its disk. */
export const AWAY_MS = 10 * 60_000;
/** A host is taken for gone so much later than it went. */
const FOUND_OUT_MS = 20_000;

export interface HearingState {
  throughMs: number;
  gaps: Gap[];
}

/** Nothing is known of the time before. */
const UNKNOWN: HearingState = { throughMs: 0, gaps: [] };

export interface HearingParts {
  store: Pick<Store, 'load' | 'commit'>;
  clock: Clock;
  log: Log;
  /** The engine's time. */
  nowMs(): number;
  newOp(): string;
  isMine(aggregate: AggregateKey): boolean;
  /** Hosts that live. */
  live(): readonly string[];
  /** Nothing goes on here: there is no quorum. */
  isIdle(): boolean;
  /** Whether there is any heartbeat to hear. */
  isWanted(): boolean;
}

export class Hearing {
  readonly #parts: HearingParts;
  /** Since when this process can be heard without a break; null: it can't. */
  #sinceMs: number | null = null;
  /** Its time can't be compared with the time before `#sinceMs`. */
  #jumped = false;
  /** This host refused somebody: all must know, whoever writes. */
  #refused = false;
  /** Hosts that were there, and when they were missed first. */
  readonly #away = new Map<string, { sinceMs: number; monoMs: number }>();
  #live: readonly string[] = [];
  #tickMonoMs: number;
  #wallAheadMs: number;

  constructor(parts: HearingParts) {
    this.#parts = parts;
    this.#tickMonoMs = parts.clock.monoMs();
    this.#wallAheadMs = this.#aheadMs();
  }

  /** Something that should have been heard was turned away. */
  refused(): void {
    this.#sinceMs = this.#parts.nowMs();
    this.#refused = true;
  }

  /** Notes that relay is heard, where this host is the one to do so. Rejects as the store does. */
  async note(): Promise<void> {
    this.#lookAtClock();
    this.#tickMonoMs = this.#parts.clock.monoMs();
    this.#lookForHosts();
    const { isMine, isIdle, isWanted } = this.#parts;
    if (isIdle()) {
      this.#sinceMs = null;
      return;
    }
    this.#sinceMs ??= this.#parts.nowMs();
    if (!isWanted() || (!this.#refused && !isMine(HEARING))) return;
    try {
      await this.#write();
    } catch (error) {
      this.#sinceMs = null;
      throw error;
    } finally {
      this.#tickMonoMs = this.#parts.clock.monoMs();
    }
  }

  /** All gaps as they are known now, with one that has still to be written. Rejects as the store does. */
  async gaps(): Promise<Gap[]> {
    this.#lookAtClock();
    const { op, state } = await this.#parts.store.load(HEARING);
    return this.#withNew(op === null ? UNKNOWN : (state as HearingState));
  }

  async #write(): Promise<void> {
    const { store, newOp, nowMs, log } = this.#parts;
    const { op, state } = await store.load(HEARING);
    const before = op === null ? UNKNOWN : (state as HearingState);
    const atMs = nowMs();
    const gaps = this.#withNew(before);
    const wentBack = before.throughMs > atMs + SKEW_MS;
    const throughMs = wentBack ? atMs : Math.max(before.throughMs, atMs);
    const next: HearingState = { ...before, throughMs, gaps: merged(gaps) };
    const result = await store.commit({
      key: HEARING,
      expect: op,
      op: newOp(),
      state: next,
      rows: [],
      incidents: [],
    });
    // Somebody else has noted it, or nobody knows: the next time it is looked at again.
    if (result !== 'applied') return;
    this.#refused = false;
    this.#jumped = false;
    const made = next.gaps.at(-1);
    if (made !== undefined && made.fromMs > (before.gaps.at(-1)?.fromMs ?? 0))
      log.info(
        { from: made.fromMs, until: made.untilMs },
        'relay was away, or may not have been heard, for a time',
      );
  }

  #withNew(state: HearingState): Gap[] {
    const atMs = this.#parts.nowMs();
    const gaps = [...this.#ownGaps(state)];
    for (const { sinceMs } of this.#away.values()) gaps.push({ fromMs: sinceMs, untilMs: atMs + OPENING_MS });
    return gaps;
  }

  #ownGaps({ throughMs, gaps }: HearingState): Gap[] {
    const atMs = this.#parts.nowMs();
    if (throughMs > atMs + SKEW_MS) return [...gaps, { fromMs: atMs, untilMs: throughMs, jump: true }];
    const sinceMs = this.#sinceMs ?? atMs;
    if (sinceMs <= throughMs && !this.#jumped) return gaps;
    return [
      ...gaps,
      {
        fromMs: Math.min(throughMs, sinceMs),
        untilMs: sinceMs + OPENING_MS,
        ...(this.#jumped ? { jump: true as const } : {}),
      },
    ];
  }

  /** What a host has taken that is gone, others may not know: for a time that counts as not heard. */
  #lookForHosts(): void {
    const { clock, live, nowMs } = this.#parts;
    const present = live();
    for (const host of this.#live)
      if (!present.includes(host) && !this.#away.has(host))
        this.#away.set(host, { sinceMs: nowMs() - FOUND_OUT_MS, monoMs: clock.monoMs() });
    for (const [host, { monoMs }] of this.#away)
      if (present.includes(host) || clock.monoMs() - monoMs > AWAY_MS) this.#away.delete(host);
    this.#live = present;
  }

  /** Asked before anything is concluded: after a pause, timers may fire before the next tick. */
  #lookAtClock(): void {
    const { clock, nowMs } = this.#parts;
    const aheadMs = this.#aheadMs();
    const jumped = Math.abs(aheadMs - this.#wallAheadMs) > STOOD_MS;
    this.#wallAheadMs = aheadMs;
    if (jumped) this.#jumped = true;
    if (jumped || clock.monoMs() - this.#tickMonoMs > NOTE_MS + STOOD_MS) this.#sinceMs = nowMs();
  }

  #aheadMs(): number {
    const { clock } = this.#parts;
    return clock.wallMs() - clock.monoMs();
  }
}

/** In order, what is close together as one; beyond the bound the closest two become one, since silence is safer than a false alarm. */
export function merged(gaps: readonly Gap[]): Gap[] {
  const sorted = gaps.toSorted((a, b) => a.fromMs - b.fromMs);
  let kept: Gap[] = [];
  for (const gap of sorted) {
    const last = kept.at(-1);
    if (last !== undefined && last.jump === gap.jump && gap.fromMs - last.untilMs < CLOSE_MS)
      kept[kept.length - 1] = joined(last, gap);
    else kept.push(gap);
  }
  while (kept.length > KEPT) kept = withoutSmallest(kept);
  return kept;
}

/** Two become one where the least time lies between them. */
function withoutSmallest(gaps: readonly Gap[]): Gap[] {
  const apartMs = gaps.slice(1).map(({ fromMs }, index) => fromMs - (gaps[index]?.untilMs ?? 0));
  const closest = apartMs.indexOf(Math.min(...apartMs));
  return gaps.flatMap((gap, index) => {
    const next = gaps[index + 1];
    if (index === closest && next !== undefined) return [joined(gap, next)];
    return index === closest + 1 ? [] : [gap];
  });
}

const joined = (one: Gap, other: Gap): Gap => ({
  ...one,
  untilMs: Math.max(one.untilMs, other.untilMs),
  ...(other.jump === true ? { jump: true as const } : {}),
});
