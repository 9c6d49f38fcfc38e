/** Looks for a place on loopback where nobody is: a /24 of its own for each cluster, so that no two ever meet. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const CQL_PORT = 9042;
const STORAGE_PORT = 7000;
/** Below the ports that the system hands out by itself: none of these is taken between looking and listening. */
const PORTS = { first: 20_000, last: 32_000 };
const TRIES = 50;
/** After these the usual ports are given up: something on this machine holds them at every address. */
const TRIES_AT_USUAL_PORTS = 10;

/** Where a cluster may listen. */
export interface Place {
  network: string;
  cqlPort: number;
  storagePort: number;
  jmxPorts: number[];
}

/**
 * A place for `count` nodes that `claim` grants: it is told the network and answers whether it is now ours. Rejects
 * when the machine seems to have none.
 */
export async function findPlace(count: number, claim: (network: string) => boolean): Promise<Place> {
  for (let at = 0; at < TRIES; at += 1) {
    // Not 127.0.x.y: distributions give some of it meanings, 127.0.1.1 for one.
    const network = `127.${randomInt(1, 255)}.${randomInt(0, 256)}`;
    const usual = at < TRIES_AT_USUAL_PORTS;
    const cqlPort = usual ? CQL_PORT : anyPort();
    const storagePort = usual ? STORAGE_PORT : anyPort();
    const addresses = Array.from({ length: count }, (_, index) => `${network}.${index + 1}`);
    const free = await Promise.all(
      addresses.flatMap((address) => [isFree(address, cqlPort), isFree(address, storagePort)]),
    );
    if (cqlPort === storagePort || free.includes(false) || !claim(network)) continue;
    return { network, cqlPort, storagePort, jmxPorts: await freePorts(count, [cqlPort, storagePort]) };
  }
  throw new Error(
    `no free network was found below 127.0.0.0/8 in ${TRIES} tries: are many clusters running?`,
  );
}

async function freePorts(count: number, taken: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = anyPort();
    if (!taken.includes(port) && !found.includes(port) && (await isFree('127.0.0.1', port))) found.push(port);
  }
  return found;
}

const anyPort = (): number => randomInt(PORTS.first, PORTS.last);

async function isFree(address: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
