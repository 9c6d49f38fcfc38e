/** The one door in: whatever was read is stamped, made durable, then handed to the engine. Says yes only when durable. */
import { onlyOnceId, type JournalRow, type Store } from '../store/port.ts';
import type { Input, Stamp } from './types.ts';
import type { Clock } from '../engine/ports.ts';

/** What an intake hands in. */
export interface NewInput {
  /** A stable id for what may come twice (rule 11: a mail's hash, a MessageSid). Absent: always new. */
  stableId?: string;
  input: Input;
  raw: Uint8Array | null;
}

/** Resolves when all are durable, in order; rejects with StoreFullError or StoreUnavailableError: answer 451/503. */
export type Accept = (inputs: NewInput[]) => Promise<JournalRow[]>;

/** Thrown while shutting down: answer 421/503. */
export class ClosingError extends Error {
  override name = 'ClosingError';
}

export class Acceptor {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #host: string;
  readonly #life: string;
  readonly #onAccepted: (rows: JournalRow[]) => void;
  readonly #onUnread: (rows: JournalRow[]) => void;
  /** Rows on their way to be handed on: what comes later follows them. */
  #handing: Promise<void> | null = null;
  #seq: number;
  #closing = false;

  /** `lastSeq`: the highest seq this host has stamped so far, from the store. */
  constructor(parts: {
    store: Store;
    clock: Clock;
    host: string;
    /** Names this process among those that ever accepted on this host, e.g. the start of a uuid. */
    life: string;
    lastSeq: number | null;
    onAccepted: (rows: JournalRow[]) => void;
    /** These accepted rows could not be looked at again: the engine should walk the journal for them. */
    onUnread: (rows: JournalRow[]) => void;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#host = parts.host;
    this.#life = parts.life;
    this.#onAccepted = parts.onAccepted;
    this.#onUnread = parts.onUnread;
    this.#seq = parts.lastSeq ?? 0;
  }

  accept: Accept = async (inputs) => {
    if (this.#closing) throw new ClosingError('relay is shutting down; try again');
    const rows = inputs.map((one): JournalRow => {
      const stamp = this.#stamp();
      return {
        id: one.stableId === undefined ? onlyOnceId(stamp, this.#life) : `j:${one.stableId}`,
        stamp,
        input: one.input,
        raw: one.raw,
      };
    });
    await this.#store.append(rows);
    const known = inputs.some((one) => one.stableId !== undefined);
    if (known || this.#handing !== null) this.#handOnInTurn(rows, known);
    else this.#onAccepted(rows);
    return rows;
  };

  /**
   * A stable id may have come before, and what it asked for been done and forgotten: only what is undone goes on
   * (rule 1). The sender doesn't wait for this, but whatever was accepted after does: the order of acceptance decides
   * (rule 4). If the reading fails, the journal's walk takes the rows up.
   */
  #handOnInTurn(rows: JournalRow[], known: boolean): void {
    const before = this.#handing;
    const looking = known ? this.#undoneOf(rows) : Promise.resolve(rows);
    const turn = (async () => {
      const left = await looking;
      await before;
      if (left === null) this.#onUnread(rows);
      else if (left.length > 0) this.#onAccepted(left);
    })();
    this.#handing = turn;
    void turn.finally(() => {
      if (this.#handing === turn) this.#handing = null;
    });
  }

  /** Null when that could not be read. */
  async #undoneOf(rows: JournalRow[]): Promise<JournalRow[] | null> {
    try {
      const undone = await this.#store.undone(rows.map((row) => row.id));
      return rows.filter((row) => undone.has(row.id));
    } catch {
      return null;
    }
  }

  /** From now on everything is refused with ClosingError. */
  close(): void {
    this.#closing = true;
  }

  #stamp(): Stamp {
    this.#seq += 1;
    return { host: this.#host, seq: this.#seq, atMs: this.#clock.wallMs(), trusted: true };
  }
}
