/** Opens the configuration's store for a restore, whatever its notes say. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cassandraAccess } from '../config/cassandra-access.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Movable } from '../store/moving.ts';
import type { Store } from '../store/port.ts';

export interface TargetParts {
  config: Config;
  secrets: Pick<Secrets, 'cassandraPassword'>;
  clock: Clock;
  log: Log;
}

export type Target = Store & { readonly moving: Movable };

/** Rejects with StoreUnavailableError where a daemon holds it, or nobody answers, and with ConfigError. */
export async function openTarget({ config, secrets, clock, log }: TargetParts): Promise<Target> {
  const { store } = config;
  if (store.kind === 'sqlite') {
    const { openSqliteStore } = await import('../store/sqlite/open.ts');
    await mkdir(dirname(store.path), { recursive: true, mode: 0o750 });
    return openSqliteStore({ path: store.path, log, evenMoved: true });
  }
  const [{ openCassandraStore }, access] = await Promise.all([
    import('../store/cassandra/open.ts'),
    cassandraAccess(store, config, secrets),
  ]);
  return openCassandraStore({ ...access, host: config.host, clock, log, evenMoved: true });
}

/** Null where it is made only now: there is nothing to look at. */
export const openPresent = (parts: TargetParts): Promise<Target | null> => {
  const { store } = parts.config;
  if (store.kind === 'sqlite' && !existsSync(store.path)) return Promise.resolve(null);
  return openTarget(parts);
};

/** The store in a few words. */
export const targetText = ({ store }: Config): string =>
  store.kind === 'sqlite' ? `sqlite:${store.path}` : `cassandra: keyspace ${store.keyspace}`;
