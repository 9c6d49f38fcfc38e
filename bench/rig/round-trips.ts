/** Calls to Cassandra as the daemons count them. */
import type { LocalHost } from '../../test/cluster/daemon.ts';

export const KINDS = ['write', 'read', 'cas', 'serial-read'] as const;
export type Trips = Record<(typeof KINDS)[number], number>;

/** Since the start, all hosts together. Reading costs the hosts some calls, which the next reading shows. */
export async function tripsOf(hosts: readonly LocalHost[]): Promise<Trips> {
  const texts = await Promise.all(
    hosts.map(async (host) => {
      const response = await fetch(`${host.http}/metrics`);
      if (!response.ok) throw new Error(`${host.name} answers ${response.status} to /metrics`);
      return response.text();
    }),
  );
  const total = (kind: string): number =>
    texts.reduce((sum, text) => {
      const line = `relay_store_round_trips_total{kind="${kind}"} `;
      const at = text.indexOf(line);
      if (at === -1) throw new Error(`no host counts its calls of the kind ${kind}`);
      return sum + Number.parseInt(text.slice(at + line.length), 10);
    }, 0);
  return each((kind) => total(kind));
}

export const each = (of: (kind: keyof Trips) => number): Trips => ({
  write: of('write'),
  read: of('read'),
  cas: of('cas'),
  'serial-read': of('serial-read'),
});
