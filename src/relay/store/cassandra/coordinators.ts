/** Sees which nodes take questions without answering (paused, or cut off one way), and has the others asked first. */
import { types } from 'cassandra-driver';
import type { Client } from 'cassandra-driver';
import type { Clock } from '../../engine/ports.ts';
import type { NearestFirst } from './nearest.ts';

const PROBE_AFTER_MS = 1_000;
const PROBE_TIMEOUT_MS = 900;

export class Coordinators {
  readonly #client: Client;
  readonly #nearest: NearestFirst;
  readonly #clock: Clock;
  /** What ends the waiting for the next probe, by address. */
  readonly #probes = new Map<string, () => void>();
  #closed = false;

  constructor(client: Client, nearest: NearestFirst, clock: Clock) {
    this.#client = client;
    this.#nearest = nearest;
    this.#clock = clock;
  }

  /** A second node had to be asked: the first one was too slow. */
  answered(info: types.ResultSet['info']): void {
    const [first] = Object.keys(info.triedHosts);
    if (first === undefined || first === info.queriedHost) return;
    // A node that is known to be down or that gave an error isn't a silent one.
    if (info.triedHosts[first] === null) this.#doubt(first);
  }

  failed(error: unknown): void {
    if (!(error instanceof Error) || error.constructor.name !== 'OperationTimedOutError') return;
    if ('coordinator' in error && typeof error.coordinator === 'string') this.#doubt(error.coordinator);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#probes.values()) cancel();
    this.#probes.clear();
  }

  #doubt(address: string): void {
    if (this.#closed || this.#probes.has(address)) return;
    this.#nearest.doubt(address);
    this.#probeLater(address);
  }

  #probeLater(address: string): void {
    const cancel = this.#clock.after(PROBE_AFTER_MS, () => {
      void this.#answers(address).then((answers) => {
        if (this.#closed) return;
        if (!answers) {
          this.#probeLater(address);
          return;
        }
        this.#probes.delete(address);
        this.#nearest.trust(address);
      });
    });
    this.#probes.set(address, cancel);
  }

  /** True also when the driver has given the node up: then it asks others by itself, and looks for it again. */
  async #answers(address: string): Promise<boolean> {
    const host = this.#client.hosts.get(address);
    if (!host?.isUp()) return true;
    const options = { host, readTimeout: PROBE_TIMEOUT_MS, consistency: types.consistencies.localOne };
    return this.#client.execute('SELECT key FROM system.local', [], options).then(
      () => true,
      () => false,
    );
  }
}
