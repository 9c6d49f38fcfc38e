/**
 * A checkout runs from TypeScript. Whatever process strips the types keeps the stripper: some 25 MB, for nothing. Node
 * keeps the result in its compile cache; so after a first, cold start this process starts itself again from there.
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

/** Set on the second start, so that there is never a third. */
const AGAIN = 'RELAY_STARTED_AGAIN';

const home = process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '/nonexistent', '.cache');
// bin/relay sets NODE_COMPILE_CACHE; this is for who starts the daemon's file itself.
enableCompileCache(process.env['CACHE_DIRECTORY'] ?? join(home, 'relay'));

/**
 * Becomes the same program anew, same pid, if types were stripped in this process. Call it before anything is opened.
 * `threads`: what worker threads will run; loading it here does nothing but keep it.
 */
export async function startAgainIfCold(threads: URL[]): Promise<void> {
  const { moduleLoadList } = process as NodeJS.Process & { moduleLoadList: string[] };
  const stripped = moduleLoadList.some((name) => name.includes('deps/amaro'));
  if (!stripped || process.env[AGAIN] !== undefined || process.execve === undefined) return;
  // A thread's file refuses to run outside of one; it has been compiled by then.
  await Promise.allSettled(threads.map((file) => import(file.href)));
  flushCompileCache();
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    [AGAIN]: '1',
  });
}
