/** Which networks may send without a key or a password. */
import ipaddr from 'ipaddr.js';

/** Loopback and the private ranges, IPv6 unique local and link-local included. */
export const PRIVATE_NETWORKS: readonly string[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

/** A test for addresses in any of these ranges; IPv4 in IPv6 counts as IPv4. Throws on a range that is none. */
export function networkTest(ranges: readonly string[]): (address: string) => boolean {
  const parsed = ranges.map(parseRange);
  return (address) => {
    const [bare = ''] = address.split('%', 1);
    if (!ipaddr.isValid(bare)) return false;
    const ip = ipaddr.process(bare);
    return parsed.some(([range, bits]) => range.kind() === ip.kind() && ip.match(range, bits));
  };
}

function parseRange(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const range = text.trim();
  try {
    if (!range.includes('/')) {
      const one = ipaddr.process(range);
      return [one, one.kind() === 'ipv4' ? 32 : 128];
    }
    const [ip, bits] = ipaddr.parseCIDR(range);
    if (ip instanceof ipaddr.IPv6 && ip.isIPv4MappedAddress() && bits >= 96)
      return [ip.toIPv4Address(), bits - 96];
    return [ip, bits];
  } catch (error) {
    throw new Error(`"${text}" is no network: write it as 192.0.2.0/24 or 2001:db8::/32`, { cause: error });
  }
}
