/** What hosts are given: built from this checkout, so that what is tested is what is here. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const OUTPUT_BYTES = 64 * 1024 * 1024;

async function npmRun(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', ...args], {
    cwd: ROOT,
    maxBuffer: OUTPUT_BYTES,
  });
  return stdout;
}

/** Relay anew, into dist/ where `relay cluster` looks; Cassandra, which doesn't change with it, only where there is none. */
export async function buildReleases(): Promise<void> {
  await npmRun('release');
  const there = readdirSync(join(ROOT, 'dist')).some((name) => /^relay-cassandra-.*\.tar\.gz$/u.test(name));
  if (!there) await npmRun('release:cassandra');
}

/** The same code under another version; gives its file. */
export async function buildNext(version: string, out: string): Promise<string> {
  const told = await npmRun('release', '--', '--as', version, '--out', out, '--json');
  return (JSON.parse(told) as { file: string }).file;
}
