/** What each host lets in, probed from every other host and from this machine. */
import { expect } from 'vitest';
import { PEER_PORTS, SSH_PORT, WORLD_PORTS } from '../../../src/relay/hosts/ports.ts';
import { measured } from '../measured.ts';
import { probeFrom, probeFromHere, type Probed, type Wanted } from '../probe.ts';
import type { TestHost } from '../setting.ts';
import type { Stage } from '../stage.ts';

/** Without users nobody submits mail: those doors are shut. */
const WORLD = [WORLD_PORTS.smtp, WORLD_PORTS.http, WORLD_PORTS.https];
const PEERS = Object.values(PEER_PORTS).filter((port) => port !== PEER_PORTS.handedSubmission);
/** What might be open by mistake: loopback's own doors, and what machines often have. */
const OTHERS: readonly (readonly [number, number])[] = [
  [1, 1024],
  [2500, 2600],
  [7000, 10_000],
];
const EVERY: readonly (readonly [number, number])[] = [[1, 65_535]];

export async function firewallFromOutside(
  stage: Stage,
  { everyPort }: { everyPort: boolean },
): Promise<void> {
  const ports = everyPort ? EVERY : OTHERS;
  const [probes, fromHere] = await Promise.all([
    Promise.all(
      stage.hosts.map(async (host) => {
        const others = stage.hosts.filter(({ name }) => name !== host.name);
        return { host, probed: await probeFrom(stage.access, host, wantedOf(others, ports)) };
      }),
    ),
    probeFromHere(wantedOf(stage.hosts, ports)),
  ]);
  const wanted = sorted([...WORLD, ...PEERS, SSH_PORT]);
  for (const { host, probed } of probes) {
    for (const first of probed) {
      const found = await lookedAgain(stage, host, first, wanted);
      expect(found, `${host.name} probes ${found.address}`).toEqual({
        address: found.address,
        open: wanted,
        refused: [],
      });
    }
  }
  for (const found of fromHere) {
    expect(found, `the admin probes ${found.address}`).toEqual({
      address: found.address,
      open: sorted([...WORLD, SSH_PORT]),
      refused: [],
    });
  }
  const count = ports.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  measured('ports probed of each host from each other and from outside', String(count));
}

/**
 * Two hosts that probe each other may meet in one connection, begun from both ends, which either's firewall then takes
 * for its own: what is not `wanted` counts when it is there again while nobody else probes.
 */
async function lookedAgain(stage: Stage, host: TestHost, first: Probed, wanted: number[]): Promise<Probed> {
  const odd = [...first.open, ...first.refused].filter((port) => !wanted.includes(port));
  if (odd.length === 0) return first;
  const ports = odd.map((port) => [port, port] as const);
  const [again] = await probeFrom(stage.access, host, [{ address: first.address, ports }]);
  const still = (port: number): boolean =>
    wanted.includes(port) || again?.open.includes(port) === true || again?.refused.includes(port) === true;
  return { ...first, open: first.open.filter(still), refused: first.refused.filter(still) };
}

const wantedOf = (hosts: readonly TestHost[], ports: Wanted['ports']): Wanted[] =>
  hosts.map(({ address }) => ({ address, ports }));

const sorted = (ports: readonly number[]): number[] => [...ports].sort((a, b) => a - b);
