/** Tells other hosts which copies they needn't keep any longer; many at once, and best effort. */
import type { Clock } from '../../engine/ports.ts';
import type { WorkId } from '../../store/port.ts';
import type { SpoolPeers } from './peer-round.ts';

const WAIT_MS = 500;
const AT_ONCE = 1_000;

export class Releases {
  readonly #peers: SpoolPeers | null;
  readonly #clock: Clock;
  #waiting = new Map<string, WorkId[]>();
  #cancel: (() => void) | null = null;

  constructor(peers: SpoolPeers | null, clock: Clock) {
    this.#peers = peers;
    this.#clock = clock;
  }

  add(hosts: Iterable<string>, id: WorkId): void {
    for (const host of hosts) {
      const ids = this.#waiting.get(host);
      if (ids === undefined) this.#waiting.set(host, [id]);
      else ids.push(id);
      if (ids !== undefined && ids.length >= AT_ONCE) this.flush();
    }
    if (this.#waiting.size > 0) this.#cancel ??= this.#clock.after(WAIT_MS, () => this.flush());
  }

  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [host, ids] of waiting) {
      // Whoever isn't reached looks for itself: see copies.ts.
      this.#peers?.release(host, ids).catch(() => {});
    }
  }
}
