/** Random programs of operations must be answered as the plain model in memory answers them. */
import { array, assert, asyncProperty, option } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../sim/memory-store.ts';
import type { Capabilities, Open } from './opened.ts';
import { nowMs } from './samples.ts';
import { anyStep, commonStep } from './steps.ts';
import type { Step } from './steps.ts';

/** Each program begins with a new, empty store, which takes a distant one a second or two on a busy machine. */
const PROGRAMS_MS = 120_000;

/** Runs `programs` of at most `length` steps each, with restarts in between. */
async function answeredAsByModel(
  fresh: Open,
  step: Arbitrary<Step>,
  { programs, length }: { programs: number; length: number },
): Promise<void> {
  const steps = array(option(step, { freq: 60 }), { maxLength: length, size: 'max' });
  await assert(
    asyncProperty(steps, async (program) => {
      const opened = await fresh();
      const model = new MemoryStore({ nowMs });
      let { store } = opened;
      for (const one of program) {
        if (one === null) store = await opened.reopen();
        else expect(await one.run(store), one.says).toEqual(await one.run(model));
      }
      await store.close();
    }),
    // One seed, so that every run of the tests is the same.
    { numRuns: programs, seed: 1 },
  );
}

export function programPromises(fresh: Open, capabilities: Capabilities): void {
  test(
    'any sequence of what every engine answers alike is answered as the model answers it',
    async () => {
      // Few programs: beyond a network each step takes its time.
      await answeredAsByModel(fresh, commonStep, { programs: 8, length: 60 });
    },
    PROGRAMS_MS,
  );

  if (Object.values(capabilities).every((exact) => exact)) {
    test('any sequence of operations, with restarts in between, is answered as the model answers it', async () => {
      await answeredAsByModel(fresh, anyStep, { programs: 25, length: 120 });
    });
  }
}
