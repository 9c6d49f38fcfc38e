/** Whether the store over Cassandra keeps its word while nodes are killed and paused; judged by porcupine, not by eye. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../cassandra/cluster.ts';
import { buildChecker, type Checker } from './check.ts';
import { judgedRun, type JudgedRun } from './judged-run.ts';
import { countsOf } from './history.ts';
import { spoilt } from './spoilt.ts';

/** At least: it goes on until each fault has come once, some two minutes on two cores. */
const SECONDS = 60;
const WITHIN_MS = 600_000;

describe('hosts beside five real nodes that are killed and paused', () => {
  let checker: Checker;
  let cluster: Cluster;
  let run: JudgedRun;
  beforeAll(async () => {
    // Where there is no Go, this fails with what to install: a check that is left out proves nothing.
    checker = await buildChecker();
    cluster = await startCluster({ nodes: 5, tls: true, auth: true });
  });
  afterAll(async () => cluster.stop());

  it('are told nothing that one order of all they did could not explain', {
    timeout: WITHIN_MS,
  }, async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const say = (text: string): void => void process.stderr.write(`linearizability: ${text}\n`);
    say(`seed ${seed}`);
    run = await judgedRun(cluster, checker, { seconds: SECONDS, seed, say });
    say(run.report);
    expect(run.faults).toEqual([]);
    expect(run.verdict.linearizable).toBe(true);
    expect(run.verdict.operations).toBe(run.history.length);
    const counts = countsOf(run.history);
    // Else nothing was put to the test.
    for (const kind of [
      'commit applied',
      'commit conflict',
      'commit unknown',
      'commit rejected',
      'load loaded',
      'take taken',
      'reserve reserved',
    ])
      expect(counts[kind], kind).toBeGreaterThan(10);
  });

  it('would have been caught at a lie: the same history with one answer changed is refused', async () => {
    for (const { how, history } of spoilt(run.history)) {
      const { linearizable, failures } = await checker.judge(history);
      expect(linearizable, how).toBe(false);
      expect(
        failures.map(({ verdict }) => verdict),
        how,
      ).toContain('Illegal');
    }
  });
});
