/** Opens the store that the configuration names. Cassandra's parts are loaded only where it is used: its driver is heavy. */
import { cassandraAccess } from '../config/cassandra-access.ts';
import { isSingleReplica } from '../config/replication.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { MovableStore } from './freezable.ts';

export interface StoreOptions {
  config: Config;
  secrets: Secrets;
  clock: Clock;
  log: Log;
  /** The store is lost: the process should end and be started again. */
  onFatal(error: Error): void;
}

/** Opens it even if everything in it has moved: see settled-store.ts. Rejects with StoreUnavailableError, and with ConfigError when a file that it needs can't be read. */
export async function openStore(options: StoreOptions): Promise<MovableStore> {
  const { config, secrets, clock, log, onFatal } = options;
  const { store } = config;
  if (store.kind === 'sqlite') return openSqliteStore({ path: store.path, log, onFatal, evenMoved: true });
  const { openCassandraStore } = await import('../store/cassandra/open.ts');
  const access = await cassandraAccess(store, config, secrets);
  return openCassandraStore({ ...access, host: config.host, clock, log, evenMoved: true });
}

/** The store in a few words, for `relay status`. */
export function storeText(store: Config['store']): string {
  if (store.kind === 'sqlite') return `sqlite:${store.path}`;
  return `cassandra: keyspace ${store.keyspace}, from ${store.datacenter}`;
}

/** What a person should know about the store that isn't broken. */
export function storeNotes(store: Config['store']): string[] {
  if (store.kind === 'sqlite' || store.replication === null || !isSingleReplica(store.replication)) return [];
  return ['one replica of everything: good for trying out; all is lost with that node'];
}
