/** chrony: all hosts of a cluster go by the same time. Relay itself measures how far they are apart, and says so. */
import ipaddr from 'ipaddr.js';
import { PLACES } from '../../places.ts';
import type { Component } from '../../types.ts';

/** Debian's chrony, whose own configuration reads ours and names Debian's pool; on a network without it that is silent. */
export const time: Component = {
  name: 'time',
  packages: ['chrony'],
  users: () => [],
  folders: () => [],
  files: ({ inventory }) => [
    {
      path: PLACES.time.config,
      content: chronyConfig(inventory.timeServers),
      mode: 0o644,
      owner: 'root',
      group: 'root',
      secret: false,
    },
  ],
  units: () => [
    { name: PLACES.time.unit, state: 'started', restartsOn: [PLACES.time.config], reloadsOn: [] },
  ],
};

/** `servers`: names of pools or servers, or addresses. */
export function chronyConfig(servers: readonly string[]): string {
  return `# Made by relay from cluster.yaml.
${servers.map((server) => `${ipaddr.isValid(server) ? 'server' : 'pool'} ${server} iburst\n`).join('')}# A clock that is far off jumps in the first minutes only: later, hosts that work are brought back slowly.
makestep 1 3
# The hardware's clock follows, for the next start.
rtcsync
# What is off by more is said in the log.
logchange 0.5
`;
}
