/** Brings the schema up to date: only when somebody says so, one step after the other, and safe when two say so at once. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../port.ts';
import { numberOf, textOf } from './cells.ts';
import { outageOf } from './failure.ts';
import type { CassandraAccess } from './options.ts';
import { SCHEMA_PATIENCE_S } from './policies.ts';
import { NEWEST_STEP, STEPS, checkedName } from './schema.ts';
import type { SchemaStep } from './schema.ts';
import { Session } from './session.ts';

/** How many copies each datacenter holds, e.g. {"dc-a": 2, "dc-b": 2, "dc-c": 1}. */
export type Replication = Readonly<Record<string, number>>;

export interface MigrateOptions {
  replication: Replication;
  /** Told of each thing done, in words. */
  onStep: (text: string) => void;
}

/** Longer than a statement and the agreement on it take: who lost the lock on the way would change tables beside another. */
export const LOCK_S = 2 * SCHEMA_PATIENCE_S;
const LOCK_PAUSE_MS = 500;
const LOCK_PATIENCE_MS = 5 * 60_000;

/**
 * Creates the keyspace if there is none, keeps roles in every datacenter, and applies the steps that are missing.
 * Idempotent. Returns the names of the steps applied. Rejects with StoreUnavailableError.
 */
export async function migrateCassandra(access: CassandraAccess, options: MigrateOptions): Promise<string[]> {
  const keyspace = checkedName(access.keyspace);
  const outer = new Session(access, null);
  await outer.connect();
  try {
    await makeKeyspace(outer, keyspace, options);
    if (access.credentials !== null) await spreadRoles(outer, options);
    await define(outer, ledgerTable(keyspace));
  } finally {
    await outer.close();
  }
  const session = new Session(access);
  await session.connect();
  try {
    return await applyMissing(session, options.onStep);
  } finally {
    await session.close();
  }
}

/** The steps this keyspace has, by number. Rejects with StoreUnavailableError. */
export async function appliedSteps(
  session: Session,
): Promise<Map<number, { name: string; breaking: boolean }>> {
  const rows = await session.read('SELECT number, name, breaking FROM migrations WHERE part = ?', ['steps']);
  return new Map(
    rows.map((row) => [
      numberOf(row, 'number'),
      { name: textOf(row, 'name'), breaking: row['breaking'] === true },
    ]),
  );
}

/** Rejects unless every step that this version needs is there, and none that it must know and doesn't. */
export async function checkSchema(session: Session): Promise<void> {
  const applied = await appliedSteps(session);
  const missing = STEPS.filter(({ number }) => !applied.has(number));
  if (missing.length > 0) {
    throw new StoreUnavailableError(
      `the schema in Cassandra lacks ${missing.map(({ number, name }) => `${number} (${name})`).join(', ')}: run: relay store migrate`,
    );
  }
  for (const [number, { name, breaking }] of applied) {
    if (number > NEWEST_STEP && breaking) {
      throw new StoreUnavailableError(
        `a newer relay has changed the schema in Cassandra (${number}, ${name}): upgrade relay on this host`,
      );
    }
  }
}

/** As CQL writes it. */
export const replicationText = (replication: Replication): string => {
  const parts = Object.entries(replication).map(([name, copies]) => {
    if (!/^[\w.-]+$/.test(name)) throw new RangeError(`'${name}' can't be a datacenter's name`);
    if (!Number.isSafeInteger(copies) || copies < 1)
      throw new RangeError(`${name}: at least one copy, not ${copies}`);
    return `'${name}': ${copies}`;
  });
  if (parts.length === 0) throw new RangeError('no datacenter to keep copies in');
  return `{'class': 'NetworkTopologyStrategy', ${parts.join(', ')}}`;
};

async function makeKeyspace(
  session: Session,
  keyspace: string,
  { replication, onStep }: MigrateOptions,
): Promise<void> {
  const known = await session.read(
    'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?',
    [keyspace],
  );
  // To create one, even one that is there, takes a right over all keyspaces, which relay's role needn't have.
  if (known.length > 0) return;
  await define(
    session,
    `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = ${replicationText(replication)}`,
  );
  onStep(`keyspace ${keyspace} created`);
}

