/** Which names and addresses the world knows. Nobody is asked about the others. Pure. */
import ipaddr from 'ipaddr.js';

/** Reserved by RFC 2606, 6761, 6762, 8375 and 9476, or used in houses only. */
const HOUSE = new Set(
  'alt arpa corp example home internal invalid intranet lan local localdomain localhost onion private test'.split(
    ' ',
  ),
);
const DOCUMENTATION = /(?:^|\.)example\.(?:com|net|org)$/;

/** Whether a domain can be in the public DNS. */
export function isPublicDomain(domain: string): boolean {
  const name = domain.toLowerCase().replace(/\.$/, '');
  const last = name.slice(name.lastIndexOf('.') + 1);
  return name.includes('.') && !/^\d+$/.test(last) && !HOUSE.has(last) && !DOCUMENTATION.test(name);
}

/** Whether an address is reached from the internet. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
