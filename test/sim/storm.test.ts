import { expect, it } from 'vitest';
import { storm, stormReport } from './storm.ts';

const INCIDENTS = 10_000;

it('ten thousand incidents for one person over five hosts settle in under a minute, in few commits', async () => {
  const result = await storm(INCIDENTS, 60_000);
  console.log(stormReport(result));
  expect(result.failures).toEqual([]);
  expect(result.opened).toBe(INCIDENTS);
  expect(result.settledMs ?? Number.POSITIVE_INFINITY).toBeLessThan(60_000);
  expect(result.commits.lineages).toBeLessThan(1.1 * INCIDENTS);
  expect(result.commits.responder).toBeLessThan(INCIDENTS / 50);
  // The canary's messages are among them: they reach nobody.
  expect(result.told).toBe(INCIDENTS);
  expect(result.pages).toBeLessThanOrEqual(8);
}, 120_000);
