/** The other hosts of this relay, by the link between hosts: this host's certificate says who asks. */
import { readFile } from 'node:fs/promises';
import type { Config } from '../../relay/config/types.ts';
import type { Clock, Log } from '../../relay/engine/ports.ts';
import type { Errand } from './errand.ts';

export interface PeerAnswer {
  host: string;
  answer: unknown;
}

/** Connecting and answering, of each host. */
const WAIT_MS = 4_000;

/** Hosts of the same datacenter first. Resolves with the first that took it; rejects with Error, a line a host. */
export async function byPeers(config: Pick<Config, 'cluster' | 'host'>, errand: Errand): Promise<PeerAnswer> {
  const { cluster, host: self } = config;
  if (cluster === null) throw new Error('this relay has one host only');
  const { caFile, certFile, keyFile } = cluster.tls;
  const [ca, cert, key] = await Promise.all(
    [caFile, certFile, keyFile].map((file) => readFile(file, 'utf8')),
  );
  const { openPeers } = await import('../../relay/peers/link.ts');
  const here = cluster.hosts.find(({ name }) => name === self)?.datacenter;
  const others = cluster.hosts
    .filter(({ name }) => name !== self)
    .toSorted((a, b) => Number(b.datacenter === here) - Number(a.datacenter === here));
  const peers = openPeers({
    self,
    hosts: others,
    tls: { ca: ca ?? '', cert: cert ?? '', key: key ?? '' },
    log: SILENT,
    clock,
  });
  const failures: string[] = [];
  try {
    for (const { name } of others) {
      try {
        return { host: name, answer: await peers.call(name, 'handIn', errand, WAIT_MS) };
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    await peers.close();
  }
  throw new Error(failures.join('; '));
}

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

const clock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
