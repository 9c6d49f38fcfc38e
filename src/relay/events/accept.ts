/** The one door in: whatever was read is stamped, made durable, then handed to the engine. Says yes only when durable. */
import { onlyOnceId } from '../store/places.ts';
import type { JournalRow, Store, WorkId } from '../store/port.ts';
import { shardOfInput } from './shard.ts';
import type { AlertEvent, Input, Stamp } from './types.ts';
import type { Clock } from '../engine/ports.ts';

/** What an intake hands in. */
export interface NewInput {
  /** A stable id for what may come twice (rule 11: a mail's hash, a MessageSid). Absent: always new. */
  stableId?: string;
  input: Input;
  raw: Uint8Array | null;
}

/** How rows got durable. */
export interface Appended {
  /** Those that had been there before: what they asked for may be done. */
  known: ReadonlySet<WorkId>;
  /** False: they lie on disks for now (rule 12); whoever put them there hands them on once they are in the journal. */
  inJournal: boolean;
}

/** Where accepted rows go: the store, or the store with this host's and the others' disks beside it (rule 12). */
export interface Journal {
  /** Rejects with StoreFullError or StoreUnavailableError when nothing is promised. */
  append(rows: JournalRow[]): Promise<Appended>;
}

/** The store alone as the journal. */
export const plainJournal = (store: Pick<Store, 'append'>): Journal => ({
  append: async (rows) => ({ known: await store.append(rows), inJournal: true }),
});

/** Resolves when all are durable, in order; rejects with StoreFullError or StoreUnavailableError: answer 451/503. */
export type Accept = (inputs: NewInput[]) => Promise<JournalRow[]>;

/** Thrown while shutting down: answer 421/503. */
export class ClosingError extends Error {
  override name = 'ClosingError';
}

export class Acceptor {
  readonly #journal: Journal;
  readonly #store: Pick<Store, 'undone' | 'journalRow'>;
  readonly #clock: Clock;
  readonly #host: string;
  readonly #life: string;
  readonly #onAccepted: (rows: JournalRow[], known: ReadonlySet<WorkId>) => void;
  readonly #onUnread: (rows: JournalRow[]) => void;
  readonly #trusted: () => boolean;
  readonly #grouped: (event: AlertEvent) => AlertEvent;
  /** Rows on their way to be handed on: what comes later follows them. */
  #handing: Promise<void> | null = null;
  readonly #firstSeq: number;
  #seq: number;
  #closing = false;

  /** `lastSeq`: the highest seq this host has stamped so far, from the store. */
  constructor(parts: {
    journal: Journal;
    store: Pick<Store, 'undone' | 'journalRow'>;
    clock: Clock;
    host: string;
    /** Names this process among those that ever accepted on this host, e.g. the start of a uuid. */
    life: string;
    lastSeq: number | null;
    /** `known`: those that had been there before and are undone. */
    onAccepted: (rows: JournalRow[], known: ReadonlySet<WorkId>) => void;
    /** These accepted rows could not be looked at again: the engine should walk the journal for them. */
    onUnread: (rows: JournalRow[]) => void;
    /** Whether this host's clock is known to be right to a second; absent: there is no other to compare with. */
    trusted?: () => boolean;
    /** Gives an event its group's key (rule 18); absent: no service groups anything. */
    grouped?: (event: AlertEvent) => AlertEvent;
  }) {
    this.#journal = parts.journal;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#host = parts.host;
    this.#life = parts.life;
    this.#onAccepted = parts.onAccepted;
    this.#onUnread = parts.onUnread;
    this.#trusted = parts.trusted ?? (() => true);
    this.#grouped = parts.grouped ?? ((event) => event);
    this.#firstSeq = (parts.lastSeq ?? 0) + 1;
    this.#seq = parts.lastSeq ?? 0;
  }

  accept: Accept = async (inputs) => {
    if (this.#closing) throw new ClosingError('relay is shutting down; try again');
    const rows = inputs.map((one): JournalRow => {
      const stamp = this.#stamp();
      const id = one.stableId === undefined ? null : `j:${one.stableId}`;
      // The one place that everything passes, whoever read it: what is journalled has its final key.
      const input = this.#keyed(one.input);
      const shard = shardOfInput(input);
      return {
        id: id ?? onlyOnceId(stamp, this.#life, shard),
        shard,
        stamp,
        input,
        raw: one.raw,
      };
    });
    const { known, inJournal } = await this.#journal.append(rows);
    if (!inJournal) return rows;
    if (known.size > 0 || this.#handing !== null) this.#handOnInTurn(rows, known);
    else this.#onAccepted(rows, known);
    return rows;
  };

  /** The first seq of this process: what this host stamped lower is a former life's. */
  get firstSeq(): number {
    return this.#firstSeq;
  }

  /**
   * What a known id asked for may have been done and forgotten: only what is undone goes on
   * (rule 1). The sender doesn't wait for this, but whatever was accepted after does: the order of acceptance decides
   * (rule 4). If the reading fails, the journal's walk takes the rows up.
   */
  #handOnInTurn(rows: JournalRow[], known: ReadonlySet<WorkId>): void {
    const before = this.#handing;
    const looking = known.size > 0 ? this.#undoneOf(rows, known) : Promise.resolve(rows);
    const turn = (async () => {
      const left = await looking;
      await before;
      if (left === null) this.#onUnread(rows);
      else if (left.length > 0) this.#onAccepted(left, known);
    })();
    this.#handing = turn;
    void turn.finally(() => {
      if (this.#handing === turn) this.#handing = null;
    });
  }

  /** Null when that could not be read. */
  async #undoneOf(rows: JournalRow[], known: ReadonlySet<WorkId>): Promise<JournalRow[] | null> {
    try {
      const undone = await this.#store.undone([...known]);
      const left = rows.filter((row) => !known.has(row.id) || undone.has(row.id));
      return await Promise.all(left.map(async (row) => (known.has(row.id) ? this.#journalled(row) : row)));
    } catch {
      return null;
    }
  }

  /** As it was accepted the first time: another host may be at work on it, and one input has one stamp (rule 4). */
  async #journalled(row: JournalRow): Promise<JournalRow> {
    return (await this.#store.journalRow(row.id)) ?? row;
  }

  /** From now on everything is refused with ClosingError. */
  close(): void {
    this.#closing = true;
  }

  #keyed(input: Input): Input {
    return input.kind === 'alert' ? { ...input, events: input.events.map(this.#grouped) } : input;
  }

  #stamp(): Stamp {
    this.#seq += 1;
    return { host: this.#host, seq: this.#seq, atMs: this.#clock.wallMs(), trusted: this.#trusted() };
  }
}
