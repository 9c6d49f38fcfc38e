/**
 * Who may come into a cluster's Cassandra: an administrator with a password made for it, relay with what it needs and
 * no more, and nobody by the login that every Cassandra is born with. Judged by what is, so that it may be cut off and
 * done again at any moment.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, types } from 'cassandra-driver';
import type { Clock } from '../../engine/ports.ts';
import { StoreUnavailableError } from '../port.ts';
import { isWrongLogin, outageOf } from './failure.ts';
import { type Replication, replicationText } from './migrate.ts';
import { atNode, type Credentials } from './one-node.ts';
import type { CassandraAccess } from './options.ts';
import { checkedName } from './schema.ts';

/** What every new Cassandra lets in, from some ten seconds after its start on. */
const BORN: Credentials = { username: 'cassandra', password: 'cassandra' };
const BORN_WITHIN_MS = 120_000;
const WITHIN_MS = 120_000;
const BUSY_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/** Keyspaces of Cassandra's own that must outlive a datacenter; new, they lie in one to three copies anywhere. */
const LOGINS = 'system_auth';
const SPREAD = [LOGINS, 'system_distributed', 'system_traces'];
const NEEDED = ['CREATE', 'ALTER', 'SELECT', 'MODIFY'];

export interface Logins {
  admin: Credentials;
  relay: Credentials;
  /** The administrator before this one, who lets it in; null: none but the login that Cassandra is born with. */
  former: Credentials | null;
  /** Roles that nobody comes in by any more, by name. */
  gone: readonly string[];
}

export interface LoginsMade {
  /** What was done just now, in words. */
  done: string[];
  /** Keyspaces that are kept in other copies from now on: `nodetool repair` brings them there. */
  spread: string[];
  /** Nodes that don't let relay in yet, with why, by contact point: they lack copies until `nodetool repair system_auth`. */
  refusing: Record<string, string>;
}

export type LoginsAccess = Pick<CassandraAccess, 'contactPoints' | 'keyspace' | 'tls'> & { clock: Clock };

/** Rejects with StoreUnavailableError, which names no password. */
export async function makeLogins(
  access: LoginsAccess,
  { admin, relay, former, gone }: Logins,
  replication: Replication,
): Promise<LoginsMade> {
  const keyspace = checkedName(access.keyspace);
  const done = new Set<string>();
  const spreadNow = new Set<string>();
  if (!(await letsIn(access, admin))) {
    if (former !== null && (await letsIn(access, former)))
      await patiently(access, former, (client) => setRole(client, admin, true));
    else await replaceBorn(access, admin);
    done.add(
      `the login ${admin.username} instead of ${former?.username ?? 'the one that Cassandra is born with'}`,
    );
  }
  const known = await letsIn(access, relay);
  await patiently(access, admin, async (client) => {
    for (const its of SPREAD) {
      if (!(await spread(client, its, replication))) continue;
      // From now on each node looks logins up in its own copy, which is empty.
      // The born login too: a majority might not see it, and it would stay.
      if (its === LOGINS) await copyToAll(client, [admin, BORN]);
      spreadNow.add(its);
      done.add(`${its} is kept in every datacenter`);
    }
    await client.execute(
      `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = ${replicationText(replication)}`,
    );
    // One copy more or less: a majority of the new ones still meets a majority of the old ones.
    if (await spread(client, keyspace, replication)) {
      spreadNow.add(keyspace);
      done.add(`${keyspace} is kept as the hosts are now`);
    }
    if (!known && !done.has(`the login ${relay.username}`)) {
      await setRole(client, relay, false);
      done.add(`the login ${relay.username}`);
    }
    for (const permission of NEEDED) {
      await client.execute(`GRANT ${permission} ON KEYSPACE ${keyspace} TO ${name(relay)}`);
    }
    if (admin.username !== BORN.username && (await isRole(client, BORN))) {
      await client.execute(`DROP ROLE IF EXISTS ${BORN.username}`);
      done.add('nobody comes in by the login that Cassandra is born with');
    }
    for (const username of gone) {
      if (!(await isRole(client, { username }))) continue;
      await client.execute(`DROP ROLE IF EXISTS ${name({ username })}`);
      done.add(`nobody comes in by ${username} any more`);
    }
  });
  const refusing = await refusals(access, [admin, relay]);
  if (Object.keys(refusing).length === 0) return { done: [...done], spread: [...spreadNow], refusing };
  await patiently(access, admin, (client) => copyToAll(client, [admin, relay]));
  return { done: [...done], spread: [...spreadNow], refusing: await refusals(access, [admin, relay]) };
}

/** Whether any node takes the login. Rejects when none can be asked for long. */
async function letsIn(access: LoginsAccess, credentials: Credentials): Promise<boolean> {
  const untilMs = access.clock.monoMs() + WITHIN_MS;
  for (;;) {
    const tried = await Promise.allSettled(
      access.contactPoints.map((point) => atNode(access, point, credentials, ask)),
    );
    if (tried.some(({ status }) => status === 'fulfilled')) return true;
    const failures = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    if (failures.some(isWrongLogin)) return false;
    if (access.clock.monoMs() > untilMs) throw outageOf(failures[0]);
    await sleep(LOOK_AGAIN_MS);
  }
}

/** A login alone may come from what the node remembers; a question is looked up. */
const ask = async (client: Client): Promise<void> => {
  await client.execute('SELECT key FROM system.local', [], { consistency: types.consistencies.one });
};

