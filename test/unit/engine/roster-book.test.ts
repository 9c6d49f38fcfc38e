import { describe, expect, it } from 'vitest';
import {
  openRosterBook,
  VERSION,
  versionKey,
  type VersionRow,
} from '../../../src/relay/engine/roster-book.ts';
import { RosterError } from '../../../src/relay/oncall/book.ts';
import { addPerson } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { StoreAwayError, StoreUnavailableError } from '../../../src/relay/store/port.ts';
import type { Change, CommitResult, Loaded, Row, Store } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { HOUR, NOW, override, team } from '../oncall/rosters.ts';

/** What becomes of one commit: by itself, or as a fault makes it. */
type Fate =
  | 'works'
  | 'applied, unheard'
  | 'lost, unheard'
  | 'appears at the next load'
  | 'somebody was faster';

/** One aggregate in memory that loses answers to order. */
class ShakyStore implements Pick<Store, 'load' | 'commit' | 'rows'> {
  fates: Fate[] = [];
  broken: Error | null = null;
  loads = 0;
  #op: string | null = null;
  #state: unknown = null;
  #rows = new Map<string, Row>();
  #late: Change[] = [];

  async load(key: string): Promise<Loaded> {
    this.loads += 1;
    if (this.broken !== null) throw this.broken;
    const loaded = { key, op: this.#op, state: structuredClone(this.#state) };
    return loaded;
  }

  async commit(change: Change): Promise<CommitResult> {
    for (const late of this.#late.splice(0)) this.apply(late);
    const fate = this.fates.shift() ?? 'works';
    if (fate === 'lost, unheard') return 'unknown';
    if (fate === 'appears at the next load') {
      this.#late.push(change);
      return 'unknown';
    }
    if (fate === 'somebody was faster') this.apply(rival(this.#op, this.#state as Roster));
    const applied = this.apply(change);
    if (fate === 'applied, unheard') return 'unknown';
    return applied ? 'applied' : 'conflict';
  }

  async rows(_key: string, kind: string, options: { prefix?: string } = {}): Promise<Row[]> {
    return [...this.#rows.values()].filter(
      (row) => row.kind === kind && row.key.startsWith(options.prefix ?? ''),
    );
  }

  apply(change: Change): boolean {
    if (change.expect !== this.#op) return false;
    this.#op = change.op;
    this.#state = structuredClone(change.state);
    for (const row of change.rows) this.#rows.set(row.key, structuredClone(row));
    return true;
  }

  get roster(): Roster {
    return structuredClone(this.#state) as Roster;
  }
}

let rivals = 0;
function rival(op: string | null, roster: Roster | null): Change {
  rivals += 1;
  const next: Roster = {
    ...addPerson(roster ?? team(), somebody(`rival-${rivals}`)),
    version: (roster?.version ?? 0) + 1,
  };
  const body: VersionRow = { roster: next, by: 'rival', atMs: NOW, op: `rival-${rivals}` };
  const rows = [{ kind: VERSION, key: versionKey(next.version), body }];
  return { key: 'roster', expect: op, op: `rival-${rivals}`, state: next, rows, incidents: [] };
}

const somebody = (id: string) => ({ id, email: `${id}@example.com` });
const add = (id: string) => (roster: Roster) => addPerson(roster, somebody(id));
const ids = (roster: Roster): string[] => roster.people.map((one) => one.id);

async function opened(store = new ShakyStore(), clock = new HandClock(NOW)) {
  let ops = 0;
  const troubles: unknown[] = [];
  const versions: number[] = [];
  const book = await openRosterBook({
    store,
    clock,
    newOp: () => `op-${(ops += 1)}`,
    onTrouble: (error) => troubles.push(error),
    onVersion: (roster) => versions.push(roster.version),
  });
  return { book, store, clock, troubles, versions };
}

/** Lets what was started by a timer end. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

describe('the roster book', () => {
  it('begins empty and keeps every version with who made it', async () => {
    const { book, store } = await opened();
    expect(book.current().version).toBe(0);
    const first = await book.edit('root', add('ana'));
    const second = await book.edit('ana', add('ben'));
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(ids(book.current())).toEqual(['ana', 'ben']);
    const rows = await store.rows('roster', VERSION);
    expect(rows.map((row) => [row.key, (row.body as VersionRow).by])).toEqual([
      ['0000000001', 'root'],
      ['0000000002', 'ana'],
    ]);
    expect(rows[0]?.body).toMatchObject({ roster: first });
  });

  it('keeps the newest fifty versions for ever, and those that they push out for the retention', async () => {
    const store = new MemoryStore({ nowMs: () => NOW });
    const clock = new HandClock(NOW);
    let ops = 0;
    const book = await openRosterBook({ store, clock, newOp: () => `op-${(ops += 1)}` });
    for (let version = 1; version <= 53; version += 1) await book.edit('root', add(`person-${version}`));
    const versions = async (): Promise<string[]> =>
      (await store.rows('roster', VERSION)).map((row) => row.key);
    expect(await versions()).toHaveLength(53);
    await store.purge(NOW, 100);
    expect(await versions(), 'within the retention').toHaveLength(53);
    await store.purge(NOW + 1, 100);
    expect([(await versions()).length, (await versions())[0]]).toEqual([50, versionKey(4)]);
    const [kept] = await store.rows('roster', VERSION, { prefix: versionKey(4) });
    expect((kept?.body as VersionRow | undefined)?.roster.people).toHaveLength(4);
    book.close();
  });

  it('commits nothing when an edit refuses or changes nothing', async () => {
    const { book } = await opened();
    await book.edit('root', add('ana'));
    await expect(book.edit('root', add('ana'))).rejects.toThrow(RosterError);
    expect((await book.edit('root', (roster) => roster)).version).toBe(1);
    expect(book.current().version).toBe(1);
  });

  it('carries out edits that come together one after the other', async () => {
    const { book } = await opened();
    const made = await Promise.allSettled(['ana', 'ana', 'ben'].map((id) => book.edit('root', add(id))));
    expect(made.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ids(book.current())).toEqual(['ana', 'ben']);
  });

  it('makes an edit again on what somebody faster has left', async () => {
    const { book, store } = await opened();
    await book.edit('root', add('ana'));
    store.fates = ['somebody was faster', 'somebody was faster'];
    const roster = await book.edit('root', add('ben'));
    expect(roster.version).toBe(4);
    expect(roster.people).toHaveLength(4);
    expect(store.roster).toEqual(roster);
  });

  it('gives up with a cure when others never stop', async () => {
    const { book, store } = await opened();
    store.fates = Array.from({ length: 20 }, () => 'somebody was faster' as const);
    await expect(book.edit('root', add('dora'))).rejects.toMatchObject({
      code: 'conflict',
      cure: 'Try again.',
    });
  });

  const unheard: [Fate, Fate[]][] = [
    ['applied, unheard', []],
    ['lost, unheard', []],
    ['appears at the next load', []],
    ['appears at the next load', ['lost, unheard']],
    ['appears at the next load', ['applied, unheard']],
    ['lost, unheard', ['lost, unheard', 'applied, unheard']],
  ];
  it.each(unheard)('an edit whose answer is lost is made once (%s, then %j)', async (first, then) => {
    const { book, store } = await opened();
    await book.edit('root', add('ana'));
    store.fates = [first, ...then];
    const roster = await book.edit('root', add('ben'));
    expect(ids(roster)).toEqual(['ana', 'ben']);
    expect(store.roster).toEqual(roster);
    expect(await store.rows('roster', VERSION)).toHaveLength(2);
    expect(book.current()).toEqual(roster);
  });

  it('says that nobody knows when no answer ever comes', async () => {
    const { book, store } = await opened();
    store.fates = Array.from({ length: 8 }, () => 'lost, unheard' as const);
    await expect(book.edit('root', add('ana'))).rejects.toThrow(StoreUnavailableError);
  });

  it('drops overrides that are over, at any edit', async () => {
    const store = new ShakyStore();
    const before = team([override({ untilMs: NOW + HOUR })]);
    store.apply({ key: 'roster', expect: null, op: 'first', state: before, rows: [], incidents: [] });
    const { book, clock } = await opened(store);
    expect((await book.edit('root', add('dora'))).overrides).toHaveLength(1);
    clock.advance(HOUR);
    expect((await book.edit('root', add('eve'))).overrides).toHaveLength(0);
  });
});

describe('how fresh the roster is', () => {
  it('learns of others’ edits within 10 s by itself', async () => {
    const { book, store, clock } = await opened();
    store.apply(rival(null, null));
    clock.advance(10_000);
    await settled();
    expect(book.current()).toEqual(store.roster);
  });

  it('tells each version once: what the store had, one’s own edits, and others’', async () => {
    const store = new ShakyStore();
    store.apply({ key: 'roster', expect: null, op: 'first', state: team(), rows: [], incidents: [] });
    const { book, clock, versions } = await opened(store);
    expect(versions).toEqual([7]);
    await book.edit('root', add('dora'));
    expect(versions).toEqual([7, 8]);
    store.apply(rival('op-1', store.roster));
    clock.advance(10_000);
    await settled();
    clock.advance(10_000);
    await settled();
    expect(versions).toEqual([7, 8, 9]);
  });

  it('keeps what it has while the store is out of reach, and goes on trying', async () => {
    const { book, store, clock, troubles } = await opened();
    await book.edit('root', add('ana'));
    store.broken = new StoreUnavailableError('locked');
    clock.advance(5_000);
    await settled();
    expect(ids(book.current())).toEqual(['ana']);
    store.broken = null;
    clock.advance(5_000);
    await settled();
    expect(troubles.at(-1)).toBeNull();
  });

  it('begins with a former one while the store is away, and then believes the store, whatever its version', async () => {
    const store = new ShakyStore();
    store.apply(rival(null, { ...team(), version: 2 }));
    const clock = new HandClock(NOW);
    const versions: number[] = [];
    const options = {
      store,
      clock,
      newOp: () => 'op',
      onVersion: ({ version }: Roster) => versions.push(version),
    };
    store.broken = new StoreUnavailableError('the login is refused');
    await expect(openRosterBook({ ...options, former: { ...team(), version: 9 } })).rejects.toThrow('login');
    store.broken = new StoreAwayError('no quorum');
    await expect(openRosterBook(options)).rejects.toThrow('no quorum');
    const book = await openRosterBook({ ...options, former: { ...team(), version: 9 } });
    expect([book.current().version, book.isRead()]).toEqual([9, false]);
    // However young it is, nothing of the cluster's is decided by it (rule 16).
    await expect(book.fresh()).rejects.toThrow('no quorum');
    await expect(book.edit('root', add('ben'))).rejects.toThrow('no quorum');
    store.broken = null;
    await book.fresh();
    expect([book.current().version, book.isRead()]).toEqual([3, true]);
    expect(versions).toEqual([9, 3]);
    book.close();
  });

  it('is read at once when somebody has decided by a newer version, also when a reading was under way', async () => {
    const { book, store } = await opened();
    expect(book.fresh(book.current().version)).toBeNull();
    const load = store.load.bind(store);
    const slow = Promise.withResolvers<Loaded>();
    store.load = () => slow.promise;
    const before = await load('roster');
    const early = book.reach(1);
    store.apply(rival(null, null));
    const later = book.fresh(store.roster.version);
    store.load = load;
    slow.resolve(before);
    await Promise.all([early, later]);
    expect(book.current()).toEqual(store.roster);
  });

  it('stops reading when closed', async () => {
    const { book, clock, store } = await opened();
    book.close();
    clock.advance(60_000);
    expect(clock.waiting).toBe(0);
    expect(store.loads).toBe(1);
  });
});
