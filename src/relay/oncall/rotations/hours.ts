/** When a layer answers at all: some hours of some days, by the clock on the wall. */
import { WEEKDAYS, type Hours } from '../types.ts';
import { DAY_MS, readClock, weekdayOf } from './civil.ts';
import type { Zone } from './zone.ts';

/** Instants from `fromMs` until before `untilMs`. */
export interface Window {
  fromMs: number;
  untilMs: number;
}

interface Daily {
  /** From local midnight of the day it begins on; `untilMs` may lie on the next. */
  fromMs: number;
  untilMs: number;
}

export class OpenHours {
  readonly #zone: Zone;
  /** What begins on each day of the week, from Monday. */
  readonly #week: Daily[][];

  /** Rejects with RangeError when a time or a day can't be read. */
  constructor(zone: Zone, during: readonly Hours[]) {
    this.#zone = zone;
    this.#week = WEEKDAYS.map((weekday) =>
      during.filter((hours) => hours.days === undefined || hours.days.includes(weekday)).map(readHours),
    );
  }

  /** How many begin in a week. */
  get perWeek(): number {
    return this.#week.reduce((sum, day) => sum + day.length, 0);
  }

  /**
   * Every window that overlaps these instants, ascending, not cut at them; those that touch or overlap are one. One
   * that the clocks skip altogether is left out.
   */
  within(fromMs: number, untilMs: number): Window[] {
    const found: Window[] = [];
    // One that began yesterday may last till now.
    const first = Math.floor(this.#zone.toLocal(fromMs) / DAY_MS) - 2;
    const last = Math.floor(this.#zone.toLocal(untilMs) / DAY_MS) + 1;
    for (let day = first; day <= last; day += 1) {
      for (const daily of this.#week[weekdayOf(day)] ?? []) {
        const window = {
          fromMs: this.#zone.toInstant(day * DAY_MS + daily.fromMs),
          untilMs: this.#zone.toInstant(day * DAY_MS + daily.untilMs),
        };
        if (window.fromMs < window.untilMs) found.push(window);
      }
    }
    return joined(found).filter((one) => one.fromMs < untilMs && one.untilMs > fromMs);
  }
}

function readHours(hours: Hours): Daily {
  const fromMs = readClock(hours.from);
  const untilMs = readClock(hours.until);
  if (fromMs === null || fromMs === DAY_MS) throw new RangeError(`"${hours.from}" is no time of day`);
  if (untilMs === null) throw new RangeError(`"${hours.until}" is no time of day`);
  return { fromMs, untilMs: untilMs <= fromMs ? untilMs + DAY_MS : untilMs };
}

function joined(windows: Window[]): Window[] {
  windows.sort((a, b) => a.fromMs - b.fromMs);
  const out: Window[] = [];
  let last: Window | undefined;
  for (const window of windows) {
    if (last !== undefined && window.fromMs <= last.untilMs) {
      last.untilMs = Math.max(last.untilMs, window.untilMs);
    } else {
      out.push(window);
      last = window;
    }
  }
  return out;
}
