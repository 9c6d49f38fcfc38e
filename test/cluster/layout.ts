/** The five hosts of a local cluster: each at the address of its own node, in the same datacenter. */
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import type { ClusterNode } from '../cassandra/plan.ts';

export interface HostPlace {
  /** From 1, as the node beside it. */
  k: number;
  name: string;
  datacenter: string;
  address: string;
  /** Where it listens for the other hosts, if what they say to its address goes through something else. */
  listensAt?: string;
  http: number;
  smtp: number;
  /** Where the other hosts call it. */
  peers: number;
}

/** What people know; other ones are taken where something on this machine holds these at every address. */
const USUAL = { http: 8080, smtp: 2525, peers: 7391 };
/** Below the ports that the system hands out by itself: none of these is taken between looking and listening. */
const PORTS = { first: 20_000, last: 32_000 };
const TRIES = 100;

/** h1 to h5, one beside each node. The nodes' network is theirs alone, so only wildcard listeners can be in the way. */
export async function placeHosts(nodes: readonly ClusterNode[]): Promise<HostPlace[]> {
  const addresses = nodes.map(({ address }) => address);
  const http = await freePort(USUAL.http, addresses, []);
  const smtp = await freePort(USUAL.smtp, addresses, [http]);
  const peers = await freePort(USUAL.peers, addresses, [http, smtp]);
  return nodes.map(({ k, datacenter, address, listensAt }) => ({
    k,
    name: `h${k}`,
    datacenter,
    address,
    ...(listensAt === undefined ? {} : { listensAt }),
    http,
    smtp,
    peers,
  }));
}

async function freePort(usual: number, addresses: readonly string[], taken: number[]): Promise<number> {
  for (let port = usual, tries = 0; tries < TRIES; port = randomInt(PORTS.first, PORTS.last), tries += 1) {
    if (taken.includes(port)) continue;
    const free = await Promise.all(addresses.map((address) => isFree(address, port)));
    if (!free.includes(false)) return port;
  }
  throw new Error('no port was found that is free at all hosts: are many programs listening here?');
}

async function isFree(address: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
