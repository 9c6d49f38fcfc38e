/**
 * Loads the configuration in a process of its own: the library that checks it takes 17 MB which an idle daemon would
 * hold for nothing, and a thread doesn't give them back.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Where } from './search.ts';
import { ConfigError, type Config } from './types.ts';

/** What the process prints: a configuration, or the problems of a broken one. */
export type Loaded = { config: Config } | { problems: string[] };

/** It takes a fraction of a second; a disk that hangs must not keep a reload waiting for ever. */
const LIMIT_MS = 20_000;

/** As `loadConfig`, with the same errors. */
export async function loadConfigApart(where: Where): Promise<Config> {
  const name = import.meta.url.endsWith('.ts') ? './load-process.ts' : './load-process.js';
  const file = fileURLToPath(new URL(name, import.meta.url));
  const args = where.flag === undefined ? [file] : [file, where.flag];
  const loaded = await new Promise<Loaded>((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: where.cwd, env: where.env, timeout: LIMIT_MS },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as Loaded);
        else reject(new Error(`reading the configuration failed: ${stderr.trim() || error.message}`));
      },
    );
  });
  if ('problems' in loaded) throw new ConfigError(loaded.problems);
  return loaded.config;
}
