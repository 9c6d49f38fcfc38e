/** What lies between the machines of a cluster: distances, and what doesn't get through at present. */

export interface Place {
  host: string;
  datacenter: string;
}

/** What becomes of what is sent from one side to the other. */
export type Route =
  | 'open'
  /** What is asked never gets there. */
  | 'no-way-out'
  /** It gets there, and the answer never comes back. */
  | 'no-way-back';

const WITHIN_MS = 1;
/** Machines of the store in all: one on each of five hosts, however many of them run relay here. */
const STORE_MACHINES = 5;

export class Network {
  readonly #places: readonly Place[];
  /** `dc-a dc-b` in the order of the names -> there and back. */
  readonly #roundTripMs: ReadonlyMap<string, number>;
  readonly #toStore = new Map<string, Route>();
  readonly #between = new Map<string, Route>();
  readonly #down = new Set<string>();
  /** The store's majority is gone for everybody. */
  quorumLost = false;

  constructor(places: readonly Place[], roundTripMs: ReadonlyMap<string, number>) {
    this.#places = places;
    this.#roundTripMs = roundTripMs;
  }

  /** The machine, and the store's node on it. */
  setDown(host: string, down: boolean): void {
    if (down) this.#down.add(host);
    else this.#down.delete(host);
  }

  isDown(host: string): boolean {
    return this.#down.has(host);
  }

  setToStore(host: string, route: Route): void {
    this.#toStore.set(host, route);
  }

  setBetween(from: string, to: string, route: Route): void {
    this.#between.set(`${from} ${to}`, route);
  }

  toStore(host: string): Route {
    return this.#toStore.get(host) ?? 'open';
  }

  between(from: string, to: string): Route {
    return this.#between.get(`${from} ${to}`) ?? 'open';
  }

  get hasQuorum(): boolean {
    return !this.quorumLost && this.#down.size <= STORE_MACHINES / 2;
  }

  /** A majority always needs a second datacenter: the nearest. */
  quorumTripMs(host: string): number {
    const { datacenter } = this.#place(host);
    const trips = [...this.#roundTripMs].filter(([pair]) => pair.split(' ').includes(datacenter));
    return Math.min(...trips.map(([, tripMs]) => tripMs));
  }

  tripMs(from: string, to: string): number {
    const pair = [this.#place(from).datacenter, this.#place(to).datacenter].sort();
    return pair[0] === pair[1] ? WITHIN_MS : (this.#roundTripMs.get(pair.join(' ')) ?? WITHIN_MS);
  }

  /** Everything gets through, to whoever is there. */
  heal(): void {
    this.#toStore.clear();
    this.#between.clear();
    this.quorumLost = false;
  }

  #place(host: string): Place {
    const place = this.#places.find((one) => one.host === host);
    if (place === undefined) throw new Error(`no host ${host}`);
    return place;
  }
}
