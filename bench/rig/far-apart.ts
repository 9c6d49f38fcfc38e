/**
 * Puts datacenters on one machine far apart: it listens at the addresses of nodes and daemons in their place, and hands
 * on what comes in as late as it would arrive there. It looks up who connects, since on loopback all have one address.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { nodePid } from '../../test/cassandra/processes.ts';
import type { ClusterNode } from '../../test/cassandra/plan.ts';
import type { Between } from '../../test/cluster/cluster.ts';
import type { LocalHost } from '../../test/cluster/daemon.ts';
import { callerOf } from './callers.ts';

/** Milliseconds there and back between two datacenters. */
export type RoundTripMs = (from: string, to: string) => number;

interface Place {
  datacenter: string;
  address: string;
  listensAt?: string;
}

export class FarApart implements Between {
  readonly #roundTripMs: RoundTripMs;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #nodes: readonly ClusterNode[] = [];
  #hosts: readonly LocalHost[] = [];

  constructor(roundTripMs: RoundTripMs) {
    this.#roundTripMs = roundTripMs;
  }

  async nodes(nodes: readonly ClusterNode[]): Promise<void> {
    this.#nodes = nodes;
    for (const node of nodes) {
      await this.#standBefore(node, node.cqlPort);
      await this.#standBefore(node, node.storagePort);
    }
  }

  async hosts({ hosts }: Parameters<Between['hosts']>[0]): Promise<void> {
    this.#hosts = hosts;
    for (const { place } of hosts) await this.#standBefore(place, place.peers);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  async #standBefore({ datacenter, address, listensAt }: Place, port: number): Promise<void> {
    if (listensAt === undefined) throw new Error(`${address} listens there itself`);
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
      void this.#join(near, connect({ host: listensAt, port, noDelay: true }), { datacenter, port });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address, port }, resolve);
    });
    this.#servers.push(server);
  }

  async #join(near: Socket, far: Socket, to: { datacenter: string; port: number }): Promise<void> {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroySoon();
      });
    }
    const from = await this.#datacenterOf(near.remotePort ?? 0, to.port);
    const oneWayMs = from === null ? 0 : this.#roundTripMs(from, to.datacenter) / 2;
    handOn(near, far, oneWayMs);
    handOn(far, near, oneWayMs);
    near.resume();
  }

  /** Null: somebody outside, such as whoever starts the nodes; nobody is far from those. */
  async #datacenterOf(port: number, toPort: number): Promise<string | null> {
    const known = new Map<number, string>();
    for (const { dir, datacenter } of this.#nodes) {
      const pid = nodePid(dir);
      if (pid !== null) known.set(pid, datacenter);
    }
    for (const { pid, place } of this.#hosts) if (pid !== null) known.set(pid, place.datacenter);
    const caller = await callerOf(port, toPort, [...known.keys()]);
    return caller === null ? null : (known.get(caller) ?? null);
  }
}

/** In order, since timers of one length are. What is under way isn't bounded: the loads here are small. */
function handOn(from: Socket, to: Socket, delayMs: number): void {
  if (delayMs === 0) {
    from.pipe(to);
    return;
  }
  from.on('data', (bytes) => {
    setTimeout(() => {
      if (to.writable) to.write(bytes);
    }, delayMs);
  });
  from.on('end', () => setTimeout(() => to.end(), delayMs));
}
