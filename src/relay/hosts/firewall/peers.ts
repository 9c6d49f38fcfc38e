/** Whether the other hosts still get in with new rules: connections that stand go on, so only new ones tell. */
import { PEER_PORTS } from '../ports.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import type { HostSpec } from '../types.ts';

const PORTS = Object.values(PEER_PORTS).join(' ');

/** By peer: which of a host's doors it gets through. One that can't be asked is left out. */
type Doors = ReadonlyMap<string, readonly number[]>;

/**
 * Looks from `peers` at the doors of `host`, and gives what looks again and rejects with HostError when one of those that
 * were open is shut. What was shut before, as on a host that is being set up, is not asked for.
 */
export async function stillOpen(host: HostSpec, peers: readonly Remote[]): Promise<() => Promise<void>> {
  const before = await doorsOf(host, peers);
  return async () => {
    const now = await doorsOf(
      host,
      peers.filter((peer) => (before.get(peer.host.name) ?? []).length > 0),
    );
    const shut = [...now].flatMap(([peer, doors]) => {
      const gone = (before.get(peer) ?? []).filter((port) => !doors.includes(port));
      return gone.length === 0 ? [] : [`${peer} no longer gets through to ${gone.join(', ')}`];
    });
    if (shut.length === 0) return;
    throw new HostError(host.name, 'look whether the other hosts still get in', null, shut.join('; '));
  };
}

async function doorsOf({ address }: HostSpec, peers: readonly Remote[]): Promise<Doors> {
  const found = await Promise.all(
    peers.map(async (peer) => {
      try {
        const open = await peer.run('look at the doors of another host', knock(address));
        return [[peer.host.name, open.split('\n').filter(Boolean).map(Number)] as const];
      } catch (error) {
        if (error instanceof HostError) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}

const knock = (address: string): string => `
for port in ${PORTS}; do
  if timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' '${address}' "$port" 2>/dev/null; then echo "$port"; fi
done`;
