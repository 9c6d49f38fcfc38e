/**
 * Brings what a host did alone to the cluster, before anything else of this host goes on there: the rows that it did it
 * about, each with its note; then the notes by themselves; then those rows whose chain the cluster had begun.
 */
import { targetsOf } from '../targets.ts';
import type { JournalRow, WorkId } from '../../store/port.ts';
import type { DegradedParts } from './degraded-parts.ts';
import { FirstRows } from './first-rows.ts';
import type { Notes } from './notes.ts';

const NOTES_AT_ONCE = 100;

/** `late`: some of it is still on its way, and what waited for it goes on. `lost`: so is the quorum, again. */
export type Drained = 'through' | 'late' | 'lost';

type Parts = Pick<DegradedParts, 'main' | 'ownRows' | 'isBegun' | 'releaseDrain' | 'clock'>;

export class Drainer {
  readonly #parts: Parts;
  readonly #first: FirstRows;
  /** Rows that go first, as long as they are looked for. */
  readonly #ready = new Set<WorkId>();
  /** What they had asked for before the quorum went is still to be handed over: without the note it would page again. */
  readonly #begun = new Set<WorkId>();
  /** The quorum was lost since this run began, whether or not it is back by now. */
  #givenUp = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#first = new FirstRows(parts.clock);
  }

  /** A row's chain is done. */
  done(id: WorkId): void {
    this.#ready.delete(id);
    this.#begun.delete(id);
    this.#first.done(id);
  }

  /** The quorum is lost: nothing is waited for any more. */
  giveUp(): void {
    this.#givenUp = true;
    this.#first.giveUp();
  }

  /** Leaves the engine draining. Rejects as the cluster's store does. */
  async run(notes: Notes, hasNone: () => boolean): Promise<Drained> {
    const { main, releaseDrain } = this.#parts;
    this.#givenUp = false;
    const isLost = (): boolean => this.#givenUp || hasNone();
    await this.#lookFor(notes);
    if (isLost()) return 'lost';
    main.drain(this.#first.begin(this.#ready));
    releaseDrain();
    await this.#first.over();
    if (!isLost()) await this.#bring(notes);
    if (!isLost()) {
      main.drain(this.#first.add(this.#begun));
      await this.#first.over();
    }
    if (isLost()) return 'lost';
    return this.#first.isThrough ? 'through' : 'late';
  }

  /** Rows that there is a note about. One that is done meanwhile is in neither set: nobody would say so again. */
  async #lookFor(notes: Notes): Promise<void> {
    const { ownRows, isBegun } = this.#parts;
    this.#ready.clear();
    this.#begun.clear();
    for await (const rows of ownRows()) {
      const noted = rows.filter((row) =>
        isPing(row) ? notes.isAbout(row) : targetsOf(row).some((target) => notes.of(row, target) !== null),
      );
      for (const { id } of noted) this.#begun.add(id);
      // What a ping asks of its incident comes by the heartbeat, without the note: only behind the notes it may go.
      const begun = await Promise.all(noted.map(async (row) => isPing(row) || isBegun(row)));
      for (const [at, { id }] of noted.entries()) {
        if (begun[at] !== true && this.#begun.delete(id)) this.#ready.add(id);
      }
    }
  }

  /**
   * A note comes with its row, unless the cluster has taken that up before: so each comes by itself too, right behind.
   * Whoever has taken it finds nothing new in it.
   */
  async #bring(notes: Notes): Promise<void> {
    const rows = notes.rows();
    const { main } = this.#parts;
    main.drain(this.#first.add(rows.map(({ id }) => id)));
    for (let at = 0; at < rows.length; at += NOTES_AT_ONCE) {
      await main.bring(rows.slice(at, at + NOTES_AT_ONCE));
    }
    await this.#first.over();
  }
}

const isPing = ({ input }: JournalRow): boolean => input.kind === 'ping';
