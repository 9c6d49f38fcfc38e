/** How an alert is known again in the page it led to, and the clock that all processes of one machine share. */

/** Stands first in a summary, so that no text is too short for it. */
export function markOf(number: number): string {
  return `x${String(number).padStart(6, '0')}x`;
}

export const MARKS = /\bx\d{6}x\b/g;

/** CLOCK_MONOTONIC, the same in every process. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
