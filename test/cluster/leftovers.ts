/** What a local cluster that died without a word leaves behind is taken away at the next start. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cassandraHome } from '../../release/cassandra/home.ts';
import { lives, type ProcessId, processOf } from '../cassandra/processes.ts';

interface Run {
  dir: string;
  owner: ProcessId | null;
}

/** Notes that `dir` is this process's, and goes with it; what is returned takes both away. */
export function noteRun(dir: string): () => void {
  const file = join(folder(), `${basename(dir)}.json`);
  const run: Run = { dir, owner: processOf(process.pid) };
  writeFileSync(file, JSON.stringify(run), { mode: 0o600 });
  const end = (): void => {
    process.off('exit', end);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    rmSync(file, { force: true });
  };
  process.on('exit', end);
  return end;
}

/** Removes the folders of those that are gone. Their daemons and nodes went with them: the kernel saw to it. */
export function sweepRuns(): void {
  for (const name of readdirSync(folder())) {
    const file = join(folder(), name);
    const run = readRun(file);
    if (run === null || (run.owner !== null && lives(run.owner))) continue;
    rmSync(run.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    rmSync(file, { force: true });
  }
}

function readRun(file: string): Run | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Run;
  } catch {
    // Gone since it was listed, or being written just now: both are somebody's who lives.
    return null;
  }
}

function folder(): string {
  const path = join(cassandraHome(), 'local');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
