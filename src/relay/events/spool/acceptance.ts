/**
 * One call of accept, from the first write to what the sender is told (rule 12): the store and this host's disk at
 * once, other hosts when the store doesn't answer.
 */
import { StoreFullError, StoreUnavailableError } from '../../store/port.ts';
import type { JournalRow, WorkId } from '../../store/port.ts';
import type { Clock } from '../../engine/ports.ts';
import type { CurrentStore } from './current-store.ts';
import { PeerRound } from './peer-round.ts';
import type { SpoolPeers } from './peer-round.ts';
import type { Spool } from './port.ts';
import { isStoreTrouble, saying } from './trouble.ts';
import { verdictOn } from './verdict.ts';
import type { Facts, Verdict } from './verdict.ts';

/** So long the store alone may take. */
const STORE_MS = 1_000;
/** So long a sender waits in all. */
const SENDER_MS = 5_000;

export interface AcceptanceParts {
  store: CurrentStore;
  spool: Spool | null;
  peers: SpoolPeers | null;
  clock: Clock;
  /** The store is known to be down: not worth a second of waiting. */
  down(): boolean;
  /** The store has taken the rows after the sender was told something else. */
  onLanded(rows: JournalRow[]): void;
  /** The disk has answered; null: the rows are on it. Perhaps after the sender was told. */
  onDisk(rows: JournalRow[], error: unknown): void;
}

export class Acceptance {
  readonly #parts: AcceptanceParts;
  readonly #rows: JournalRow[];
  readonly #down: boolean;
  #store: Facts['store'] = 'pending';
  #disk: Facts['disk'] | 'idle' = 'idle';
  #known: ReadonlySet<WorkId> = new Set();
  #storeError: unknown = null;
  #diskError: unknown = null;
  #round: PeerRound | null = null;
  #late = false;
  #told = false;
  #wake: () => void = () => {};
  readonly #storeSaid = Promise.withResolvers<void>();

  constructor(parts: AcceptanceParts, rows: JournalRow[]) {
    this.#parts = parts;
    this.#rows = rows;
    this.#down = parts.down();
  }

  /** Those that the store had before. */
  get known(): ReadonlySet<WorkId> {
    return this.#known;
  }

  /** Rows may be on this host's disk, now or soon. */
  get usedDisk(): boolean {
    return this.#disk !== 'idle' && this.#parts.spool !== null;
  }

  get onDisk(): boolean {
    return this.#disk === 'kept';
  }

  get askedHosts(): readonly string[] {
    return this.#round?.asked ?? [];
  }

  /** Resolves with what is true of all the rows; `refused`: see `refusal`. */
  async decide(): Promise<Exclude<Verdict, 'wait'>> {
    const cancelLate = this.#parts.clock.after(SENDER_MS, () => {
      this.#late = true;
      this.#changed();
    });
    try {
      if (this.#parts.peers !== null) this.#writeDisk();
      this.#tryStore();
      if (!this.#down) await this.#storeAlone();
      return await this.#withOthers();
    } finally {
      cancelLate();
      this.#told = true;
      this.#round?.stop();
    }
  }

  /** Why nothing is promised. */
  get refusal(): Error {
    if (this.#store === 'unfit' && this.#storeError instanceof Error) return this.#storeError;
    const full = [this.#storeError, this.#diskError].find((error) => error instanceof StoreFullError);
    if (full !== undefined) return full;
    const store = this.#storeError === null ? 'it does not answer' : saying(this.#storeError);
    const disk = this.#diskError === null ? '' : `; the spool: ${saying(this.#diskError)}`;
    return new StoreUnavailableError(
      `the store: ${store}${disk}${this.askedHosts.length > 0 ? '; no other host has it' : ''}`,
    );
  }

  async #storeAlone(): Promise<void> {
    const time = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(STORE_MS, time.resolve);
    await Promise.race([this.#storeSaid.promise, time.promise]);
    cancel();
  }

  async #withOthers(): Promise<Exclude<Verdict, 'wait'>> {
    const { peers, clock } = this.#parts;
    if (this.#store === 'durable') return 'journal';
    if (this.#disk === 'idle') this.#writeDisk();
    if (peers !== null && this.#store !== 'unfit') {
      this.#round = new PeerRound({
        peers,
        rows: this.#rows,
        clock,
        wanted: () => (this.#disk === 'failed' ? 2 : 1),
        onChange: () => this.#changed(),
      });
    }
    for (;;) {
      this.#round?.more();
      const verdict = verdictOn(this.#facts());
      if (verdict !== 'wait') return verdict;
      await this.#change();
    }
  }

  #facts(): Facts {
    return {
      store: this.#store,
      disk: this.#disk === 'idle' ? 'pending' : this.#disk,
      peers: this.#round?.facts ?? { asking: false, onDisk: 0, inJournal: false },
      clustered: this.#parts.peers !== null,
      down: this.#down,
      late: this.#late,
    };
  }

  #tryStore(): void {
    const { store } = this.#parts;
    // What isn't tried here is tried from the disk.
    if (this.#down && store.crowded) {
      this.#store = 'failed';
      return;
    }
    store.append(this.#rows).then(
      (known) => {
        if (this.#told) {
          this.#parts.onLanded(this.#rows);
          return;
        }
        this.#store = 'durable';
        this.#known = known;
        this.#storeSaid.resolve();
        this.#changed();
      },
      (error: unknown) => {
        this.#store = isStoreTrouble(error) ? 'failed' : 'unfit';
        this.#storeError = error;
        this.#storeSaid.resolve();
        this.#changed();
      },
    );
  }

  #writeDisk(): void {
    const { spool, onDisk } = this.#parts;
    if (spool === null) {
      this.#disk = 'failed';
      return;
    }
    this.#disk = 'pending';
    spool.keep(this.#rows, null).then(
      () => {
        this.#disk = 'kept';
        onDisk(this.#rows, null);
        this.#changed();
      },
      (error: unknown) => {
        this.#disk = 'failed';
        this.#diskError = error;
        onDisk(this.#rows, error);
        this.#changed();
      },
    );
  }

  /** Resolves at the next thing that is heard of. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #changed(): void {
    this.#wake();
  }
}
