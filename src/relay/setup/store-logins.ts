/** `relay store logins`: makes who may come into the nodes what `relay cluster apply` wants, once it has said so. */
import { cassandraAccess } from '../config/cassandra-access.ts';
import { ConfigError, type Config } from '../config/types.ts';
import type { LoginsMade } from '../store/cassandra/logins.ts';
import { setupClock } from './clock.ts';

/** What is read from standard input, as JSON: passwords stand in no argument. */
export interface LoginsWanted {
  admin: { user: string; password: string };
  relay: { user: string; password: string };
  /** The administrator before; absent: none. */
  former: { user: string; password: string } | null;
  /** Roles that are to go, by name. */
  gone: string[];
}

/** Reads what came by standard input; null when it is something else. */
export function loginsWanted(text: string): LoginsWanted | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const admin = loginOf(value, 'admin');
  const relay = loginOf(value, 'relay');
  if (admin === null || relay === null) return null;
  return { admin, relay, former: loginOf(value, 'former'), gone: goneOf(value) };
}

function goneOf(value: unknown): string[] {
  const { gone } = value as { gone?: unknown };
  return Array.isArray(gone) ? gone.filter((role): role is string => typeof role === 'string') : [];
}

function loginOf(value: unknown, key: string): { user: string; password: string } | null {
  if (typeof value !== 'object' || value === null) return null;
  const login = (value as Record<string, unknown>)[key];
  if (typeof login !== 'object' || login === null) return null;
  const { user, password } = login as Record<string, unknown>;
  return typeof user === 'string' && typeof password === 'string' && password !== ''
    ? { user, password }
    : null;
}

/** Idempotent. Rejects with ConfigError or StoreUnavailableError, which name no password. */
export async function makeStoreLogins(config: Config, wanted: LoginsWanted): Promise<LoginsMade> {
  const { store, path } = config;
  if (store.kind !== 'cassandra')
    throw new ConfigError([`${path}: store: expected cassandra: only its nodes have logins`]);
  if (store.replication === null) {
    throw new ConfigError([
      `${path}: store.cassandra.replication: expected how many copies each datacenter holds: logins are kept alike`,
    ]);
  }
  const access = await cassandraAccess(store, config, { cassandraPassword: () => Promise.resolve(null) });
  const { makeLogins } = await import('../store/cassandra/logins.ts');
  const credentials = ({ user, password }: LoginsWanted['admin']) => ({ username: user, password });
  return makeLogins(
    { ...access, clock: setupClock },
    {
      admin: credentials(wanted.admin),
      relay: credentials(wanted.relay),
      former: wanted.former === null ? null : credentials(wanted.former),
      gone: wanted.gone,
    },
    store.replication,
  );
}
