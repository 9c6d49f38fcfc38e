/** Looks at the nodes without opening a store: for commands that run while no daemon does. */
import { types } from 'cassandra-driver';
import type { Beat, Machines } from '../port.ts';
import { numberOf, textOf, textOrNull } from './cells.ts';
import { readBeats } from './beats.ts';
import { layoutOf, machinesOf } from './machines.ts';
import type { CassandraAccess } from './options.ts';
import { STEPS, checkedName } from './schema.ts';
import { Session } from './session.ts';

export interface CassandraCheck extends Machines {
  /** Schema steps by name: there, and still to be applied. */
  applied: string[];
  missing: string[];
  /** The consistency at which each node looks up logins, by address; those that don't tell are left out. */
  loginReads: Readonly<Record<string, string>>;
}

const LOOK_TIMEOUT_MS = 1_500;
const LOGIN_READS = "SELECT value FROM system_views.settings WHERE name = 'auth_read_consistency_level'";

/** Rejects with StoreUnavailableError when no node answers, with what to do. */
export async function checkCassandra(access: CassandraAccess): Promise<CassandraCheck> {
  const keyspace = checkedName(access.keyspace);
  return withSession(access, null, async (session) => {
    const [layout, loginReads] = await Promise.all([
      layoutOf(session, access),
      access.credentials === null ? {} : loginReadsOf(session),
    ]);
    const applied = layout.copies === null ? new Map<number, string>() : await stepsOf(session, keyspace);
    return {
      ...layout,
      machines: machinesOf(session),
      applied: [...applied].map(([number, name]) => `${number} ${name}`),
      missing: STEPS.filter(({ number }) => !applied.has(number)).map(
        ({ number, name }) => `${number} ${name}`,
      ),
      loginReads,
    };
  });
}

/** The newest signs of life of each host, as often as `look` asks for them. Rejects with StoreUnavailableError. */
export async function lookAtBeats<T>(
  access: CassandraAccess,
  look: (read: () => Promise<Beat[]>) => Promise<T>,
): Promise<T> {
  return withSession(access, access.keyspace, (session) => look(() => readBeats(session)));
}

async function withSession<T>(
  access: CassandraAccess,
  keyspace: string | null,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = new Session(access, keyspace);
  await session.connect();
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Each node has settings of its own, and only it tells them; an ordinary role may not be allowed to ask. */
async function loginReadsOf({ client }: Session): Promise<Record<string, string>> {
  const up = client.hosts.values().filter((host) => host.isUp());
  const told = await Promise.all(
    up.map(async (host): Promise<[string, string][]> => {
      const options = { host, consistency: types.consistencies.localOne, readTimeout: LOOK_TIMEOUT_MS };
      try {
        const [row] = (await client.execute(LOGIN_READS, [], options)).rows;
        const level = row === undefined ? null : textOrNull(row, 'value');
        return level === null ? [] : [[host.address, level]];
      } catch {
        return [];
      }
    }),
  );
  return Object.fromEntries(told.flat());
}

async function stepsOf(session: Session, keyspace: string): Promise<Map<number, string>> {
  const tables = await session.read(
    'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?',
    [keyspace, 'migrations'],
  );
  if (tables.length === 0) return new Map();
  const rows = await session.read(`SELECT number, name FROM ${keyspace}.migrations WHERE part = ?`, [
    'steps',
  ]);
  return new Map(rows.map((row) => [numberOf(row, 'number'), textOf(row, 'name')]));
}
