/** A run with its verdict, told in figures. What nothing explains is kept, with where it lies. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../cassandra/cluster.ts';
import type { Checker, Verdict } from './check.ts';
import { countsOf, linesOf } from './history.ts';
import { runHistory, type RunOptions, type RunResult } from './run-history.ts';

export interface JudgedRun extends RunResult {
  verdict: Verdict;
  /** One line for each fault, and where the history lies; empty when all is well. */
  faults: string[];
  /** The figures, in a few lines. */
  report: string;
}

const SHOWN = 20;

/** Runs, judges, and keeps the history of a run that isn't well in a temporary folder. */
export async function judgedRun(cluster: Cluster, checker: Checker, options: RunOptions): Promise<JudgedRun> {
  const run = await runHistory(cluster, options);
  const folder = mkdtempSync(join(tmpdir(), 'relay-linearizability-'));
  writeFileSync(join(folder, 'history.jsonl'), linesOf(run.history));
  const verdict = await checker.judge(run.history, join(folder, 'unexplained-'));
  const faults = [
    ...run.faults.slice(0, SHOWN),
    ...verdict.failures
      .slice(0, SHOWN)
      .map(({ model, key, verdict: said, drawing }) => `${model} ${key}: ${said}, drawn in ${drawing}`),
  ];
  if (faults.length > 0) faults.push(`the history is in ${folder}, seed ${options.seed}`);
  else rmSync(folder, { recursive: true });
  return { ...run, verdict, faults, report: reportOf(run, verdict, options) };
}

function reportOf(run: RunResult, verdict: Verdict, { seed }: RunOptions): string {
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `${verdict.operations} operations in ${run.seconds.toFixed(0)} s (seed ${seed}): ${list(countsOf(run.history))}`,
    `nodes broken: ${list(run.broken)}`,
    `judged in ${verdict.seconds.toFixed(1)} s: ${list(verdict.parts)}`,
    verdict.linearizable && run.faults.length === 0 ? 'linearizable' : 'NOT LINEARIZABLE',
  ].join('\n');
}
