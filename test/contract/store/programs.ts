/** Random programs of operations must be answered as the plain model in memory answers them. */
import { array, assert, asyncProperty, option } from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryStore } from '../../sim/memory-store.ts';
import type { Open } from './opened.ts';
import { anyStep } from './steps.ts';

export function programPromises(fresh: Open): void {
  test('any sequence of operations, with restarts in between, is answered as the model answers it', async () => {
    const steps = array(option(anyStep, { freq: 60 }), { maxLength: 120, size: 'max' });
    await assert(
      asyncProperty(steps, async (program) => {
        const opened = await fresh();
        const model = new MemoryStore({ nowMs: () => 1_000_000 });
        let { store } = opened;
        for (const step of program) {
          if (step === null) store = await opened.reopen();
          else expect(await step.run(store), step.says).toEqual(await step.run(model));
        }
        await store.close();
      }),
      // One seed, so that every run of the tests is the same.
      { numRuns: 25, seed: 1 },
    );
  });
}
