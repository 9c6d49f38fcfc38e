/** Lives of one host and of clusters with every test run, and a check that a life can go wrong. */
import { afterAll, describe, expect, it } from 'vitest';
import { CLUSTER_MUTATIONS } from './cluster-mutations.ts';
import { DUTY_MUTATIONS } from './duty-mutations.ts';
import { HEARTBEAT_MUTATIONS } from './heartbeat-mutations.ts';
import { HANDOFF_MUTATIONS } from './handoff-mutations.ts';
import type { Mutation } from './hosts.ts';
import { life } from './life.ts';
import { MUTATIONS } from './mutations.ts';
import { failureReport, summary } from './report.ts';
import type { LifeKind } from './world.ts';

/** As many as leave the whole suite at about ten minutes; `npm run sim` lives any number. */
const SEEDS = 500;
const PORTION = 100;
const CLUSTER_SEEDS = 150;
const CLUSTER_PORTION = 30;
const MUTATION_SEEDS = 800;
/** All is work and no waiting, some seeds are tens of times the work of others, and the machine runs other tests meanwhile. */
const TIMEOUT_MS = 240_000;

const portionsOf = (seeds: number, portion: number): number[] =>
  Array.from({ length: seeds / portion }, (_, index) => 1 + index * portion);

/** Lives a portion of seeds, and expects nothing of them. */
async function livePortion(kind: LifeKind, from: number, portion: number, run: Run): Promise<void> {
  const startedMs = performance.now();
  const reports: string[] = [];
  for (let seed = from; seed < from + portion; seed += 1) {
    const result = await life(seed, { kind });
    run.lived += 1;
    if (result.failures.length === 0) continue;
    run.failures += 1;
    reports.push(failureReport(result));
  }
  run.tookMs += performance.now() - startedMs;
  expect(reports.join('\n')).toBe('');
}

interface Run {
  lived: number;
  failures: number;
  tookMs: number;
}

const newRun = (): Run => ({ lived: 0, failures: 0, tookMs: 0 });
const told = (run: Run): void => console.log(summary(run.lived, run.failures, run.tookMs));

describe('five hundred lives of one host', () => {
  const run = newRun();
  it.each(portionsOf(SEEDS, PORTION))(
    'page everybody once and lose nothing: a hundred seeds from %i',
    (from) => livePortion('one', from, PORTION, run),
    TIMEOUT_MS,
  );
  afterAll(() => told(run));
});

describe('a hundred and fifty lives of two to five hosts over one store', () => {
  const run = newRun();
  it.each(portionsOf(CLUSTER_SEEDS, CLUSTER_PORTION))(
    'page everybody once and lose nothing: thirty seeds from %i',
    (from) => livePortion('cluster', from, CLUSTER_PORTION, run),
    TIMEOUT_MS,
  );
  afterAll(() => told(run));
});

/** The first invariant that a life breaks under a mutation, and in which seed. */
async function firstBroken(kind: LifeKind, mutation: Mutation): Promise<{ seed: number; broken: string }> {
  for (let seed = 1; seed <= MUTATION_SEEDS; seed += 1) {
    const broken = (await life(seed, { kind, mutation })).failures[0]?.invariant;
    if (broken !== undefined) return { seed, broken };
  }
  return { seed: MUTATION_SEEDS, broken: 'nothing' };
}

describe('the simulation notices', () => {
  it.each([...MUTATIONS, ...DUTY_MUTATIONS, ...HANDOFF_MUTATIONS, ...HEARTBEAT_MUTATIONS])(
    '$what',
    async ({ mutation, breaks }) => {
      const { seed, broken } = await firstBroken('one', mutation);
      expect(breaks, `after ${seed} seeds`).toContain(broken);
    },
    TIMEOUT_MS,
  );

  it.each(CLUSTER_MUTATIONS)(
    'among several hosts $what',
    async ({ mutation, breaks }) => {
      const { seed, broken } = await firstBroken('cluster', mutation);
      expect(breaks, `after ${seed} seeds`).toContain(broken);
    },
    TIMEOUT_MS,
  );

  it.each(['one', 'cluster'] as const)(
    'nothing different when the same seed is lived again (%s)',
    async (kind) => {
      const linesOf = async (): Promise<string[]> => {
        const lines: string[] = [];
        await life(13, { kind, print: (line) => lines.push(line) });
        return lines;
      };
      const first = await linesOf();
      expect(first.length).toBeGreaterThan(20);
      expect(await linesOf()).toEqual(first);
    },
  );
});
