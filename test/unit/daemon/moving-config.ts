/** A configuration whose store is a file, as far as moving goes. */
import { join } from 'node:path';
import type { Config } from '../../../src/relay/config/types.ts';
import type { Clock, Log } from '../../../src/relay/engine/ports.ts';

export const configWith = (dir: string, file: string, more: Partial<Config> = {}): Config => ({
  path: join(dir, 'relay.yaml'),
  store: { kind: 'sqlite', path: join(dir, file) },
  http: null,
  smtp: null,
  mail: null,
  twilio: null,
  paging: { atOnce: 4, everyMs: 60_000 },
  catchAll: [],
  api: { socket: join(dir, 'relay.sock'), listen: null, tokenFile: null },
  cluster: null,
  spool: join(dir, 'spool'),
  watch: null,
  keyDir: dir,
  host: 'relay-1',
  ...more,
});

export const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Waits for nothing. */
export const hurried: Clock = {
  wallMs: () => Date.UTC(2026, 10, 21),
  monoMs: () => performance.now(),
  after: (_delayMs, fn) => {
    const soon = setImmediate(fn);
    return () => clearImmediate(soon);
  },
};

/** Waits for nothing, and its time goes by as if it had. */
export function leaping(): Clock {
  let monoMs = 0;
  return {
    ...hurried,
    monoMs: () => monoMs,
    after: (delayMs, fn) =>
      hurried.after(0, () => {
        monoMs += delayMs;
        fn();
      }),
  };
}
