/** The machine's clock, for the parts that want it handed in. */
import type { Clock } from '../engine/ports.ts';

export const setupClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (delayMs, fn) => {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};
