/** A thousand lives with every test run, and a check that a life can go wrong. */
import { afterAll, describe, expect, it } from 'vitest';
import { life } from './life.ts';
import { MUTATIONS } from './mutations.ts';
import { failureReport, summary } from './report.ts';

const SEEDS = 1_000;
const PORTION = 100;
const MUTATION_SEEDS = 800;

describe('a thousand lives of one host', () => {
  const run = { lived: 0, failures: 0, tookMs: 0 };
  const portions = Array.from({ length: SEEDS / PORTION }, (_, index) => 1 + index * PORTION);

  it.each(portions)('pages everybody once and loses nothing in the hundred seeds from %i', async (from) => {
    const startedMs = performance.now();
    const reports: string[] = [];
    for (let seed = from; seed < from + PORTION; seed += 1) {
      const result = await life(seed);
      run.lived += 1;
      if (result.failures.length === 0) continue;
      run.failures += 1;
      reports.push(failureReport(result));
    }
    run.tookMs += performance.now() - startedMs;
    expect(reports.join('\n')).toBe('');
  });

  afterAll(() => {
    console.log(summary(run.lived, run.failures, run.tookMs));
  });
});

describe('the simulation notices', () => {
  it.each(MUTATIONS)('$what', async ({ mutation, breaks }) => {
    let seed = 1;
    let broken: string | undefined;
    for (; seed <= MUTATION_SEEDS && broken === undefined; seed += 1) {
      broken = (await life(seed, { mutation })).failures[0]?.invariant;
    }
    expect(breaks, `after ${seed - 1} seeds`).toContain(broken);
  });

  it('nothing different when the same seed is lived again', async () => {
    const told = async (): Promise<string[]> => {
      const lines: string[] = [];
      await life(13, { print: (line) => lines.push(line) });
      return lines;
    };
    const first = await told();
    expect(first.length).toBeGreaterThan(20);
    expect(await told()).toEqual(first);
  });
});
