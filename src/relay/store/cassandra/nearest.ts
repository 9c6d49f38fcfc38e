/**
 * Which node is asked: the nearest first, and for one aggregate always the same while it is well. Commits on one
 * partition through two coordinators collide in Paxos and answer "unknown"; through one they queue up.
 */
import { policies, types } from 'cassandra-driver';
import type { Client, EmptyCallback, ExecutionOptions, Host, HostMap } from 'cassandra-driver';

export class NearestFirst extends policies.loadBalancing.LoadBalancingPolicy {
  readonly #localDatacenter: string;
  readonly #nearest: readonly string[];
  /** Addresses with port of nodes that take questions and don't answer. */
  readonly #doubted = new Set<string>();
  #hosts: HostMap | null = null;
  #turn = 0;

  /** `nearest`: addresses, with or without port. */
  constructor(localDatacenter: string, nearest: readonly string[]) {
    super();
    this.#localDatacenter = localDatacenter;
    this.#nearest = nearest;
  }

  override init(_client: Client, hosts: HostMap, callback: EmptyCallback): void {
    this.#hosts = hosts;
    // The driver's callbacks take no error as null.
    (callback as (error: Error | null) => void)(null);
  }

  /** Every node in every datacenter has connections open, so that losing the nearest costs no connecting. */
  override getDistance(): types.distance {
    return types.distance.local;
  }

  override newQueryPlan(
    _keyspace: string,
    executionOptions: ExecutionOptions | null,
    callback: (error: Error, iterator: Iterator<Host>) => void,
  ): void {
    // There are no options where a statement is prepared.
    const plan = this.#order(executionOptions?.getRoutingKey());
    (callback as (error: Error | null, iterator: Iterator<Host>) => void)(null, plan.values());
  }

  /** A node that has let a question time out is asked last, until it answers again. */
  doubt(address: string): void {
    this.#doubted.add(address);
  }

  trust(address: string): void {
    this.#doubted.delete(address);
  }

  #order(routingKey: Buffer | Buffer[] | undefined | null): Host[] {
    const hosts = (this.#hosts?.values() ?? []).toSorted((a, b) => (a.address < b.address ? -1 : 1));
    const start = routingKey instanceof Buffer ? hashOf(routingKey) : (this.#turn += 1);
    const ranks = new Map(hosts.map((host, at) => [host, this.#rank(host, (at + start) % hosts.length)]));
    return hosts.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
  }

  /** `turn`: the host's place among its equals for this question. */
  #rank(host: Host, turn: number): number {
    const near = this.#nearest.findIndex((one) => host.address === one || host.address.startsWith(`${one}:`));
    const distance =
      near >= 0 ? near : this.#nearest.length + (host.datacenter === this.#localDatacenter ? 0 : 1);
    const doubted = this.#doubted.has(host.address) ? 1_000 : 0;
    return (doubted + distance) * 1_000 + turn;
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
