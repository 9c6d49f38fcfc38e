/** `relay store migrate`: brings the store's schema up to date, or says what that would do. */
import { existsSync } from 'node:fs';
import { cassandraAccess } from '../config/cassandra-access.ts';
import type { Secrets } from '../config/secrets.ts';
import { ConfigError, type CassandraStore, type Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { setupClock } from './clock.ts';

export interface MigrateParts {
  config: Config;
  secrets: Pick<Secrets, 'cassandraPassword'>;
  /** Nothing is changed: only said. */
  dryRun: boolean;
  /** Told of each thing as it is done. */
  onStep(text: string): void;
  log: Log;
}

export interface Migrated {
  /** The store, in a few words. */
  store: string;
  /** Steps that were applied just now, by number and name. */
  applied: string[];
  /** What is still to be done: of a dry run. */
  toDo: string[];
  /** Steps that had been there before. */
  stood: string[];
  /** What is worth knowing, and what a person has to do. */
  notes: string[];
}

/** Idempotent. Rejects with ConfigError, StoreUnavailableError or StoreFullError, each with what to do. */
export function migrateStore(parts: MigrateParts): Promise<Migrated> {
  const { store } = parts.config;
  return store.kind === 'sqlite' ? sqlite(store.path, parts) : cassandra(store, parts);
}

const DAEMON_DOES = 'the daemon does this by itself at its start';

async function sqlite(path: string, { dryRun, onStep }: MigrateParts): Promise<Migrated> {
  const store = `sqlite:${path}`;
  const nothing = { store, applied: [], toDo: [], stood: [] };
  // Made by whoever runs it, it might belong to somebody else than the daemon.
  if (!existsSync(path)) {
    return { ...nothing, notes: [`there is no database yet: relay init makes it, and ${DAEMON_DOES}`] };
  }
  const { schemaOf, migrateFile } = await import('../store/sqlite/schema-of.ts');
  const before = schemaOf(path);
  if (before === 'in use') {
    return { ...nothing, notes: [`it is in use: ${DAEMON_DOES}, so it has been done`] };
  }
  const { applied: stood, missing } = before;
  if (dryRun || missing.length === 0) return { ...nothing, stood, toDo: missing, notes: [DAEMON_DOES] };
  const applied = migrateFile(path, setupClock.wallMs());
  for (const step of applied) onStep(`schema step ${step}`);
  return { ...nothing, stood, applied, notes: [] };
}

async function cassandra(present: CassandraStore, parts: MigrateParts): Promise<Migrated> {
  const { config, secrets, dryRun, onStep, log } = parts;
  const { keyspace } = present;
  const access = { ...(await cassandraAccess(present, config, secrets)), clock: setupClock, log };
  const [{ checkCassandra }, { migrateCassandra }] = await Promise.all([
    import('../store/cassandra/check.ts'),
    import('../store/cassandra/migrate.ts'),
  ]);
  const found = await checkCassandra(access);
  const down = found.machines
    .filter(({ up }) => !up)
    .map(({ address, datacenter }) => `${address} in ${datacenter}`);
  const notes =
    down.length === 0
      ? []
      : [`down at present: ${down.join(', ')}; a node learns of new tables when it is back`];
  notes.push(...loginNotes(found.loginReads));
  const replication = present.replication ?? found.copies;
  if (replication === null) {
    throw new ConfigError([
      `${config.path}: store.cassandra.replication: expected how many copies each datacenter holds, such as dc-a: 2; the keyspace ${keyspace} is not there yet and is made by it`,
    ]);
  }
  const unknown = Object.keys(replication).filter(
    (name) => !found.machines.some((one) => one.datacenter === name),
  );
  if (unknown.length > 0) {
    const known = [...new Set(found.machines.map(({ datacenter }) => datacenter))].sort();
    throw new ConfigError([
      `${config.path}: store.cassandra.replication: the nodes know no datacenter ${unknown.join(', ')}; theirs are ${known.join(', ')} (cassandra-rackdc.properties)`,
    ]);
  }
  if (found.copies !== null && !same(replication, found.copies)) {
    notes.push(
      `the keyspace keeps ${layout(found.copies)} and the configuration says ${layout(replication)}: that is not changed here; ALTER KEYSPACE ${keyspace} with cqlsh, then nodetool repair ${keyspace} on every node`,
    );
  }
  const store = `cassandra: keyspace ${keyspace}`;
  if (dryRun) {
    const toDo = [
      ...(found.copies === null ? [`keyspace ${keyspace} with ${layout(replication)}`] : []),
      ...(found.loginCopies !== null && !same(replication, found.loginCopies)
        ? [`logins kept with ${layout(replication)}, and nodetool repair system_auth after it`]
        : []),
      ...found.missing.map((step) => `schema step ${step}`),
    ];
    return { store, applied: [], toDo, stood: found.applied, notes };
  }
  const applied = await migrateCassandra(access, { replication, onStep });
  return { store, applied, toDo: [], stood: found.applied, notes };
}

/**
 * A node looks a login up again every few seconds, for queries too. Unless one copy is enough for that, it serves nobody
 * until it has noticed which others died, and one of two nodes of a datacenter nobody at all without the other.
 */
export function loginNotes(loginReads: Readonly<Record<string, string>>): string[] {
  const wrong = Object.entries(loginReads).filter(([, level]) => !/^(?:LOCAL_)?ONE$/u.test(level));
  return wrong.map(
    ([address, level]) =>
      `${address} looks logins up at ${level}, and would serve nobody while other nodes are down: set auth_read_consistency_level: ONE in its cassandra.yaml and restart it`,
  );
}

const same = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean =>
  layout(a) === layout(b);

/** `dc-a: 2, dc-b: 1`. */
const layout = (copies: Readonly<Record<string, number>>): string =>
  Object.entries(copies)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, held]) => `${name}: ${held}`)
    .join(', ');
