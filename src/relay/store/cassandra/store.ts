/** The port's face: says which part does what. */
import { atLeastOne } from '../arguments.ts';
import type {
  AggregateKey,
  Beat,
  Change,
  ClockReading,
  CommitResult,
  DueRow,
  IncidentEntry,
  JournalRow,
  Loaded,
  Machines,
  Page,
  Purged,
  Row,
  Store,
  Walk,
  WorkId,
} from '../port.ts';
import { Aggregates } from './aggregates.ts';
import { mapAtOnce } from './at-once.ts';
import { countBacklog } from './backlog.ts';
import { readBeats, readClocks, writeBeat } from './beats.ts';
import { Due } from './due.ts';
import { listIncidents } from './incidents.ts';
import { Journal } from './journal.ts';
import type { RowsOptions } from './key-range.ts';
import { Lifetimes } from './lifetimes.ts';
import { machinesReader } from './machines.ts';
import { CassandraMoving } from './moving.ts';
import { Names } from './names.ts';
import { EPOCH, FIRST_NUMBER, INCIDENT_NUMBERS, Numbers, SEQS_OF_AN_EPOCH } from './numbers.ts';
import type { CassandraAccess } from './options.ts';
import type { Place } from './place.ts';
import { Purge } from './purge.ts';
import { Seen } from './seen.ts';
import type { Session } from './session.ts';
import { takeSlot } from './slots.ts';
import { Tries } from './tries.ts';
import type { WorkRows } from './work-rows.ts';

export class CassandraStore implements Store {
  readonly distant = true;
  /** For moves to another store, and from one. */
  readonly moving: CassandraMoving;
  readonly #session: Session;
  readonly #machines: () => Promise<Machines>;
  readonly #aggregates: Aggregates;
  readonly #journal: Journal;
  readonly #due: Due;
  readonly #tries: Tries;
  readonly #names: Names;
  readonly #numbers: Numbers;
  readonly #purge: Purge;

  constructor(
    session: Session,
    retentionDays: number,
    access: Pick<CassandraAccess, 'keyspace' | 'credentials'>,
  ) {
    const lifetimes = new Lifetimes(retentionDays);
    this.#session = session;
    this.#machines = machinesReader(session, access);
    this.#aggregates = new Aggregates(session);
    const seen = new Seen(session, lifetimes);
    this.#journal = new Journal(session, lifetimes, seen);
    this.#due = new Due(session, lifetimes, seen);
    this.#tries = new Tries(session, lifetimes);
    this.#names = new Names(session);
    this.#numbers = new Numbers(session);
    this.#purge = new Purge(session, this.#journal, this.#due, this.#names);
    this.moving = new CassandraMoving({
      session,
      seen,
      journal: this.#journal,
      due: this.#due,
      names: this.#names,
      numbers: this.#numbers,
      tries: this.#tries,
    });
  }

  roundTrips(): Readonly<Record<string, number>> {
    return this.#session.roundTrips;
  }

  append(rows: JournalRow[]): Promise<ReadonlySet<WorkId>> {
    return this.#journal.append(rows);
  }

  load(key: AggregateKey): Promise<Loaded> {
    return this.#aggregates.load(key);
  }

  async commit(change: Change): Promise<CommitResult> {
    const result = await this.#aggregates.commit(change);
    if (result === 'applied')
      this.#names.markClosed(change.incidents.filter(({ open }) => !open).map(({ number }) => number));
    return result;
  }

  rows(key: AggregateKey, kind: string, options: RowsOptions = {}): Promise<Row[]> {
    return this.#aggregates.rows(key, kind, options);
  }

  writeDue(rows: DueRow[]): Promise<void> {
    return this.#due.write(rows);
  }

  async markDone(ids: WorkId[]): Promise<void> {
    const located = await this.#located(ids);
    await Promise.all(
      [this.#journal.rows, this.#due.rows].map((table) =>
        table.markDone(located.filter((one) => one.table === table).map(({ place }) => place)),
      ),
    );
  }

  async undone(ids: WorkId[]): Promise<Set<WorkId>> {
    const looks = await mapAtOnce(await this.#located(ids), async ({ table, place }) =>
      (await table.lookAt(place)) === 'undone' ? [place.id] : [],
    );
    return new Set(looks.flat());
  }

  async countTry(id: WorkId): Promise<number> {
    const [located] = await this.#located([id]);
    if (located === undefined || (await located.table.lookAt(located.place)) === 'absent') return 0;
    return this.#tries.count(id);
  }

  walkJournal(walk: Walk): Promise<Page<JournalRow>> {
    return this.#journal.walk(walk);
  }

  journalRow(id: WorkId): Promise<JournalRow | null> {
    return this.#journal.row(id);
  }

  walkDue(walk: Walk & { untilMs: number }): Promise<Page<DueRow>> {
    return this.#due.walk(walk);
  }

  backlog(): Promise<{ journal: number; oldestJournalMs: number | null; due: number }> {
    return countBacklog(this.#journal, this.#due);
  }

  async reserveNumbers(count: number): Promise<number> {
    return FIRST_NUMBER + (await this.#numbers.take(INCIDENT_NUMBERS, atLeastOne('count', count)));
  }

  nameIncident(number: number, lineage: AggregateKey): Promise<void> {
    return this.#names.name(number, lineage);
  }

  lineageOf(number: number): Promise<AggregateKey | null> {
    return this.#names.lineageOf(number);
  }

  incidents(options: { open?: boolean; before?: number; limit: number }): Promise<IncidentEntry[]> {
    return listIncidents(this.#session, this.#names, options);
  }

  /**
   * Begins a new epoch of the host's seqs, so that none is given twice though the host's disk and its last writes were
   * lost: to be called once a life. Null in the first.
   */
  async lastSeq(host: string): Promise<number | null> {
    const epoch = await this.#numbers.take(`${EPOCH}${host}`, 1);
    return epoch === 0 ? null : epoch * SEQS_OF_AN_EPOCH;
  }

  takeSlot(job: string, slot: string): Promise<boolean> {
    return takeSlot(this.#session, job, slot);
  }

  beat(beat: Beat): Promise<void> {
    return writeBeat(this.#session, beat);
  }

  beats(): Promise<Beat[]> {
    return readBeats(this.#session);
  }

  clocks(): Promise<ClockReading[]> {
    return readClocks(this.#session);
  }

  machines(): Promise<Machines> {
    return this.#machines();
  }

  async purge(beforeMs: number, limit: number): Promise<Purged> {
    return this.#purge.run(beforeMs, atLeastOne('limit', limit));
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /** Where rows of these ids lie; ids that can't have one are left out. */
  async #located(ids: readonly WorkId[]): Promise<{ table: WorkRows; place: Place }[]> {
    const located = await mapAtOnce([...new Set(ids)], async (id) => {
      if (id.startsWith('d:')) return { table: this.#due.rows, place: await this.#due.placeOf(id) };
      return { table: this.#journal.rows, place: await this.#journal.placeOf(id) };
    });
    return located.flatMap(({ table, place }) => (place === null ? [] : [{ table, place }]));
  }
}
