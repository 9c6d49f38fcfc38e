/** What each host lets in, probed from every other host and from this machine. */
import { expect } from 'vitest';
import { PEER_PORTS, SSH_PORT, WORLD_PORTS } from '../../../src/relay/hosts/ports.ts';
import { measured } from '../measured.ts';
import { probeFrom, probeFromHere, type Wanted } from '../probe.ts';
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
  const probes = await Promise.all(
    stage.hosts.map(async (host) => {
      const others = stage.hosts.filter(({ name }) => name !== host.name);
      return { host, probed: await probeFrom(stage.access, host, wantedOf(others, ports)) };
    }),
  );
  for (const { host, probed } of probes) {
    for (const found of probed) {
      expect(found, `${host.name} probes ${found.address}`).toEqual({
        address: found.address,
        open: sorted([...WORLD, ...PEERS, SSH_PORT]),
        refused: [],
      });
    }
  }
  for (const found of await probeFromHere(wantedOf(stage.hosts, ports))) {
    expect(found, `the admin probes ${found.address}`).toEqual({
      address: found.address,
      open: sorted([...WORLD, SSH_PORT]),
      refused: [],
    });
  }
  const count = ports.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  measured('ports probed of each host from each other and from outside', String(count));
}

const wantedOf = (hosts: readonly TestHost[], ports: Wanted['ports']): Wanted[] =>
  hosts.map(({ address }) => ({ address, ports }));

const sorted = (ports: readonly number[]): number[] => [...ports].sort((a, b) => a - b);
