/**
 * Loads the configuration in a process of its own: the library that checks it takes 17 MB which an idle daemon would
 * hold for nothing, and a thread doesn't give them back.
 */
import { execFile, type ExecException } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Where } from './search.ts';
import { ConfigError, type Config } from './types.ts';

/** What the process prints: a configuration, or the problems of a broken one. */
export type Loaded = { config: Config } | { problems: string[] };

/** It takes a fraction of a second, on a busy machine many; a disk that hangs must not keep a reload waiting for ever. */
const LIMIT_MS = 60_000;

/** As `loadConfig`, with the same errors; rejects when it takes longer than `limitMs`. */
export async function loadConfigApart(where: Where, limitMs: number = LIMIT_MS): Promise<Config> {
  const name = import.meta.url.endsWith('.ts') ? './load-process.ts' : './load-process.js';
  const file = fileURLToPath(new URL(name, import.meta.url));
  const args = where.flag === undefined ? [file] : [file, where.flag];
  const loaded = await new Promise<Loaded>((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: where.cwd, env: where.env, timeout: limitMs },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as Loaded);
        else reject(new Error(`reading the configuration failed: ${reasonOf(error, stderr, limitMs)}`));
      },
    );
  });
  if ('problems' in loaded) throw new ConfigError(loaded.problems);
  return loaded.config;
}

const reasonOf = (error: ExecException, stderr: string, limitMs: number): string =>
  error.killed === true
    ? `it took longer than ${limitMs / 1_000} s. See whether the machine is overloaded or its disk hangs, and try again`
    : stderr.trim() || error.message;