/** Roles lie in one copy by default: with that node nobody could log in anywhere. */
async function spreadRoles(session: Session, { replication, onStep }: MigrateOptions): Promise<void> {
  const [row] = await session.read(
    'SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
    ['system_auth'],
  );
  const present = (row?.['replication'] ?? {}) as Record<string, string>;
  const asWanted =
    Object.entries(replication).every(([name, copies]) => present[name] === String(copies)) &&
    Object.keys(present).length === Object.keys(replication).length + 1;
  if (asWanted) return;
  await define(session, `ALTER KEYSPACE system_auth WITH replication = ${replicationText(replication)}`);
  onStep('roles are kept in every datacenter from now on: run `nodetool repair system_auth` on one node');
}

/**
 * Two who create a table at once through two nodes would make two tables of one name, which Cassandra can't reconcile;
 * the id given here makes them one. All other tables are created under the lock, which is a row of this one.
 */
function ledgerTable(keyspace: string): string {
  const hash = createHash('sha256').update(`relay migrations ${keyspace}`).digest('hex');
  const id = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return `CREATE TABLE IF NOT EXISTS ${keyspace}.migrations (
    part text, number int, name text, breaking boolean, applied_ms double, taker text,
    PRIMARY KEY ((part), number)) WITH id = '${id}'`;
}

/** Runs a schema statement; the driver waits until every node has it, or for SCHEMA_PATIENCE_S. */
async function define(session: Session, statement: string): Promise<void> {
  try {
    const { info } = await session.client.execute(statement, [], { prepare: false });
    // Not in the driver's types.
    if ((info as { isSchemaInAgreement?: boolean }).isSchemaInAgreement === true) return;
  } catch (error) {
    throw outageOf(error);
  }
  throw new StoreUnavailableError(
    'the nodes do not agree on the schema: see `nodetool describecluster`, bring back or restart the node that differs, and run `relay store migrate` again',
  );
}

async function applyMissing(session: Session, onStep: (text: string) => void): Promise<string[]> {
  const token = randomUUID();
  await takeLock(session, token, onStep);
  const applied: string[] = [];
  try {
    const present = await appliedSteps(session);
    for (const step of STEPS.filter(({ number }) => !present.has(number))) {
      for (const statement of step.statements) {
        await define(session, statement);
        await keepLock(session, token);
      }
      await record(session, step);
      applied.push(`${step.number} ${step.name}`);
      onStep(`schema step ${step.number}: ${step.name}`);
    }
  } finally {
    await session.decide(
      [
        {
          query: 'DELETE FROM migrations WHERE part = ? AND number = 0 IF taker = ?',
          params: ['lock', token],
        },
      ],
      'lock',
    );
  }
  return applied;
}

async function takeLock(session: Session, token: string, onStep: (text: string) => void): Promise<void> {
  const untilMs = session.clock.monoMs() + LOCK_PATIENCE_MS;
  const query = `INSERT INTO migrations (part, number, taker) VALUES ('lock', 0, ?) IF NOT EXISTS USING TTL ${LOCK_S}`;
  for (let attempt = 1; ; attempt += 1) {
    const { outcome } = await session.decide([{ query, params: [token] }], 'lock');
    if (outcome === 'applied' || (await holder(session)) === token) return;
    if (session.clock.monoMs() > untilMs) {
      throw new StoreUnavailableError(
        'somebody else changes the schema and does not finish: run `relay store migrate` again later',
      );
    }
    if (attempt === 2) onStep('somebody else changes the schema: waiting for it');
    await sleep(LOCK_PAUSE_MS);
  }
}

async function holder(session: Session): Promise<unknown> {
  const [row] = await session.readLatest(
    'SELECT taker FROM migrations WHERE part = ? AND number = 0',
    ['lock'],
    'lock',
  );
  return row?.['taker'] ?? null;
}

async function keepLock(session: Session, token: string): Promise<void> {
  const query = `UPDATE migrations USING TTL ${LOCK_S} SET taker = ? WHERE part = 'lock' AND number = 0 IF taker = ?`;
  const { outcome } = await session.decide([{ query, params: [token, token] }], 'lock');
  if (outcome === 'applied' || (outcome === 'unknown' && (await holder(session)) === token)) return;
  throw new StoreUnavailableError(
    'somebody else has begun to change the schema meanwhile: run `relay store migrate` again',
  );
}

async function record(session: Session, step: SchemaStep): Promise<void> {
  const query = 'INSERT INTO migrations (part, number, name, breaking, applied_ms) VALUES (?, ?, ?, ?, ?)';
  await session.write(query, ['steps', step.number, step.name, step.breaking, session.clock.wallMs()]);
}
