/** Everything from one database to another: all of it, and wherever the process dies one of the two counts. */
import { array, assert, asyncProperty, tuple } from 'fast-check';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clearFor, finishMove, fitness, moveEverything } from '../../../src/relay/store/move.ts';
import type { MoveParts } from '../../../src/relay/store/move.ts';
import type { Movable, MoveNote, Piece } from '../../../src/relay/store/moving.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';
import type { SqliteStore } from '../../../src/relay/store/sqlite/store.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { Tally } from '../../../src/relay/store/tally.ts';
import {
  change,
  dueRow,
  everything,
  journalRow,
  moment,
  nowMs,
  onlyOnceRow,
} from '../../contract/store/samples.ts';
import { anyStep } from '../../contract/store/steps.ts';
import { MemoryStore } from '../../sim/memory-store.ts';

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'relay-move-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

const KEY = 'i:db/disk';
/** A death at each step is some forty moves, each flushed many times: a busy disk takes its time. */
const MANY_MOVES_MS = 120_000;
const clock = { wallMs: nowMs, monoMs: () => performance.now() };
const noteOf = (id: string): MoveParts['note'] => ({
  id,
  from: 'the old one',
  to: 'the new one',
  host: 'a1',
  source: { kind: 'sqlite', path: 'old' },
});
const quietly = {
  clock,
  onProgress: () => {},
  isGivenUp: () => false,
  refuseOthers: () => Promise.resolve(),
};

const open = (folder: string, name: string, evenMoved: boolean = false): Promise<SqliteStore> =>
  openSqliteStore({ path: join(folder, `${name}.db`), nowMs, evenMoved });

async function tallyOf(store: Movable): Promise<Tally> {
  const tally = new Tally();
  for await (const pieces of store.pieces()) tally.add(pieces);
  return tally;
}

/** A bit of everything. */
async function fill(store: SqliteStore): Promise<void> {
  await store.reserveNumbers(7);
  await store.nameIncident(3, KEY);
  const opened = change(KEY, null, {
    state: { since: 'then', text: 'Zürich 東京 nul\0inside' },
    rows: [
      { kind: 'timeline', key: '1', body: 'opened' },
      { kind: 'message', key: 'm1', body: { code: '47a' }, endedAtMs: moment(5) },
    ],
    incidents: [{ number: 3, lineage: KEY, open: true, body: { summary: 'disk full' } }],
  });
  await store.commit(opened);
  const mail = journalRow('mail', { seq: 4, raw: new Uint8Array([0, 255, 10]) });
  const [first, second] = [onlyOnceRow(5, moment(50), 3), onlyOnceRow(6, moment(60), 3)];
  await store.append([mail, first, second]);
  await store.markDone([mail.id]);
  await store.countTry(first.id);
  await store.countTry(first.id);
  const [soon, fired] = [dueRow('soon', moment(500_000), KEY), dueRow('fired', moment(2), KEY)];
  await store.writeDue([soon, fired]);
  await store.markDone([fired.id]);
  await store.takeSlot('purge', '2026-01-01');
}

