/** Which nodes there are, which of them are up as the driver sees it, and where copies lie: for people. */
import type { Machines } from '../port.ts';
import type { CassandraAccess } from './options.ts';
import type { Session } from './session.ts';

/** Every node has this table whole, so that it can be read without any quorum. */
const LAID_OUT = 'SELECT keyspace_name, replication FROM system_schema.keyspaces WHERE keyspace_name IN ?';
const LOGINS = 'system_auth';

type Layout = Pick<Machines, 'copies' | 'loginCopies'>;

/**
 * Reads them again and again. Where copies lie hardly ever changes, and people ask when nothing can be read any more:
 * so what was read last is told at once, and read again behind it. Never rejects.
 */
export function machinesReader(
  session: Session,
  access: Pick<CassandraAccess, 'keyspace' | 'credentials'>,
): () => Promise<Machines> {
  let known: Layout | null = null;
  const read = async (): Promise<Layout> => (known = await layoutOf(session, access));
  return async () => {
    const reading = read();
    // It came from a node just now, or it is as old as the last time that one answered.
    if (known !== null) session.inBackground(reading);
    const layout = known ?? (await reading.catch(() => ({ copies: null, loginCopies: null })));
    return { machines: machinesOf(session), ...layout };
  };
}

/** `copies` is null for a keyspace that isn't there. Rejects with StoreUnavailableError when no node answers. */
export async function layoutOf(
  session: Session,
  { keyspace, credentials }: Pick<CassandraAccess, 'keyspace' | 'credentials'>,
): Promise<Layout> {
  const rows = await session.read(LAID_OUT, [[keyspace, LOGINS]]);
  const of = (name: string): Record<string, number> | null =>
    copiesIn(rows.find((row) => row['keyspace_name'] === name)?.['replication']);
  return { copies: of(keyspace), loginCopies: credentials === null ? null : of(LOGINS) };
}

/** The nodes alone: costs no question. */
export function machinesOf({ client }: Session): Machines['machines'] {
  return client.hosts
    .values()
    .map((host) => ({ address: host.address, datacenter: host.datacenter, up: host.isUp() }))
    .sort((a, b) => (a.datacenter + a.address < b.datacenter + b.address ? -1 : 1));
}

/** Replicas by datacenter; null for a layout that knows no datacenters. */
function copiesIn(replication: unknown): Record<string, number> | null {
  if (typeof replication !== 'object' || replication === null) return null;
  const copies = Object.entries(replication)
    .filter(([key]) => key !== 'class')
    .map(([datacenter, count]): [string, number] => [datacenter, Number(count)]);
  return copies.length > 0 && copies.every(([, count]) => Number.isInteger(count))
    ? Object.fromEntries(copies)
    : null;
}
