/** Which hosts may be a relay together: what is left of a majority when any one provider is lost. Pure. */
import ipaddr from 'ipaddr.js';
import type { HostSpec } from '../types.ts';

/** As a finding, with the place in `hosts` that it is about. */
export interface LayoutFinding {
  level: 'refuse' | 'warn' | 'note';
  /** Null: about all of them. */
  at: { index: number; key: 'name' | 'provider' | 'address' | 'private' | 'mail' | 'network' } | null;
  what: string;
  cure: string;
}

/** Two lines for whoever asks why five, and why spread so. */
export const WHY_FIVE = [
  'Relay accepts and pages by a majority of its hosts. Of five at three providers (2 + 2 + 1) any provider can be lost,',
  'or any two hosts, and three are left: a majority. With two providers the loss of the larger one stops everything.',
] as const;

/** Everything there is to say of the hosts, worst first. */
export function layoutFindings(hosts: readonly HostSpec[]): LayoutFinding[] {
  const twice = [
    ...doubles(hosts, 'name', ({ name }) => name),
    ...doubles(hosts, 'address', ({ address }) => address),
    ...doubles(hosts, 'private', ({ privateAddress, provider }) =>
      privateAddress === null ? null : `${provider} ${privateAddress}`,
    ),
    ...doubles(hosts, 'mail', ({ mailName }) => mailName),
  ];
  return [
    ...twice,
    ...mixedFamilies(hosts),
    ...halfPrivate(hosts),
    ...shape(hosts),
    ...privateToAll(hosts),
    ...sharedRoutes(hosts),
  ];
}

function doubles(
  hosts: readonly HostSpec[],
  key: 'name' | 'address' | 'private' | 'mail',
  of: (host: HostSpec) => string | null,
): LayoutFinding[] {
  return hosts.flatMap((host, index) => {
    const value = of(host);
    const before = value === null ? index : hosts.findIndex((other) => of(other) === value);
    if (before === index) return [];
    const said = key === 'private' ? host.privateAddress : value;
    return [refusal({ index, key }, `expected each once, got "${said}" again`, 'give each host its own')];
  });
}

const refusal = (at: LayoutFinding['at'], what: string, cure: string): LayoutFinding => ({
  level: 'refuse',
  at,
  what,
  cure,
});

function shape(hosts: readonly HostSpec[]): LayoutFinding[] {
  const byProvider = Map.groupBy(hosts, ({ provider }) => provider);
  const sizes = [...byProvider.values()].map((list) => list.length).toSorted((a, b) => b - a);
  const said = [...byProvider].map(([provider, { length }]) => `${length} at ${provider}`).join(', ');
  const shown = sizes.join(' + ');
  if (shown === '2 + 2 + 1') return [];
  if (shown === '1 + 1 + 1') {
    return [
      {
        level: 'note',
        at: null,
        what:
          'three hosts, one at each of three providers, go on without any one of them; a second that fails before ' +
          'the first is back stops everything (five hosts, 2 + 2 + 1, outlive any two)',
        cure: '',
      },
    ];
  }
  if (hosts.length === 1) {
    return [
      refusal(
        null,
        'expected five hosts, got one',
        'one host alone is set up on the host itself: relay init --systemd',
      ),
    ];
  }
  const majority = Math.floor(hosts.length / 2) + 1;
  const biggest = [...byProvider].find(([, list]) => hosts.length - list.length < majority);
  const why =
    biggest === undefined
      ? ''
      : `: without ${biggest[0]} ${hosts.length - biggest[1].length} of ${hosts.length} would be left, and a majority is ${majority}`;
  return [
    refusal(
      null,
      `expected five hosts at three providers (2 + 2 + 1), or three at three, got ${said}${why}`,
      cureOfShape(hosts.length, byProvider),
    ),
  ];
}

