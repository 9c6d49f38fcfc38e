/** Finds the configuration, and what can be found by it without a daemon. */
import { loadConfigApart } from '../config/load-apart.ts';
import type { Where } from '../config/search.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { lookWithoutDaemon } from './without-daemon.ts';

const clock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (delayMs, fn) => {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

/** What goes wrong on the way is in the answer; the driver's own account of it would only bury that. */
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** As lookWithoutDaemon; rejects with ConfigError for a broken configuration too. */
export async function lookHere(where: Where): ReturnType<typeof lookWithoutDaemon> {
  const config = await loadConfigApart(where);
  return lookWithoutDaemon({ config, env: where.env, clock, log: silent });
}
