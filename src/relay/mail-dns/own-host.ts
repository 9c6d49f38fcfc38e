/** What this machine is called and where it is reached, as far as it can tell itself. */
import { createSocket } from 'node:dgram';
import { hostname, networkInterfaces } from 'node:os';
import { isPublicAddress, isPublicDomain } from './public-name.ts';

export interface OwnHost {
  /** A name for DNS records; one to be made when the machine has none. */
  name: string;
  /** Of its network interfaces, loopback left out. Behind NAT none of them is the one that others see. */
  addresses: string[];
}

/** `publicUrl`: how others reach its pages; `domain`: for a name when there is no other. */
export async function ownHost(publicUrl: string | null, domain: string): Promise<OwnHost> {
  const machine = hostname().toLowerCase();
  const web = publicUrl === null ? '' : (URL.parse(publicUrl)?.hostname ?? '');
  const name = [machine, web].find(isPublicDomain) ?? `relay.${domain}`;
  return { name, addresses: await ownAddresses() };
}

/** Those of its addresses that others can write to. */
export const publicAddresses = (own: OwnHost): string[] => own.addresses.filter(isPublicAddress);

async function ownAddresses(): Promise<string[]> {
  try {
    return Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((one) => !one.internal)
      .map((one) => one.address);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
    // Relay's unit keeps netlink from it (RestrictAddressFamilies): the list is not to be had, the ways out are.
    return sourceAddresses();
  }
}

/** The addresses that packets to the world leave from; nothing is sent to find out. */
export async function sourceAddresses(): Promise<string[]> {
  const found = await Promise.all([sourceAddress('udp4', '192.0.2.1'), sourceAddress('udp6', '2001:db8::1')]);
  return found.filter((one) => one !== null);
}

function sourceAddress(type: 'udp4' | 'udp6', towards: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket(type);
    const done = (address: string | null): void => {
      socket.close();
      resolve(address);
    };
    // No way there: no address of that kind.
    socket.once('error', () => done(null));
    socket.once('connect', () => done(socket.address().address));
    socket.connect(9, towards);
  });
}