function cureOfShape(hosts: number, byProvider: ReadonlyMap<string, readonly HostSpec[]>): string {
  const crowded = [...byProvider].find(([, list]) => list.length > 2);
  if (hosts === 5 && crowded !== undefined)
    return `move ${crowded[1].at(-1)?.name} from ${crowded[0]} to ${byProvider.size < 3 ? 'a third provider' : 'another provider'}`;
  if (hosts === 5) return 'two providers get two hosts each, a third one gets one';
  if (hosts < 5) return `add ${5 - hosts} host${hosts === 4 ? '' : 's'}, so that it is 2 + 2 + 1`;
  return `take ${hosts - 5} host${hosts === 6 ? '' : 's'} out: more than five make nothing safer, since each change waits for a majority of all`;
}

const isSix = (address: string): boolean => address.includes(':');

function mixedFamilies(hosts: readonly HostSpec[]): LayoutFinding[] {
  const first = hosts[0];
  const index = hosts.findIndex(({ address }) => isSix(address) !== isSix(first?.address ?? ''));
  const other = hosts[index];
  if (first === undefined || other === undefined) return [];
  return [
    refusal(
      { index, key: 'address' },
      `expected addresses of one kind, got ${other.address} beside ${first.address}: each host must reach each other one`,
      'give all hosts IPv4 addresses, or all IPv6 ones',
    ),
  ];
}

/**
 * Hosts of a provider call each other by private addresses, where there are such. A host that is alone there may have
 * one all the same: behind a translation of addresses it is the one that its programs can listen at.
 */
function halfPrivate(hosts: readonly HostSpec[]): LayoutFinding[] {
  return hosts.flatMap((host, index): LayoutFinding[] => {
    const neighbour = hosts.find((other) => other !== host && other.provider === host.provider);
    if (host.privateAddress === null || neighbour === undefined || neighbour.privateAddress !== null)
      return [];
    return [
      refusal(
        { index, key: 'private' },
        `expected one for ${neighbour.name} too: ${host.name} alone in a private network of ${host.provider} can't be reached by it`,
        'give both hosts one, or none',
      ),
    ];
  });
}

function privateToAll(hosts: readonly HostSpec[]): LayoutFinding[] {
  const unreachable = hosts.filter(({ address }) =>
    ['private', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.parse(address).range()),
  );
  if (unreachable.length === 0) return [];
  return [
    {
      level: 'warn',
      at: null,
      what: `${unreachable.map(({ name }) => name).join(', ')}: private addresses, so mail from the internet can't come in there`,
      cure: 'nothing, where only your own networks send alerts and all hosts reach each other; otherwise give the public addresses',
    },
  ];
}

/** What two providers share can take both away at once. */
function sharedRoutes(hosts: readonly HostSpec[]): LayoutFinding[] {
  const found: LayoutFinding[] = [];
  hosts.forEach((host, index) => {
    for (const before of hosts.slice(0, index)) {
      if (before.provider === host.provider) continue;
      const pair = `${before.name} at ${before.provider} and ${host.name} at ${host.provider}`;
      if (host.network !== null && before.network?.toLowerCase() === host.network.toLowerCase()) {
        found.push({
          level: 'warn',
          at: { index, key: 'network' },
          what: `${pair} hang on the same network (${host.network}): it can take both away at once`,
          cure: 'take a provider with another carrier, if you can',
        });
      } else if (sameBlock(before.address, host.address)) {
        found.push({
          level: 'warn',
          at: { index, key: 'address' },
          what: `${pair} are in the same network (${blockOf(host.address)}): most likely one router or one reseller is behind both`,
          cure: 'ask the providers whose network it is; better take another one',
        });
      }
    }
  });
  return found;
}

const sameBlock = (one: string, other: string): boolean => blockOf(one) === blockOf(other);

/** The /24 or /48 around an address: the smallest that is announced to the internet by itself. */
function blockOf(address: string): string {
  const bits = isSix(address) ? 48 : 24;
  const network = isSix(address)
    ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)
    : ipaddr.IPv4.networkAddressFromCIDR(`${address}/${bits}`);
  return `${network.toString()}/${bits}`;
}
