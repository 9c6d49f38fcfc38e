/** The real clock and real chance, behind the engine's ports. */
import { randomUUID } from 'node:crypto';
import type { Clock, Ids } from '../engine/ports.ts';

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

export const systemIds: Ids = {
  op: () => randomUUID(),
  chance: () => Math.random(),
};
