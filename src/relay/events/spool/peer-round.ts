/** Asks other hosts to keep rows: the nearest to the caller's wish first, a second one when the first is slow. */
import type { Clock } from '../../engine/ports.ts';
import type { JournalRow, WorkId } from '../../store/port.ts';

/** The calls between daemons that the spool needs; see peers/port.ts. */
export interface SpoolPeers {
  /** The other hosts, in the order in which they are to be asked: another datacenter's first. */
  hosts(): readonly string[];
  keep(host: string, rows: JournalRow[], timeoutMs: number): Promise<{ kept: 'journal' | 'disk' }>;
  /** Best effort: what isn't told is found out by the one who keeps the copies. */
  release(host: string, ids: WorkId[]): Promise<unknown>;
}

const ANSWER_MS = 1_000;
/** An answer takes a round trip and a flush; whoever takes longer isn't waited for alone. */
const HEDGE_MS = 250;
const AT_ONCE = 2;

export class PeerRound {
  readonly #peers: SpoolPeers;
  readonly #rows: JournalRow[];
  readonly #clock: Clock;
  /** How many disks of others are wanted at present. */
  readonly #wanted: () => number;
  readonly #onChange: () => void;
  readonly #queue: string[];
  readonly #asked: string[] = [];
  #underWay = 0;
  #onDisk = 0;
  #inJournal = false;
  #hedging = false;
  #stopped = false;
  readonly #cancels = new Set<() => void>();

  constructor(parts: {
    peers: SpoolPeers;
    rows: JournalRow[];
    clock: Clock;
    wanted: () => number;
    onChange: () => void;
  }) {
    this.#peers = parts.peers;
    this.#rows = parts.rows;
    this.#clock = parts.clock;
    this.#wanted = parts.wanted;
    this.#onChange = parts.onChange;
    this.#queue = [...parts.peers.hosts()];
    this.#after(HEDGE_MS, () => {
      this.#hedging = true;
      this.more();
    });
    this.more();
  }

  /** Whoever may have the rows: they want to hear when the rows are done. */
  get asked(): readonly string[] {
    return this.#asked;
  }

  get facts(): { asking: boolean; onDisk: number; inJournal: boolean } {
    return { asking: this.#underWay > 0, onDisk: this.#onDisk, inJournal: this.#inJournal };
  }

  /** Asks as many as are wanted now. */
  more(): void {
    while (!this.#stopped) {
      const missing = this.#wanted() - this.#onDisk;
      const most = missing <= 0 ? 0 : this.#hedging ? AT_ONCE : missing;
      if (this.#underWay >= Math.min(most, AT_ONCE)) return;
      const host = this.#queue.shift();
      if (host === undefined) return;
      this.#ask(host);
    }
  }

  /** Nobody is asked any more; who was asked may still keep the rows. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
  }

  #ask(host: string): void {
    this.#asked.push(host);
    this.#underWay += 1;
    let waitedFor = true;
    const over = (): void => {
      if (!waitedFor) return;
      waitedFor = false;
      this.#underWay -= 1;
      this.more();
    };
    const cancel = this.#after(ANSWER_MS, () => {
      over();
      this.#onChange();
    });
    this.#peers.keep(host, this.#rows, ANSWER_MS).then(
      (answer: { kept?: unknown } | null) => {
        cancel();
        // Also when it comes late: the rows are there. A host of another version may say what isn't known here.
        if (answer?.kept === 'journal') this.#inJournal = true;
        else if (answer?.kept === 'disk') this.#onDisk += 1;
        over();
        this.#onChange();
      },
      () => {
        cancel();
        over();
        this.#onChange();
      },
    );
  }

  #after(delayMs: number, fn: () => void): () => void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      fn();
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }
}
