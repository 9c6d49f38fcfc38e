/** Opens the configuration's store for a restore, whatever its notes say. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cassandraAccess } from '../config/cassandra-access.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Movable } from '../store/moving.ts';
import { StoreUnavailableError } from '../store/port.ts';
import type { Store } from '../store/port.ts';
import { isDatabaseThere, logAloneText } from '../store/sqlite/files.ts';

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

/** Null where it is made only now: there is nothing to look at. Rejects as `openTarget`, and where a part of it is there. */
export async function openPresent(parts: TargetParts): Promise<Target | null> {
  const { store } = parts.config;
  if (store.kind !== 'sqlite' || isDatabaseThere(store.path)) return openTarget(parts);
  const refusal = logAloneText(store.path);
  if (refusal !== null) throw new StoreUnavailableError(refusal);
  return null;
}

/** The store in a few words. */
export const targetText = ({ store }: Config): string =>
  store.kind === 'sqlite' ? `sqlite:${store.path}` : `cassandra: keyspace ${store.keyspace}`;
