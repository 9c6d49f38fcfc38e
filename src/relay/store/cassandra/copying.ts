/**
 * A copy of everything in the keyspace while hosts go on with it. No instant of it can be had whole, so the order in
 * which it is read makes the copy safe, whatever happens between two reads:
 *
 * 1. What was accepted, or due, when the copy begins is waited for until it is done, within bounds.
 * 2. Work rows are read before aggregates: a row that is done in the copy has all its work in every aggregate read later.
 * 3. Responders are read before lineages, and the roster last: a responder never knows of an incident that isn't in the
 *    copy, and a lineage never names a version of the roster that isn't.
 * 4. Work rows are looked at again: what came meanwhile is in the copy as undone. Done anew it changes nothing where an
 *    aggregate still remembers it, and rule 4 judges it where none does.
 * 5. Numbers are read last: none is below what was given out.
 */
import type { AggregatePiece, IncidentPiece, Piece, RowPiece } from '../moving.ts';
import { ALL_SHARDS } from '../places.ts';
import { StoreUnavailableError } from '../port.ts';
import { mapAtOnce } from './at-once.ts';
import { numberOf, textOf, textOrNull } from './cells.ts';
import { counters, names, rowPiece, slots, tries, workRows } from './move-read.ts';
import type { ReadParts, Wanted } from './move-read.ts';
import { bucketOf } from './place.ts';
import type { Session } from './session.ts';
import type { WorkTable } from './work-rows.ts';

/** A chain takes a second or two; one that takes longer is copied as undone. */
const SETTLE_WITHIN_MS = 15_000;
const SETTLE_PAUSE_MS = 250;
const SETTLE_ROWS = 2_000;
/** Rows of so many hours before the copy are known one by one: what is older and done never changes. */
const RECENT_BUCKETS = 2;
const WHOLE_TRIES = 40;
const WHOLE_PAUSE_MS = 50;
const PAGE_ROWS = 1_000;
const KEYS_TOGETHER = 8;

const WORK: readonly WorkTable[] = ['journal', 'due'];

/** In pages of bounded size. Rejects with StoreUnavailableError. */
export async function* copyPieces(parts: ReadParts): AsyncGenerator<Piece[]> {
  const { session } = parts;
  yield* slots(session);
  await settled(parts);
  const recentFrom = bucketOf(session.clock.wallMs()) - RECENT_BUCKETS;
  const known = new Set<string>();
  const note: Wanted = ({ id, bucket, isDone }) => {
    if (bucket >= recentFrom || !isDone) known.add(id);
    return true;
  };
  for (const table of WORK) yield* workRows(parts, table, note);
  const keys = await keysOf(session);
  for (const some of [keys.responders, keys.others, keys.rosters]) yield* aggregates(session, some);
  const isNew: Wanted = ({ id, bucket, isDone }) => !known.has(id) && (bucket >= recentFrom || !isDone);
  for (const table of WORK) {
    for await (const page of workRows(parts, table, isNew))
      yield page.map((one) => ({ ...one, done: false }));
  }
  yield* tries(parts);
  yield* names(session);
  yield* counters(session);
}

/** Resolves when what was undone at first is done, or takes too long. */
async function settled({ session, journal, due }: ReadParts): Promise<void> {
  const { clock } = session;
  const walk = { shards: ALL_SHARDS, after: null, limit: SETTLE_ROWS, whole: true };
  const [inputs, timers] = await Promise.all([journal.scan(walk), due.scan(walk, clock.wallMs())]);
  let waiting = [
    ...inputs.items.map((place) => ({ rows: journal.rows, place })),
    ...timers.items.map((place) => ({ rows: due.rows, place })),
  ];
  for (const beganMs = clock.monoMs(); ; ) {
    const looks = await mapAtOnce(waiting, ({ rows, place }) => rows.lookAt(place));
    waiting = waiting.filter((_, index) => looks[index] === 'undone');
    if (waiting.length === 0 || clock.monoMs() - beganMs > SETTLE_WITHIN_MS) return;
    await session.pause(SETTLE_PAUSE_MS);
  }
}

interface Keys {
  responders: string[];
  others: string[];
  rosters: string[];
}

async function keysOf(session: Session): Promise<Keys> {
  const keys: Keys = { responders: [], others: [], rosters: [] };
  for await (const page of session.pages('SELECT DISTINCT key, op FROM aggregates', [], PAGE_ROWS)) {
    for (const cells of page) {
      // What a deletion left behind has no op.
      if (textOrNull(cells, 'op') === null) continue;
      const key = textOf(cells, 'key');
      const kind = key.startsWith('r:') ? 'responders' : key === 'roster' ? 'rosters' : 'others';
      keys[kind].push(key);
    }
  }
  return keys;
}

type Whole = (AggregatePiece | RowPiece | IncidentPiece)[];

async function* aggregates(session: Session, keys: readonly string[]): AsyncGenerator<Piece[]> {
  for (let at = 0; at < keys.length; at += KEYS_TOGETHER) {
    const some = await mapAtOnce(keys.slice(at, at + KEYS_TOGETHER), (key) => whole(session, key));
    for (const pieces of some) if (pieces.length > 0) yield pieces;
  }
}

/** State and rows of one commit: the op stands beside each row. Empty when it has been deleted. */
async function whole(session: Session, key: string): Promise<Whole> {
  for (let attempt = 1; attempt <= WHOLE_TRIES; attempt += 1) {
    const [head] = await session.readLatest(
      'SELECT op, state, touched_ms FROM aggregates WHERE key = ? LIMIT 1',
      [key],
      key,
    );
    const op = head === undefined ? null : textOrNull(head, 'op');
    if (head === undefined || op === null) return [];
    const rows = await rowsAt(session, key, op);
    if (rows !== null) {
      const [state, touchedMs] = [textOf(head, 'state'), numberOf(head, 'touched_ms')];
      return [{ kind: 'aggregate', key, op, state, touchedMs }, ...rows];
    }
    await session.pause(WHOLE_PAUSE_MS);
  }
  throw new StoreUnavailableError(
    `${key} changes faster than it can be copied: back up again when less is going on`,
  );
}

/** Null when another commit came in between. */
async function rowsAt(
  session: Session,
  key: string,
  op: string,
): Promise<(RowPiece | IncidentPiece)[] | null> {
  const query = 'SELECT op, kind, row_key, body, ended_ms FROM aggregates WHERE key = ?';
  const rows: (RowPiece | IncidentPiece)[] = [];
  for await (const page of session.pages(query, [key], PAGE_ROWS)) {
    for (const cells of page) {
      if (textOrNull(cells, 'op') !== op) return null;
      rows.push(...rowPiece(key, op, cells));
    }
  }
  return rows;
}
