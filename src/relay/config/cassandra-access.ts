/** What reaching the nodes takes, made of the configuration: for the daemon, and for commands on the store. */
import { readFile } from 'node:fs/promises';
import type { CassandraAccess } from '../store/cassandra/options.ts';
import { parseListen } from './listen.ts';
import type { Secrets } from './secrets.ts';
import { ConfigError } from './types.ts';
import type { CassandraStore, Config } from './types.ts';

/** Reads the password and the certificates. Rejects with ConfigError when a file can't be read. */
export async function cassandraAccess(
  store: CassandraStore,
  config: Pick<Config, 'cluster' | 'host'>,
  secrets: Pick<Secrets, 'cassandraPassword'>,
): Promise<Omit<CassandraAccess, 'clock' | 'log'>> {
  const { contactPoints, datacenter, keyspace, user, tls } = store;
  const password = await secrets.cassandraPassword();
  const key = 'store.cassandra.tls';
  return {
    contactPoints,
    localDatacenter: datacenter,
    keyspace,
    credentials: user === null || password === null ? null : { username: user, password },
    tls:
      tls === null
        ? null
        : {
            ca: await pem(`${key}.caFile`, tls.caFile),
            ...(tls.certFile === null ? {} : { cert: await pem(`${key}.certFile`, tls.certFile) }),
            ...(tls.keyFile === null ? {} : { key: await pem(`${key}.keyFile`, tls.keyFile) }),
          },
    nearest: ownNode(config, store),
  };
}

/** The Cassandra node on this machine: the contact point at the address where the other hosts reach this one. */
function ownNode(config: Pick<Config, 'cluster' | 'host'>, store: CassandraStore): string[] {
  const own = config.cluster?.hosts.find(({ name }) => name === config.host);
  const address = own === undefined ? null : parseListen(own.address);
  return store.contactPoints.filter((point) => parseListen(point)?.host === address?.host);
}

async function pem(key: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError([`${key}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
