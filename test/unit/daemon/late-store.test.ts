/** A store that isn't there at the start: waited for a little, refused meanwhile, and used once it has come. */
import { describe, expect, it, vi } from 'vitest';
import type { MovableStore } from '../../../src/relay/daemon/freezable.ts';
import { LateStore, openInTime, OPEN_PATIENCE_MS } from '../../../src/relay/daemon/late-store.ts';
import { StoreAwayError, StoreUnavailableError, type Store } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { change, journalRow } from '../../contract/store/samples.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from '../engine/calm.ts';
import { silent } from './moving-config.ts';

const away = (): StoreAwayError => new StoreAwayError('no quorum in Cassandra');
/** A store in memory, out of which nothing is moved here. */
class Unmoved extends MemoryStore {
  get moving(): never {
    throw new Error('nothing is moved here');
  }
}
const memory = (clock: HandClock): MovableStore =>
  new Unmoved({ nowMs: () => clock.wallMs(), distant: true });

function starting(answers: (() => Promise<MovableStore>)[]) {
  const clock = new HandClock();
  const refused: string[] = [];
  const open = vi.fn((): Promise<MovableStore> => (answers.shift() ?? (() => Promise.reject(away())))());
  const store = openInTime(
    open,
    clock,
    (opening, why) =>
      new LateStore(opening, why, {
        open,
        clock,
        log: silent,
        onRefused: (error) => refused.push(error instanceof Error ? error.message : 'no error'),
      }),
  );
  return { clock, refused, open, store };
}

describe('a store at the start', () => {
  it('is itself where it answers', async () => {
    const found = memory(new HandClock());
    const { store } = starting([() => Promise.resolve(found)]);
    expect(await store).toBe(found);
  });

  it('that refuses is no reason to go on without: its words are those of the start', async () => {
    const wrong = new StoreUnavailableError('Cassandra refuses the login');
    await expect(starting([() => Promise.reject(wrong)]).store).rejects.toBe(wrong);
    const mistake = new TypeError('a mistake');
    await expect(starting([() => Promise.reject(mistake)]).store).rejects.toBe(mistake);
  });

  it('that is away has had no calls to its machines, and counts them from when it is there', async () => {
    const found = Object.assign(memory(new HandClock()), { roundTrips: () => ({ write: 2 }) });
    const { clock, store } = starting([() => Promise.reject(away()), () => Promise.resolve(found)]);
    const late = await store;
    expect(late.roundTrips?.()).toEqual({});
    await calm();
    clock.pass(2_000);
    await calm();
    expect(late.roundTrips?.()).toEqual({ write: 2 });
  });

  it('that is away refuses every call as one that is away, is tried again, and is used once it is there', async () => {
    const { clock, refused, open, store } = starting([
      () => Promise.reject(away()),
      () => Promise.reject(new StoreUnavailableError('the schema is missing')),
    ]);
    const late = await store;
    const calls: ((one: Store) => Promise<unknown>)[] = [
      (one) => one.append([journalRow('a')]),
      (one) => one.load('roster'),
      (one) => one.commit(change('i:db/disk', null, {})),
      (one) => one.rows('r:ana', 'message'),
      (one) => one.writeDue([]),
      (one) => one.markDone(['j:a']),
      (one) => one.undone(['j:a']),
      (one) => one.countTry('j:a'),
      (one) => one.walkJournal({ shards: [0], after: null, limit: 1, whole: true }),
      (one) => one.journalRow('j:a'),
      (one) => one.walkDue({ shards: [0], after: null, limit: 1, whole: true, untilMs: 0 }),
      (one) => one.backlog(),
      (one) => one.reserveNumbers(1),
      (one) => one.nameIncident(1, 'i:db/disk'),
      (one) => one.lineageOf(1),
      (one) => one.incidents({ limit: 1 }),
      (one) => one.lastSeq('h1'),
      (one) => one.takeSlot('purge', 'today'),
      (one) => one.beat({ host: 'h1', life: 'a', count: 1, firstSeq: 1, info: {} }),
      (one) => one.beats(),
      (one) => one.clocks(),
      (one) => one.purge(0, 1),
    ];
    for (const call of calls) {
      await expect(call(late), String(call)).rejects.toThrow(/not been opened since.*no quorum in Cassandra/);
      await expect(call(late)).rejects.toBeInstanceOf(StoreAwayError);
    }
    await calm();
    clock.pass(2_000);
    await calm();
    // Whoever looks after it hears what is in the way now.
    expect(refused).toEqual(['no quorum in Cassandra', 'the schema is missing']);
    await expect(late.beats()).rejects.toThrow(/the schema is missing/);

    const found = memory(clock);
    open.mockImplementation(() => Promise.resolve(found));
    clock.pass(2_000);
    await calm();
    for (const call of calls) await call(late);
    expect(await found.journalRow(journalRow('a').id)).not.toBeNull();
    clock.pass(60_000);
    await calm();
    expect(open).toHaveBeenCalledTimes(3);
  });

  it('that says nothing is waited for a little, and used when it answers after all', async () => {
    const answer = Promise.withResolvers<MovableStore>();
    const { clock, store, open } = starting([() => answer.promise]);
    await calm();
    clock.pass(OPEN_PATIENCE_MS);
    const late = await store;
    await expect(late.load('roster')).rejects.toThrow(/did not answer within 5 s/);
    answer.resolve(memory(clock));
    await calm();
    expect((await late.load('roster')).op).toBeNull();
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('that comes after relay has stopped is closed, and not asked for again', async () => {
    const answer = Promise.withResolvers<MovableStore>();
    const { clock, store, open } = starting([() => Promise.reject(away()), () => answer.promise]);
    const late = await store;
    await calm();
    clock.pass(2_000);
    await late.close();
    const found = memory(clock);
    const close = vi.spyOn(found, 'close');
    answer.resolve(found);
    await calm();
    expect(close).toHaveBeenCalledOnce();
    clock.pass(60_000);
    await calm();
    expect(open).toHaveBeenCalledTimes(2);
  });
});
