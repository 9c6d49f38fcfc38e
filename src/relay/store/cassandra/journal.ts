/** The journal: every accepted input, written plainly at QUORUM where its id or its stamp says that it lies. */
import type { Input } from '../../events/types.ts';
import { toJson } from '../arguments.ts';
import { isOnlyOnce } from '../places.ts';
import type { JournalRow, Page, Walk, WorkId } from '../port.ts';
import { mapAtOnce } from './at-once.ts';
import { bytesOrNull, isTrue, numberOf, textOf } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Lifetimes } from './lifetimes.ts';
import { Partitions } from './partitions.ts';
import { journalPlace, partitionKey, placeById } from './place.ts';
import type { Place } from './place.ts';
import { isSamePlace } from './seen.ts';
import type { Seen } from './seen.ts';
import type { Session, Statement } from './session.ts';
import { Walks } from './walks.ts';
import { WorkRows, chunksOf } from './work-rows.ts';
import type { Undone } from './work-rows.ts';

const INSERT = `INSERT INTO journal
  (bucket, shard, at_ms, seq, id, host, stamp_ms, stamp_seq, trusted, input, raw, size_bytes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?`;
const COLUMNS = 'host, stamp_ms, stamp_seq, trusted, input, raw';

/** So much goes to one partition in one message: a coordinator holds all of it, and a mutation has a limit. */
const TOGETHER_ROWS = 50;
const TOGETHER_BYTES = 64 * 1024;

interface Written {
  place: Place;
  statement: Statement;
  sizeBytes: number;
}

export class Journal {
  readonly rows: WorkRows;
  readonly #session: Session;
  readonly #lifetimes: Lifetimes;
  readonly #partitions: Partitions;
  readonly #walks: Walks;
  readonly #seen: Seen;

  constructor(session: Session, lifetimes: Lifetimes, seen: Seen) {
    this.#session = session;
    this.#lifetimes = lifetimes;
    this.rows = new WorkRows('journal', session, lifetimes);
    this.#partitions = new Partitions('journal', session, lifetimes);
    this.#walks = new Walks(this.rows, this.#partitions, session);
    this.#seen = seen;
  }

  /**
   * Rows of ids that are only once cost one write. A stable id costs a conditional write more, after its row is
   * durable: at the same time would save 45 ms between datacenters, and could leave the id taken for a row that never
   * came.
   */
  async append(rows: readonly JournalRow[]): Promise<Set<WorkId>> {
    const known = new Set<WorkId>();
    const first = new Map<WorkId, JournalRow>();
    for (const row of rows) if (!first.has(row.id)) first.set(row.id, row);
    const written = [...first.values()].map((row) => this.#written(row));
    await Promise.all([
      mapAtOnce([...Map.groupBy(written, ({ place }) => partitionKey(place)).values()], (group) =>
        this.#write(group),
      ),
      mapAtOnce(partitionsOf(written), (place) => this.#partitions.note(place)),
    ]);
    for (const { place } of written) this.#walks.lower(place);
    const stable = written.filter(({ place }) => !saysWhere(place.id));
    const taken = await mapAtOnce(stable, ({ place }) => this.#take(place));
    for (const { isNew, place } of taken) if (!isNew) known.add(place.id);
    return known;
  }

  async row(id: WorkId): Promise<JournalRow | null> {
    const place = await this.placeOf(id);
    return place === null ? null : this.#rowAt(place);
  }

  /** Where the row of an id lies; null when there can't be one. */
  async placeOf(id: WorkId): Promise<Place | null> {
    return saysWhere(id) ? placeById(id) : this.#seen.find(id);
  }

  async walk(walk: Walk): Promise<Page<JournalRow>> {
    const { items, next } = await this.#walks.next(walk, Number.MAX_VALUE);
    const rows = await mapAtOnce(items, (found) => this.#counted(found));
    return { items: rows.filter((row) => row !== null), next };
  }

  /** Undone rows by key only, for counting. */
  scan(walk: Walk): Promise<Page<Undone>> {
    return this.#walks.next(walk, Number.MAX_VALUE);
  }

  #written(row: JournalRow): Written {
    const place = journalPlace(row);
    const { stamp, raw } = row;
    const input = toJson(row.input);
    const sizeBytes = input.length + (raw?.byteLength ?? 0);
    const params = [
      place.bucket,
      place.shard,
      place.atMs,
      place.seq,
      row.id,
      stamp.host,
      stamp.atMs,
      stamp.seq,
      stamp.trusted,
      input,
      // Left out, not null: that would leave a tombstone in every row.
      raw === null ? undefined : Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength),
      sizeBytes,
      this.#lifetimes.rowS(place.atMs, this.#session.clock.wallMs()),
    ];
    return { place, statement: { query: INSERT, params }, sizeBytes };
  }

  async #write(group: Written[]): Promise<void> {
    const [large, small] = [true, false].map((isLarge) =>
      group.filter(({ sizeBytes }) => sizeBytes > TOGETHER_BYTES / TOGETHER_ROWS === isLarge),
    );
    const messages = [...(large ?? []).map((one) => [one]), ...chunksOf(small ?? [], TOGETHER_ROWS)];
    await mapAtOnce(messages, (message) =>
      this.#session.writeTogether(message.map(({ statement }) => statement)),
    );
  }

  /** Takes a stable id for a durable row; a copy of what is known already is put out of the way. */
  async #take(place: Place): Promise<{ isNew: boolean; place: Place }> {
    const taken = await this.#seen.take(place);
    // Whoever walks over the copy does this too, so nobody waits for it.
    if (!isSamePlace(taken.place, place)) this.#session.inBackground(this.rows.markDone([place]));
    return taken;
  }

  /** What an undone row holds; null for a copy of a row elsewhere, and for one that expired meanwhile. */
  async #counted(found: Undone): Promise<JournalRow | null> {
    if (saysWhere(found.id)) return this.#rowAt(found);
    // Nobody has the id when the append ended before it was taken: it is taken now, for this row.
    const known = await this.#seen.find(found.id);
    const place = known ?? (await this.#take(found)).place;
    if (isSamePlace(place, found)) return this.#rowAt(found);
    await this.rows.markDone([found]);
    return null;
  }

  async #rowAt(place: Place): Promise<JournalRow | null> {
    const cells = await this.rows.cells(place, COLUMNS);
    return cells === null ? null : journalRowOf(place, cells);
  }
}

/** Others have their place in `seen`: ids from outside, and those that a relay of before gave, which had no places. */
const saysWhere = (id: WorkId): boolean => isOnlyOnce(id) && placeById(id) !== null;

const journalRowOf = ({ id, shard }: Place, cells: Cells): JournalRow => ({
  id,
  shard,
  stamp: {
    host: textOf(cells, 'host'),
    seq: numberOf(cells, 'stamp_seq'),
    atMs: numberOf(cells, 'stamp_ms'),
    trusted: isTrue(cells, 'trusted'),
  },
  input: JSON.parse(textOf(cells, 'input')) as Input,
  raw: bytesOrNull(cells, 'raw'),
});

const partitionsOf = (written: Written[]): Place[] => [
  ...new Map(written.map(({ place }) => [partitionKey(place), place])).values(),
];
