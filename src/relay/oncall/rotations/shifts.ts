/**
 * When the shifts of a layer begin. They are counted by the clock on the wall: the n-th begins n lengths after the
 * first in local time, wherever the clocks change between, and each question is answered by dividing, never by
 * counting through years.
 */
import type { Layer } from '../types.ts';
import { civilOf, DAY_MS, dayNumber, daysInMonth, HOUR_MS, readClock, readDate } from './civil.ts';
import type { Zone } from './zone.ts';

/** No change of a zone's offset is larger than this: a day, at the date line. */
const LARGEST_CHANGE_MS = 26 * HOUR_MS;

const STEP_MS = { hours: HOUR_MS, days: DAY_MS, weeks: 7 * DAY_MS } as const;

export class Shifts {
  readonly #zone: Zone;
  readonly #every: number;
  /** null: months, which have no length of their own. */
  readonly #stepMs: number | null;
  readonly #firstLocalMs: number;
  readonly #firstMonth: number;
  readonly #firstDay: number;
  readonly #handoffMs: number;

  /** Rejects with RangeError when the layer's start or handoff can't be read. */
  constructor(zone: Zone, layer: Pick<Layer, 'shift' | 'start' | 'handoff'>) {
    const date = readDate(layer.start);
    const handoffMs = readClock(layer.handoff);
    if (date === null) throw new RangeError(`start "${layer.start}" is no date`);
    if (handoffMs === null) throw new RangeError(`handoff "${layer.handoff}" is no time of day`);
    const { every, unit } = layer.shift;
    if (!Number.isInteger(every) || every < 1)
      throw new RangeError(`a shift of ${every} ${unit} has no length`);
    this.#zone = zone;
    this.#every = every;
    this.#stepMs = unit === 'months' ? null : every * STEP_MS[unit];
    this.#firstMonth = date.year * 12 + date.month - 1;
    this.#firstDay = date.day;
    this.#handoffMs = handoffMs;
    this.#firstLocalMs = dayNumber(date) * DAY_MS + handoffMs;
  }

  /** Local time at which shift `n` is to begin, also where the clocks skip it. */
  localMs(n: number): number {
    if (this.#stepMs !== null) return this.#firstLocalMs + n * this.#stepMs;
    const month = this.#firstMonth + n * this.#every;
    const year = Math.floor(month / 12);
    const monthOfYear = month - year * 12 + 1;
    // The 31st is the last day of a shorter month, and comes back to its day.
    const day = Math.min(this.#firstDay, daysInMonth(year, monthOfYear));
    return dayNumber({ year, month: monthOfYear, day }) * DAY_MS + this.#handoffMs;
  }

  /**
   * When shift `n` begins. Where the clocks skip its time it may fall together with the next (shifts of an hour, or a
   * day left out at the date line): it is empty then, and nobody else's turn moves.
   */
  beginMs(n: number): number {
    let localMs = this.localMs(n);
    let atMs = this.#zone.toInstant(localMs);
    let earliestMs = atMs;
    // A skipped time is read as a later one, which a following shift may well begin before.
    for (let later = n + 1; this.#zone.toLocal(atMs) !== localMs; later += 1) {
      localMs = this.localMs(later);
      atMs = this.#zone.toInstant(localMs);
      earliestMs = Math.min(earliestMs, atMs);
    }
    return earliestMs;
  }

  /** The shift that an instant falls in: the last that has begun. -1 before the first. */
  indexAt(atMs: number): number {
    // In an hour that comes twice local time has already been further on.
    const offsetMs = Math.max(this.#zone.offsetMs(atMs), this.#zone.offsetMs(atMs - LARGEST_CHANGE_MS));
    let n = this.#lastBy(atMs + offsetMs);
    while (n >= 0 && this.#zone.toInstant(this.localMs(n)) > atMs) n -= 1;
    return Math.max(n, -1);
  }

  /** The last shift whose local time is not after this one. */
  #lastBy(localMs: number): number {
    if (this.#stepMs !== null) return Math.floor((localMs - this.#firstLocalMs) / this.#stepMs);
    const date = civilOf(Math.floor(localMs / DAY_MS));
    const n = Math.floor((date.year * 12 + date.month - 1 - this.#firstMonth) / this.#every);
    return this.localMs(n) <= localMs ? n : n - 1;
  }
}
