/** Notes of the clusters that run, one file for each network: nobody takes the same, and what a crash left is ended. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lives, nodePid, type ProcessId } from './processes.ts';

/** One running cluster: where its data lie, whether they stay, and whose it is (null: it outlives who started it). */
export interface Run {
  dir: string;
  keep: boolean;
  owner: ProcessId | null;
}

/** Notes the run; false when the network is somebody else's, or the same cluster's whose nodes still run. */
export function claimNetwork(home: string, network: string, run: Run): boolean {
  mkdirSync(folderOf(home), { recursive: true });
  const before = runOf(home, network);
  if (before?.dir === run.dir && !anyRuns(run.dir)) releaseNetwork(home, network);
  try {
    writeFileSync(fileOf(home, network), JSON.stringify(run), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The network is free again. */
export function releaseNetwork(home: string, network: string): void {
  rmSync(fileOf(home, network), { force: true });
}

/** Ends what was left by processes that died without a word: nodes are killed, data that nobody keeps are removed. */
export function sweep(home: string): void {
  if (!existsSync(folderOf(home))) return;
  for (const name of readdirSync(folderOf(home))) {
    const network = name.replace(/\.json$/, '');
    const run = runOf(home, network);
    if (run === null || !isOver(run)) continue;
    endNow(run.dir, run.keep);
    releaseNetwork(home, network);
  }
}

/** Kills every node below `dir` without waiting, and removes the data unless they are kept. */
export function endNow(dir: string, keep: boolean): void {
  for (const name of existsSync(dir) ? readdirSync(dir) : []) {
    const pid = nodePid(join(dir, name));
    if (pid !== null) process.kill(pid, 'SIGKILL');
  }
  // A killed JVM may still be writing its last file while the folder goes; it is tried again then.
  if (!keep) rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Without an owner a run lasts as long as its data: nodes that somebody killed may be started again. */
function isOver({ owner, dir }: Run): boolean {
  return owner === null ? !existsSync(dir) : !lives(owner);
}

/** Whether one of the nodes below `dir` runs. */
function anyRuns(dir: string): boolean {
  return existsSync(dir) && readdirSync(dir).some((name) => nodePid(join(dir, name)) !== null);
}

function runOf(home: string, network: string): Run | null {
  try {
    return JSON.parse(readFileSync(fileOf(home, network), 'utf8')) as Run;
  } catch {
    // Gone since it was listed, or being written just now: both are somebody's who lives.
    return null;
  }
}

const folderOf = (home: string): string => join(home, 'running');
const fileOf = (home: string, network: string): string => join(folderOf(home), `${network}.json`);