async function replaceBorn(access: LoginsAccess, admin: Credentials): Promise<void> {
  const untilMs = access.clock.monoMs() + BORN_WITHIN_MS;
  for (;;) {
    for (const point of access.contactPoints) {
      const made = await atNode(access, point, BORN, (client) => setRole(client, admin, true)).catch(
        (error: unknown) => asError(error),
      );
      if (!(made instanceof Error) && (await letsIn(access, admin))) return;
    }
    if (access.clock.monoMs() > untilMs) {
      throw new StoreUnavailableError(
        `neither ${admin.username} nor the login that Cassandra is born with is let in: is the folder cluster-secrets/ the one that this cluster was made with?`,
      );
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

/** At one node after the other until it goes well: a node that lacks copies of logins refuses what others take. */
async function patiently(
  access: LoginsAccess,
  credentials: Credentials,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const untilMs = access.clock.monoMs() + WITHIN_MS;
  for (let at = 0; ; at += 1) {
    const point = access.contactPoints[at % access.contactPoints.length];
    if (point === undefined) throw new StoreUnavailableError('no node of Cassandra is named');
    try {
      await atNode(access, point, credentials, work);
      return;
    } catch (error) {
      if (access.clock.monoMs() > untilMs) throw withoutPasswords(outageOf(error), credentials);
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

async function spread(client: Client, keyspace: string, replication: Replication): Promise<boolean> {
  const { rows } = await client.execute(
    'SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
    [keyspace],
    { prepare: true },
  );
  const present = (rows[0]?.['replication'] ?? {}) as Record<string, string>;
  const asWanted =
    Object.entries(replication).every(([dc, copies]) => present[dc] === String(copies)) &&
    Object.keys(present).length === Object.keys(replication).length + 1;
  if (asWanted) return false;
  const places = new Set([...Object.keys(present), ...Object.keys(replication)]);
  places.delete('class');
  const differing = [...places].reduce(
    (sum, dc) => sum + Math.abs(Number(present[dc] ?? 0) - (replication[dc] ?? 0)),
    0,
  );
  if (!SPREAD.includes(keyspace) && differing > 1) {
    throw new StoreUnavailableError(
      `the copies of ${keyspace} and the hosts differ by ${differing}: add or remove one host at a time, else a majority of the new copies need not know what a majority of the old ones did`,
    );
  }
  await client.execute(`ALTER KEYSPACE ${keyspace} WITH replication = ${replicationText(replication)}`);
  return true;
}

/** Only what is read is given to who lacks it: with one column missing, that node refuses the role for good. */
const WHOLE_ROLE =
  'SELECT role, can_login, is_superuser, member_of, salted_hash FROM system_auth.roles WHERE role = ?';
const WHOLE_RIGHTS = 'SELECT role, resource, permissions FROM system_auth.role_permissions WHERE role = ?';

/** A node that was busy when a login was made, or didn't hold logins then, lacks it: a read from all gives it to all. */
async function copyToAll(client: Client, logins: Credentials[]): Promise<void> {
  for (const { username } of logins) {
    for (const query of [WHOLE_ROLE, WHOLE_RIGHTS])
      await client.execute(query, [username], { prepare: true, consistency: types.consistencies.all });
  }
}

async function isRole(client: Client, { username }: Pick<Credentials, 'username'>): Promise<boolean> {
  const { rows } = await client.execute(WHOLE_ROLE, [username], { prepare: true });
  return rows.length > 0;
}

/** CQL takes no parameters here. A password may be changed every five seconds only, so it is never set twice. */
async function setRole(client: Client, role: Credentials, superuser: boolean): Promise<void> {
  const password = `PASSWORD = ${text(role.password)}`;
  try {
    await client.execute(
      (await isRole(client, role))
        ? `ALTER ROLE ${name(role)} WITH ${password}`
        : `CREATE ROLE ${name(role)} WITH ${password} AND LOGIN = true AND SUPERUSER = ${superuser}`,
    );
  } catch (error) {
    throw withoutPasswords(asError(error), role);
  }
}

/** By contact point: why a node doesn't take one of the logins. What is only busy is asked again. */
async function refusals(access: LoginsAccess, logins: Credentials[]): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  await Promise.all(
    access.contactPoints.map(async (point) => {
      for (const credentials of logins) {
        const why = await refusal(access, point, credentials);
        if (why !== null) {
          found.push([point, withoutPasswords(outageOf(why), credentials).message]);
          return;
        }
      }
    }),
  );
  return Object.fromEntries(found);
}

async function refusal(access: LoginsAccess, point: string, credentials: Credentials): Promise<unknown> {
  const untilMs = access.clock.monoMs() + BUSY_MS;
  for (;;) {
    try {
      await atNode(access, point, credentials, ask);
      return null;
    } catch (error) {
      if (isWrongLogin(error) || access.clock.monoMs() > untilMs) return error;
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const name = ({ username }: Pick<Credentials, 'username'>): string => {
  if (!/^[\w.-]{1,48}$/u.test(username)) throw new RangeError(`${username} can't be the name of a role`);
  return `"${username}"`;
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** A node may quote in its error what it was told. */
function withoutPasswords(error: Error, { password }: Credentials): Error {
  if (error.message.includes(password)) error.message = error.message.replaceAll(password, '…');
  return error;
}
