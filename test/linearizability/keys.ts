/** Which aggregates and slots the clients fight over: few at a time, some for the whole run, most for some seconds. */

/** Short enough that many aggregates are made during faults, long enough that each lives through one. */
const LIFE_MS = 8_000;
const SLOT_MS = 400;
const LONG_LIVED = 2;
const SHORT_LIVED = 2;

/** The aggregates that are in use at this time of the run. */
export function keysAt(elapsedMs: number): string[] {
  const life = Math.floor(elapsedMs / LIFE_MS);
  return [
    ...Array.from({ length: LONG_LIVED }, (_, at) => `i:whole/${at}`),
    ...Array.from({ length: SHORT_LIVED }, (_, at) => `i:life-${life}/${at}`),
  ];
}

/** The slot that every host wants now. */
export const slotAt = (elapsedMs: number): string => String(Math.floor(elapsedMs / SLOT_MS));
