/** Waiting for a condition: asked again and again until it holds or its time is over, never slept for. */
import { setTimeout as pause } from 'node:timers/promises';

export const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 20;

/**
 * Resolves with the first value of `look` that is neither null, undefined nor false. Rejects after `withinMs` with
 * what was waited for, and what `seen` shows of the state it waited on.
 */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  options: { withinMs?: number; seen?: () => string } = {},
): Promise<T> {
  const { withinMs = PATIENCE_MS, seen } = options;
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadlineMs) {
      const shown = seen === undefined ? '' : `\n${seen()}`;
      throw new Error(`${what}: not within ${withinMs / 1_000} s${shown}`);
    }
    await pause(LOOK_AGAIN_MS);
  }
}
