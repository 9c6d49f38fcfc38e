/** The firewalls of several hosts, all at once: what each has, what each should have, and making it so. */
import { wantedRules } from '../components/firewall/component.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Asked } from '../facts/question.ts';
import type { Finding } from '../inventory/finding.ts';
import { PLACES } from '../places.ts';
import { strangerFindings } from '../secrets/stranger.ts';
import { HostError } from '../ssh/port.ts';
import type { Remote } from '../ssh/port.ts';
import type { HostSpec, Inventory } from '../types.ts';
import { applyFirewall, RolledBackError, SYSTEMD } from './apply.ts';
import type { Applied, Keeper } from './apply.ts';
import { firewallDifference, readFirewall } from './drift.ts';
import { stillOpen } from './peers.ts';

/** What hosts always say is enough. */
const NOTHING: Asked = { paths: [], packages: [], users: [], groups: [], units: [] };

/** A host as it was found, or why it wasn't. */
export type HostFirewall =
  | { host: string; state: 'same' }
  | { host: string; state: 'differs'; difference: string | null; boots: boolean }
  | { host: string; state: 'failed'; why: string };

/** What became of the rules on a host; `rolledBack`: they would have shut us out, the old ones are back. */
export type HostApplied =
  | { host: string; state: Applied }
  | { host: string; state: 'rolledBack' | 'failed'; why: string };

export type Reach = (host: HostSpec) => Remote;

/** Never rejects for what went wrong on a host: that is its answer. */
export function lookAtFirewalls(
  inventory: Inventory,
  hosts: readonly HostSpec[],
  reach: Reach,
): Promise<HostFirewall[]> {
  return Promise.all(hosts.map((host) => lookAt(inventory, reach(host))));
}

async function lookAt(inventory: Inventory, remote: Remote): Promise<HostFirewall> {
  const host = remote.host.name;
  try {
    const found = await readFirewall(remote, await rulesFor(inventory, remote));
    const difference = firewallDifference(found);
    if (difference === null && found.boots) return { host, state: 'same' };
    return { host, state: 'differs', difference, boots: found.boots };
  } catch (error) {
    return failed(host, error);
  }
}

/**
 * Hosts that another authority than ours has set up; `trusted`: our certificates. Rejects with HostError when one can't be
 * asked.
 */
export async function strangersAmong(
  trusted: string,
  hosts: readonly HostSpec[],
  reach: Reach,
): Promise<Finding[]> {
  const found = await Promise.all(
    hosts.map(async (host) => {
      const asked = { ...NOTHING, paths: [{ path: PLACES.relay.caFile, secret: false }] };
      return [host.name, await gatherFacts(reach(host), asked)] as const;
    }),
  );
  return strangerFindings({ authority: { cert: trusted } }, new Map(found));
}

/** `told` hears of each as it is done. Never rejects for what went wrong on a host: that is its answer. */
export function applyFirewalls(
  inventory: Inventory,
  hosts: readonly HostSpec[],
  reach: Reach,
  told: (one: HostApplied) => void,
  keeper: Keeper = SYSTEMD,
): Promise<HostApplied[]> {
  return Promise.all(
    hosts.map(async (host) => {
      const peers = inventory.hosts.filter(({ name }) => name !== host.name).map(reach);
      const one = await applied(inventory, reach(host), peers, keeper);
      told(one);
      return one;
    }),
  );
}

async function applied(
  inventory: Inventory,
  remote: Remote,
  peers: readonly Remote[],
  keeper: Keeper,
): Promise<HostApplied> {
  const host = remote.host.name;
  try {
    const rules = await rulesFor(inventory, remote);
    const proof = await stillOpen(remote.host, peers);
    return { host, state: await applyFirewall(remote, rules, proof, keeper) };
  } catch (error) {
    if (error instanceof RolledBackError) return { host, state: 'rolledBack', why: error.why };
    return failed(host, error);
  }
}

/** Where its sshd listens is asked first: it must not be shut out by a port that the inventory doesn't know. */
async function rulesFor(inventory: Inventory, remote: Remote): Promise<string> {
  const { listening } = await gatherFacts(remote, NOTHING);
  return wantedRules({ inventory, host: remote.host }, listening);
}

/** Throws what is no host's fault. */
function failed(host: string, error: unknown): { host: string; state: 'failed'; why: string } {
  if (!(error instanceof HostError)) throw error;
  return { host, state: 'failed', why: error.message.replace(`${host}: `, '') };
}
