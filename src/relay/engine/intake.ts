/**
 * Journal rows on their way into the engine: carried at once, or left to the journal's walk when memory has no room for
 * them. A storm on one key defers only its own rows, and what comes later for that key follows them (rule 4).
 */
import type { JournalRow, WorkId } from '../store/port.ts';
import { CROWD_LIMITS, Crowd } from './crowd.ts';
import { aggregatesOf } from './targets.ts';

export interface IntakeParts {
  tick(): number;
  stopping(): boolean;
  /** Resolves when the row's chain is done. */
  carry(row: JournalRow, tick: number, fresh: boolean): Promise<void>;
  /** Rows have been left behind: the journal is walked for them. */
  behind(): void;
}

/** A tick before every other: nothing is known of the row. */
const UNSURE = -1;
const NOTHING: ReadonlySet<WorkId> = new Set();

export class Intake {
  readonly #parts: IntakeParts;
  readonly #crowd = new Crowd(CROWD_LIMITS);
  /** Aggregates with accepted rows that the journal's walk has still to take: later ones follow them. */
  readonly #deferred = new Set<string>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Rows just made durable by this host. `known`: those that had been there before, and may be done. */
  accepted(rows: JournalRow[], known: ReadonlySet<WorkId> = NOTHING): void {
    const tick = this.#parts.tick();
    for (const row of rows) {
      if (this.#parts.stopping()) return;
      const aggregates = aggregatesOf(row);
      const follows = aggregates.some((key) => this.#deferred.has(key));
      if (follows || !this.#crowd.admits(aggregates)) this.#defer(aggregates);
      // What came before may have been done long ago: that is looked up (rule 11).
      else this.#carry(row, known.has(row.id) ? UNSURE : tick, true, aggregates);
    }
  }

  /** A row that a walk found undone at this tick. */
  walked(row: JournalRow, tick: number): void {
    this.#carry(row, tick, false, aggregatesOf(row));
  }

  /** Accepted rows that nobody handed over. */
  behind(rows: JournalRow[]): void {
    this.#defer(rows.flatMap(aggregatesOf));
  }

  /** The walk has handed on everything that was left behind. */
  caughtUp(): void {
    this.#deferred.clear();
  }

  #defer(aggregates: string[]): void {
    for (const key of aggregates) this.#deferred.add(key);
    this.#parts.behind();
  }

  #carry(row: JournalRow, tick: number, fresh: boolean, aggregates: string[]): void {
    this.#crowd.enter(aggregates);
    void this.#parts.carry(row, tick, fresh).finally(() => this.#crowd.leave(aggregates));
  }
}
