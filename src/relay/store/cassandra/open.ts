/** Opens the Cassandra store. Loaded by import() only where it is used: the driver is heavy. */
import { refusalOf } from '../moving.ts';
import { StoreUnavailableError } from '../port.ts';
import { checkSchema } from './migrate.ts';
import type { CassandraOptions } from './options.ts';
import { checkedName } from './schema.ts';
import { Session } from './session.ts';
import { CassandraStore } from './store.ts';

export type { CassandraAccess, CassandraOptions, RoundTrip } from './options.ts';

const RETENTION_DAYS = 30;

/**
 * Resolves when a node answers and the schema is there. Rejects with StoreUnavailableError: nobody answers, the login
 * is refused, a certificate isn't trusted, the schema is missing or too new, everything has moved; the message says what to do.
 */
export async function openCassandraStore(options: CassandraOptions): Promise<CassandraStore> {
  checkedName(options.keyspace);
  const session = new Session(options);
  await session.connect();
  try {
    await checkSchema(session);
  } catch (error) {
    await session.close();
    throw error;
  }
  const store = new CassandraStore(session, options.retentionDays ?? RETENTION_DAYS, options);
  if (options.evenMoved === true) return store;
  try {
    const refusal = refusalOf(`the keyspace ${options.keyspace}`, await store.moving.notes());
    if (refusal === null) return store;
    throw new StoreUnavailableError(refusal);
  } catch (error) {
    await session.close();
    throw error;
  }
}
