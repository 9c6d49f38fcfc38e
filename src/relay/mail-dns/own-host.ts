/** What this machine is called and where it is reached, as far as it can tell itself. */
import { hostname, networkInterfaces } from 'node:os';
import { isPublicAddress, isPublicDomain } from './public-name.ts';

export interface OwnHost {
  /** A name for DNS records; one to be made when the machine has none. */
  name: string;
  /** Of its network interfaces, loopback left out. Behind NAT none of them is the one that others see. */
  addresses: string[];
}

/** `publicUrl`: how others reach its pages; `domain`: for a name when there is no other. */
export function ownHost(publicUrl: string | null, domain: string): OwnHost {
  const machine = hostname().toLowerCase();
  const web = publicUrl === null ? '' : (URL.parse(publicUrl)?.hostname ?? '');
  const name = [machine, web].find(isPublicDomain) ?? `relay.${domain}`;
  return { name, addresses: ownAddresses() };
}

/** None where the system doesn't say: systemd's RestrictAddressFamilies without AF_NETLINK keeps it from relay. */
function ownAddresses(): string[] {
  try {
    return Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((one) => !one.internal)
      .map((one) => one.address);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return [];
    throw error;
  }
}

/** Those of its addresses that others can write to. */
export const publicAddresses = (own: OwnHost): string[] => own.addresses.filter(isPublicAddress);
