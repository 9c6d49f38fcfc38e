/** Whether the address that this machine sends from has a name, and the name that address. */
import ipaddr from 'ipaddr.js';
import type { Lookup } from './lookup.ts';
import type { DnsFinding } from './types.ts';
import { zoneLine } from './zone-line.ts';

/** Rejects with DnsSilentError. `name`: what the machine should be called. */
export async function checkPtr(lookup: Lookup, address: string, name: string): Promise<DnsFinding> {
  const finding = (state: DnsFinding['state'], text: string, record?: string): DnsFinding => ({
    about: 'ptr',
    domain: address,
    state,
    text,
    ...(record === undefined ? {} : { record }),
  });
  const names = await lookup.names(address);
  for (const one of names) {
    if ((await lookup.addresses(one)).includes(address)) return finding('ok', `${address} is ${one}`);
  }
  const line = zoneLine(reverseName(address), 'PTR', `${name}.`);
  const [named] = names;
  if (named === undefined) {
    return finding(
      'wrong',
      `${address} has no name (PTR), and many servers take no mail from such: whoever gave you the address can set it`,
      line,
    );
  }
  return finding(
    'wrong',
    `${address} says it is ${named}, which has another address: receivers believe neither`,
    zoneLine(named, address.includes(':') ? 'AAAA' : 'A', address),
  );
}

/** `1.2.0.192.in-addr.arpa`, or an IPv6 address's 32 digits. */
export function reverseName(address: string): string {
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  const digits = parsed
    .toByteArray()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return `${[...digits].toReversed().join('.')}.ip6.arpa`;
}
