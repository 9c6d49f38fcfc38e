/** Has a history judged by the checker, a Go program around porcupine. It is built where the packages are. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../release/run.ts';
import { linesOf, type Operation } from './history.ts';

const SOURCE = fileURLToPath(new URL('checker', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/linearizability', import.meta.url));

/** What the checker says of a history. `Unknown`: it found no answer in its time, which proves nothing. */
export interface Verdict {
  linearizable: boolean;
  operations: number;
  /** How many aggregates, slots and counters were judged. */
  parts: Record<string, number>;
  seconds: number;
  failures: { model: string; key: string; verdict: 'Illegal' | 'Unknown'; drawing: string }[];
}

/** The checker, built from its source and tested on histories made by hand. */
export interface Checker {
  /** `drawing`: how the names of pages begin that show what nothing explains. Rejects when it can't be read. */
  judge(history: readonly Operation[], drawing?: string): Promise<Verdict>;
}

/** Builds it and runs its own tests. Rejects with what to install where there is no Go. */
export async function buildChecker(): Promise<Checker> {
  mkdirSync(CACHE, { recursive: true });
  const program = join(CACHE, 'checker');
  await go('test', './...');
  await go('build', '-o', program, '.');
  return { judge: (history, drawing) => judge(program, history, drawing) };
}

async function go(...words: string[]): Promise<void> {
  const env = {
    ...process.env,
    GOCACHE: join(CACHE, 'build'),
    GOMODCACHE: join(CACHE, 'modules'),
    // Else `npm ci` couldn't remove them.
    GOFLAGS: `${process.env['GOFLAGS'] ?? ''} -modcacherw`.trim(),
    GOTOOLCHAIN: 'local',
  };
  await run('go', words, { cwd: SOURCE, env }).catch((error: unknown) => {
    if (!(error instanceof Error && error.message.startsWith('go ENOENT'))) throw error;
    throw new Error('judging what real nodes did needs Go: on Debian, apt-get install golang-go', {
      cause: error,
    });
  });
}

async function judge(program: string, history: readonly Operation[], drawing?: string): Promise<Verdict> {
  const child = spawn(program, drawing === undefined ? [] : ['-drawing', drawing]);
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    complaint += part;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.stdin.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(linesOf(history));
  const code = await ended;
  if (code !== 0 && code !== 1) throw new Error(`the checker ended with ${code}: ${complaint.trim()}`);
  return JSON.parse(said) as Verdict;
}
