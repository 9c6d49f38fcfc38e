/**
 * A time zone as plain arithmetic. Temporal converts one time in 4 to 5 microseconds, which is too slow for calendars
 * of years; here it only says when a zone's offset changes, and the rest is adding and looking up. A local time is
 * held as the milliseconds it would be in UTC.
 */
import { DAY_MS } from './civil.ts';

/** A power of two, about 17 years: some 35 changes where clocks change twice a year. */
const STRETCH_MS = 2 ** 39;
/** Further than any offset reaches from UTC, so that a local time's neighbours are always at hand. */
const MARGIN_MS = 3 * DAY_MS;
/** More than any offset, and than any change of one (a whole day at the date line). */
const REACH_MS = 26 * 3_600_000;
/** The first and the last instant that Temporal has. */
const LIMIT_MS = 8.64e15;
const STRETCHES_KEPT = 32;
const ZONES_KEPT = 700;

/** The offsets of some years: `offsets[i]` holds from `changes[i]` until `changes[i + 1]`. */
interface Stretch {
  fromMs: number;
  untilMs: number;
  /** The first is -Infinity: nobody asks this stretch about what lies before. */
  changes: number[];
  offsets: number[];
}

export class Zone {
  readonly id: string;
  readonly #stretches = new Map<number, Stretch>();
  #last: Stretch;

  /** Rejects with RangeError when the zone is none that this runtime knows. */
  constructor(id: string) {
    this.id = id;
    try {
      this.#last = readStretch(id, 0);
    } catch (error) {
      // Temporal's own words don't name the zone in every case.
      if (error instanceof RangeError) throw new RangeError(`time zone "${id}" is not known on this host`);
      throw error;
    }
    this.#stretches.set(0, this.#last);
  }

  /** How far local time is ahead of UTC. */
  offsetMs(atMs: number): number {
    const stretch = this.#stretchOf(atMs);
    return stretch.offsets[regimeAt(stretch, atMs)] ?? 0;
  }

  toLocal(atMs: number): number {
    return atMs + this.offsetMs(atMs);
  }

  /**
   * The instant of a local time. One that comes twice is the first; one that is skipped is as far after the change as
   * it was meant to be after the last time before it (RFC 5545, Temporal's `compatible`).
   */
  toInstant(localMs: number): number {
    const stretch = this.#stretchOf(localMs);
    const { changes, offsets } = stretch;
    const first = regimeAt(stretch, localMs - REACH_MS);
    let before = offsets[first] ?? 0;
    for (let at = first + 1; at < changes.length; at += 1) {
      const changeMs = changes[at] ?? 0;
      // Before the change begins in this offset: it is there, once or for the first time.
      if (localMs - before < changeMs) break;
      const after = offsets[at] ?? 0;
      // Already before the change in the new offset too: such a time was skipped.
      if (localMs - after < changeMs) break;
      before = after;
    }
    return localMs - before;
  }

  #stretchOf(ms: number): Stretch {
    const last = this.#last;
    if (ms >= last.fromMs && ms < last.untilMs) return last;
    const index = Math.floor(Math.min(Math.max(ms, -LIMIT_MS), LIMIT_MS) / STRETCH_MS);
    let stretch = this.#stretches.get(index);
    if (stretch === undefined) {
      stretch = readStretch(this.id, index);
      if (this.#stretches.size >= STRETCHES_KEPT) this.#stretches.clear();
      this.#stretches.set(index, stretch);
    }
    this.#last = stretch;
    return stretch;
  }
}

const zones = new Map<string, Zone>();

/** The zone of an IANA name, remembered. Rejects with RangeError when this runtime doesn't know it. */
export function zoneOf(id: string): Zone {
  const known = zones.get(id);
  if (known !== undefined) return known;
  const zone = new Zone(id);
  if (zones.size >= ZONES_KEPT) zones.clear();
  zones.set(id, zone);
  return zone;
}

function readStretch(id: string, index: number): Stretch {
  const fromMs = index * STRETCH_MS;
  const untilMs = fromMs + STRETCH_MS;
  const firstMs = Math.max(fromMs - MARGIN_MS, -LIMIT_MS);
  let at = Temporal.Instant.fromEpochMilliseconds(firstMs).toZonedDateTimeISO(id);
  const changes = [-Infinity];
  const offsets = [at.offsetNanoseconds / 1e6];
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds > untilMs + MARGIN_MS) break;
    changes.push(next.epochMilliseconds);
    offsets.push(next.offsetNanoseconds / 1e6);
    at = next;
  }
  return { fromMs, untilMs, changes, offsets };
}

/** The last change that is not after an instant. */
function regimeAt({ changes }: Stretch, atMs: number): number {
  let low = 0;
  let high = changes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((changes[middle] ?? Infinity) <= atMs) low = middle;
    else high = middle;
  }
  return low;
}