describe('everything moved to another database', () => {
  test('goes on there whatever was done before: all answers are those of a store that stayed', async () => {
    // Signs of life belong to processes, which don't move.
    const step = anyStep.filter(({ says }) => !says.startsWith('beat'));
    const programs = tuple(array(step, { maxLength: 60, size: 'max' }), array(step, { maxLength: 40 }));
    await assert(
      asyncProperty(programs, async ([before, after]) => {
        await using folder = await temporaryFolder();
        const model = new MemoryStore({ nowMs });
        const source = await open(folder.path, 'old');
        for (const one of before) expect(await one.run(source), one.says).toEqual(await one.run(model));
        const target = await open(folder.path, 'new');
        await moveEverything({
          source: source.moving,
          target: target.moving,
          note: noteOf(randomUUID()),
          ...quietly,
        });
        await source.close();
        for (const one of after) expect(await one.run(target), one.says).toEqual(await one.run(model));
        await target.close();
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  test('the old one is not opened any more and says where everything is; the new one is', async () => {
    await using folder = await temporaryFolder();
    const [source, target] = [await open(folder.path, 'old'), await open(folder.path, 'new')];
    await fill(source);
    await moveEverything({ source: source.moving, target: target.moving, note: noteOf('m'), ...quietly });
    await Promise.all([source.close(), target.close()]);
    const refused = open(folder.path, 'old');
    await expect(refused).rejects.toThrow(StoreUnavailableError);
    await expect(open(folder.path, 'old')).rejects.toThrow(/moved to the new one.*relay\.yaml.*store move/u);
    const again = await open(folder.path, 'new');
    expect((await again.load(KEY)).state).toEqual({ since: 'then', text: 'Zürich 東京 nul\0inside' });
    expect(await again.reserveNumbers(1)).toBe(8);
    expect(await again.lastSeq('one')).toBe(6);
    expect(await again.takeSlot('purge', '2026-01-01')).toBe(false);
    await again.close();
  });

  test('rows from before shards and places keep their ids and get the shard of their work', async () => {
    await using folder = await temporaryFolder();
    const [source, target] = [await open(folder.path, 'old'), await open(folder.path, 'new')];
    const timer = { ...dueRow('x', moment(900), KEY), id: 'd:0a1b2c3d.4' };
    await source.append([{ ...onlyOnceRow(9, moment(9), 0), id: 'j:@ams1.example.0a1b2c3d.9' }]);
    await source.writeDue([timer]);
    await moveEverything({ source: source.moving, target: target.moving, note: noteOf('m'), ...quietly });
    expect((await target.walkJournal(everything(9))).items.map(({ id }) => id)).toEqual([
      'j:@ams1.example.0a1b2c3d.9',
    ]);
    expect((await target.walkDue({ ...everything(9), untilMs: moment(999) })).items).toEqual([timer]);
    await Promise.all([source.close(), target.close()]);
  });

  test('and back again: what stayed behind in the old one is cleared away first', async () => {
    await using folder = await temporaryFolder();
    const [source, target] = [await open(folder.path, 'old'), await open(folder.path, 'new')];
    await fill(source);
    await moveEverything({ source: source.moving, target: target.moving, note: noteOf('m'), ...quietly });
    await target.commit(change('r:ana', null, { rows: [{ kind: 'timeline', key: '1', body: 'new' }] }));
    await target.markDone([onlyOnceRow(5, moment(50), 3).id]);
    const about = { sourceConfig: { kind: 'sqlite', path: 'new' }, targetName: 'the old one' };
    expect(await fitness(target.moving, source.moving, about)).toBe('clear');
    await clearFor(source.moving);
    await moveEverything({ source: target.moving, target: source.moving, note: noteOf('back'), ...quietly });
    expect((await tallyOf(target.moving)).differences(await tallyOf(source.moving))).toEqual([]);
    await Promise.all([source.close(), target.close()]);
    await expect(open(folder.path, 'new')).rejects.toThrow(/has moved/u);
    const back = await open(folder.path, 'old');
    expect((await back.load('r:ana')).op).not.toBeNull();
    await back.close();
  });
});

describe('a store to move into', () => {
  test('must be empty, or hold a part of this very move', async () => {
    await using folder = await temporaryFolder();
    const [source, target] = [await open(folder.path, 'old'), await open(folder.path, 'new')];
    await fill(source);
    const about = { sourceConfig: noteOf('m').source, targetName: 'the new one' };
    expect(await fitness(source.moving, target.moving, about)).toBe('ready');
    await target.moving.note('arriving', { ...noteOf('m'), state: 'moving', atMs: 1 });
    expect(await fitness(source.moving, target.moving, about)).toBe('clear');
    await expect(
      fitness(source.moving, target.moving, { ...about, sourceConfig: { kind: 'sqlite', path: 'x' } }),
    ).rejects.toThrow(/part of another move/u);
    await target.moving.forget('arriving', 'm');
    await target.append([journalRow('mail')]);
    await expect(fitness(source.moving, target.moving, about)).rejects.toThrow(/not empty/u);
    await Promise.all([source.close(), target.close()]);
  });

  test('is not opened while it holds a part only', async () => {
    await using folder = await temporaryFolder();
    const target = await open(folder.path, 'new');
    await target.moving.note('arriving', { ...noteOf('m'), state: 'moving', atMs: 1 });
    await target.close();
    await expect(open(folder.path, 'new')).rejects.toThrow(/part of what a1 is moving/u);
  });
});

describe('a move', () => {
  test('that finds the copy differing leaves the old store as it is', async () => {
    await using folder = await temporaryFolder();
    const [source, target] = [await open(folder.path, 'old'), await open(folder.path, 'new')];
    await fill(source);
    await target.append([journalRow('a stranger')]);
    const parts = { source: source.moving, target: target.moving, note: noteOf('m'), ...quietly };
    await expect(moveEverything(parts)).rejects.toThrow(/journal: 3 here, 4 in the copy/u);
    expect((await source.moving.notes()).leaving?.state).toBe('moving');
    await Promise.all([source.close(), target.close()]);
  });

  test('that is given up ends between two pages, and before the seal', async () => {
    await using folder = await temporaryFolder();
    const [source, target] = [await open(folder.path, 'old'), await open(folder.path, 'new')];
    await fill(source);
    let givenUp = false;
    const parts = { source: source.moving, target: target.moving, note: noteOf('m'), ...quietly };
    await expect(
      moveEverything({
        ...parts,
        isGivenUp: () => givenUp,
        refuseOthers: () => {
          givenUp = true;
          return Promise.resolve();
        },
      }),
    ).rejects.toThrow(/given up/u);
    expect((await source.moving.notes()).leaving?.state).toBe('moving');
    await Promise.all([source.close(), target.close()]);
  });
});

test('a mover whose note was forgotten meanwhile does not seal: others may have worked with the store since', async () => {
  await using folder = await temporaryFolder();
  const [source, target] = [await open(folder.path, 'old'), await open(folder.path, 'new')];
  await fill(source);
  let nowAtMs = 0;
  const slow = { wallMs: nowMs, monoMs: () => nowAtMs };
  await expect(
    moveEverything({
      source: source.moving,
      target: target.moving,
      note: noteOf('m'),
      ...quietly,
      clock: slow,
      refuseOthers: async () => {
        nowAtMs += 61_000;
        await source.moving.forget('leaving', 'm');
      },
    }),
  ).rejects.toThrow(/given up meanwhile/u);
  expect(await source.moving.notes()).toEqual({ leaving: null, arriving: null });
  await Promise.all([source.close(), target.close()]);
});

/** Dies at the nth step of whatever kind: before it, or after it was done. */
class Dying implements Movable {
  readonly #inner: Movable;
  readonly #fate: { left: number; after: boolean };

  constructor(inner: Movable, fate: { left: number; after: boolean }) {
    this.#inner = inner;
    this.#fate = fate;
  }

  async *pieces(): AsyncGenerator<Piece[]> {
    for await (const page of this.#inner.pieces()) {
      await this.#step(() => Promise.resolve());
      yield page;
    }
  }

  readonly copies = 'instant';
  copy = (): AsyncIterable<Piece[]> => this.#inner.copy();
  put = (pieces: readonly Piece[]): Promise<void> => this.#step(() => this.#inner.put(pieces));
  isEmpty = (): Promise<boolean> => this.#step(() => this.#inner.isEmpty());
  clear = (): Promise<void> => this.#step(() => this.#inner.clear());
  notes: Movable['notes'] = () => this.#step(() => this.#inner.notes());
  note: Movable['note'] = (part, note) => this.#step(() => this.#inner.note(part, note));
  renew = (note: MoveNote): Promise<void> => this.#step(() => this.#inner.renew(note));
  seal = (note: MoveNote): Promise<void> => this.#step(() => this.#inner.seal(note));
  forget: Movable['forget'] = (part, id) => this.#step(() => this.#inner.forget(part, id));

  async #step<T>(work: () => Promise<T>): Promise<T> {
    this.#fate.left -= 1;
    if (this.#fate.left > 0) return work();
    if (this.#fate.left === 0 && this.#fate.after) await work();
    throw new Error('dead');
  }
}

describe('a process that dies while everything moves', () => {
  /** Runs the move until it dies; false: it came to its end before that. */
  async function diesAt(
    source: SqliteStore,
    target: SqliteStore,
    at: number,
    after: boolean,
  ): Promise<boolean> {
    const fate = { left: at, after };
    const died = await moveEverything({
      source: new Dying(source.moving, fate),
      target: new Dying(target.moving, fate),
      note: noteOf('m'),
      ...quietly,
    }).then(
      () => false,
      (error: unknown) => {
        if (!(error instanceof Error) || error.message !== 'dead') throw error;
        return true;
      },
    );
    await Promise.all([source.close(), target.close()]);
    return died;
  }

  test.each([false, true])(
    'leaves one store that counts, and the next start finishes (step done: %s)',
    async (after) => {
      let steps = 0;
      let sealedDeaths = 0;
      for (let at = 1; ; at += 1) {
        await using folder = await temporaryFolder();
        const first = await open(folder.path, 'old');
        await fill(first);
        const whole = await tallyOf(first.moving);
        if (!(await diesAt(first, await open(folder.path, 'new'), at, after))) break;
        steps = at;

        // Whoever starts on the old store finds all of it, or is told where it is.
        const old = await open(folder.path, 'old').catch(() => null);
        if (old === null) sealedDeaths += 1;
        else {
          expect(whole.differences(await tallyOf(old.moving))).toEqual([]);
          await old.close();
        }

        const [source, target] = [await open(folder.path, 'old', true), await open(folder.path, 'new', true)];
        const { arriving } = await target.moving.notes();
        // Not even begun: the new store is as empty as it was.
        if (arriving === null) expect(await target.moving.isEmpty()).toBe(true);
        else if (arriving.state === 'moving') {
          const parts = { source: source.moving, target: target.moving, ...quietly };
          let result = await finishMove(parts, arriving, false);
          if (result === 'stale') {
            await target.moving.clear();
            result = await finishMove(parts, arriving, true);
          }
          expect(result).toBe('arrived');
        }
        if (arriving !== null) expect(whole.differences(await tallyOf(target.moving))).toEqual([]);
        await Promise.all([source.close(), target.close()]);
        if (arriving === null) continue;
        await expect(open(folder.path, 'old')).rejects.toThrow(/has moved/u);
        await (await open(folder.path, 'new')).close();
      }
      expect(steps).toBeGreaterThan(20);
      expect(sealedDeaths).toBeGreaterThan(0);
    },
    MANY_MOVES_MS,
  );

  test('and comes back to the old store, works, and moves again: what was copied first is cleared away', async () => {
    await using folder = await temporaryFolder();
    const first = await open(folder.path, 'old');
    await fill(first);
    await diesAt(first, await open(folder.path, 'new'), 12, true);
    const source = await open(folder.path, 'old');
    await source.moving.forget('leaving', 'm');
    await source.markDone([onlyOnceRow(5, moment(50), 3).id]);
    await source.append([onlyOnceRow(77, moment(70), 3)]);
    let target = await open(folder.path, 'new', true);
    const { arriving } = await target.moving.notes();
    if (arriving === null) throw new Error('the move had not begun');
    const parts = { source: source.moving, ...quietly };
    expect(await finishMove({ ...parts, target: target.moving }, arriving, false)).toBe('stale');
    await target.moving.clear();
    await target.close();
    target = await open(folder.path, 'new', true);
    expect(await finishMove({ ...parts, target: target.moving }, arriving, true)).toBe('arrived');
    expect((await tallyOf(source.moving)).differences(await tallyOf(target.moving))).toEqual([]);
    await Promise.all([source.close(), target.close()]);
  });
});
