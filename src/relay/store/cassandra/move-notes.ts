/** What moves of everything leave written in the keyspace, each part by conditional writes alone. */
import { LEASE_MS } from '../moving.ts';
import type { MoveNote, MoveNotes } from '../moving.ts';
import { StoreUnavailableError } from '../port.ts';
import { textOrNull } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Session } from './session.ts';

type Part = keyof MoveNotes;

const ATTEMPTS = 5;
const PAUSE_MS = 100;
const WRITE = 'UPDATE moves USING TTL ? SET id = ?, note = ? WHERE part = ? IF id = ?';
const READ = 'SELECT id, note FROM moves WHERE part = ?';
const FORGET = 'DELETE id, note FROM moves WHERE part = ? IF id = ?';

const noteIn = (cells: Cells | undefined): MoveNote | null => {
  const json = cells === undefined ? null : textOrNull(cells, 'note');
  return json === null ? null : (JSON.parse(json) as MoveNote);
};

export class MoveNotesTable {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Linearizable. Rejects with StoreUnavailableError. */
  async read(): Promise<MoveNotes> {
    const [leaving, arriving] = await Promise.all([this.#read('leaving'), this.#read('arriving')]);
    return { leaving, arriving };
  }

  /** See Movable. `own`: this move's note must stand there already. Resolves with whether it was written. */
  async write(part: Part, note: MoveNote, own: boolean): Promise<boolean> {
    // The mover is the only lock there is on a keyspace: one that died must not hold it for ever.
    const livesS = part === 'leaving' && note.state === 'moving' ? LEASE_MS / 1_000 : 0;
    const noteJson = JSON.stringify(note);
    let expected = own ? note.id : null;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const params = [livesS, note.id, noteJson, part, expected];
      const decided = await this.#session.decide([{ query: WRITE, params }], part);
      if (decided.outcome === 'applied') return true;
      if (decided.outcome === 'refused') {
        const found = textOrNull(decided.found, 'id');
        if (found !== note.id && (own || found !== null)) return false;
        expected = found;
      } else {
        const present = await this.#read(part);
        if (present !== null && JSON.stringify(present) === noteJson && livesS === 0) return true;
        if (present?.id === note.id) expected = note.id;
      }
      await this.#session.pause(PAUSE_MS * attempt);
    }
    throw new StoreUnavailableError('Cassandra gives no certain answer about the note of a move');
  }

  async forget(part: Part, id: string): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const decided = await this.#session.decide([{ query: FORGET, params: [part, id] }], part);
      if (decided.outcome !== 'unknown' || (await this.#read(part))?.id !== id) return;
      await this.#session.pause(PAUSE_MS * attempt);
    }
    throw new StoreUnavailableError('Cassandra gives no certain answer about the note of a move');
  }

  async #read(part: Part): Promise<MoveNote | null> {
    const [cells] = await this.#session.readLatest(READ, [part], part);
    return noteIn(cells);
  }
}
