/** Turns as others count them, as those of a layer: who, from when, in local time. */
import type { Layer } from '../types.ts';

const MINUTE_MS = 60_000;

/** The local date and time of an instant, as a layer's `start` and `handoff`; seconds are cut off. */
export function localStart(
  atMs: number,
  zone: string,
): Pick<Layer, 'start' | 'handoff'> & { isExact: boolean } {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return {
    start: at.toPlainDate().toString(),
    handoff: `${two(at.hour)}:${two(at.minute)}`,
    isExact: atMs % MINUTE_MS === 0,
  };
}

/**
 * A turn that nobody can have whom Relay could page goes to the next who can, so that nobody else's turn moves. null:
 * there is nobody at all.
 */
export function filledTurns(turns: readonly (string | null)[]): string[] | null {
  if (turns.every((one) => one === null)) return null;
  return turns.flatMap((one, index) => {
    if (one !== null) return [one];
    return [...turns.slice(index), ...turns.slice(0, index)].find((next) => next !== null) ?? [];
  });
}

/**
 * The same turns, told from the one that an instant falls in: its beginning and the members from there on. For a layer
 * that is to begin later than its turns are counted from. Days and weeks go by the calendar.
 */
export function turnsFrom(
  turns: { firstMs: number; lengthMs: number; zone: string; members: readonly string[] },
  atMs: number,
): { beginMs: number; members: string[] } {
  const { firstMs, lengthMs, zone, members } = turns;
  const firstLocalMs = localMs(firstMs, zone);
  const n = Math.max(0, Math.floor((localMs(atMs, zone) - firstLocalMs) / lengthMs));
  const begin = Temporal.Instant.fromEpochMilliseconds(firstLocalMs + n * lengthMs)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
  const turn = n % members.length;
  return {
    beginMs: begin.toZonedDateTime(zone).epochMilliseconds,
    members: [...members.slice(turn), ...members.slice(0, turn)],
  };
}

/** The time on the wall, as milliseconds of a clock that never changes. */
function localMs(atMs: number, zone: string): number {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return atMs + at.offsetNanoseconds / 1_000_000;
}

const two = (count: number): string => String(count).padStart(2, '0');
