/** Where mail to a domain goes. */
import type { Lookup } from './lookup.ts';

export interface MxHost {
  name: string;
  priority: number;
  addresses: string[];
}

export interface Mx {
  domain: string;
  /** No MX record: senders take the domain's own address (RFC 5321, 5.1). */
  isImplicit: boolean;
  /** Best first; those of a record that names nothing reachable have no addresses. */
  hosts: MxHost[];
}

/** A domain with more is somebody else's: the first ones decide. */
const HOSTS_MAX = 6;

/** Rejects with DnsSilentError. */
export async function findMx(lookup: Lookup, domain: string): Promise<Mx> {
  const records = await lookup.mx(domain);
  if (records.length === 0) {
    const addresses = await lookup.addresses(domain);
    return {
      domain,
      isImplicit: true,
      hosts: addresses.length === 0 ? [] : [{ name: domain, priority: 0, addresses }],
    };
  }
  // The null MX names the root, which is nobody (RFC 7505).
  const named = records.filter(({ exchange }) => exchange !== '' && exchange !== '.').slice(0, HOSTS_MAX);
  const hosts = await Promise.all(
    named.map(async ({ exchange, priority }) => ({
      name: exchange.toLowerCase(),
      priority,
      addresses: await lookup.addresses(exchange),
    })),
  );
  return { domain, isImplicit: false, hosts };
}
