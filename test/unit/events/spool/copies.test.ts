/** Copies kept for other hosts: they outlive the disk of the host that accepted, and go when they are needed no longer. */
import { describe, expect, it } from 'vitest';
import { StoreFullError, StoreUnavailableError } from '../../../../src/relay/store/port.ts';
import { calm } from '../../engine/calm.ts';
import { cluster } from './cluster.ts';
import { FakeStore } from './fake-store.ts';
import { spoolFolders } from './folders.ts';
import { answered, disksRest, host, later, until } from './hosts.ts';
import { accepted } from './rows.ts';

const folders = spoolFolders();
const theirs = (seq: number) => accepted(seq, { host: 'one' });

async function keeping() {
  const store = new FakeStore();
  const spool = await folders.open(folders.folder());
  return { store, spool, two: await host({ name: 'two', store, spool }) };
}

describe('a host that is asked to keep an alert', () => {
  it('brings it into the journal when it can, and keeps no copy', async () => {
    const { store, spool, two } = await keeping();
    expect(await two.keeper.keepFor('one', [theirs(1)])).toEqual({ kept: 'journal' });
    expect(store.journal.has(theirs(1).id)).toBe(true);
    expect(await spool.counts()).toMatchObject({ own: 0, others: 0 });
    expect(two.handedOn, 'the walks take it up').toEqual([]);
  });

  it('keeps it on its disk when the store says nothing for half a second', async () => {
    const { store, spool, two } = await keeping();
    store.mood = 'silent';
    const kept = two.keeper.keepFor('one', [theirs(1)]);
    await until(() => store.hanging === 1);
    await disksRest(two);
    two.clock.pass(500);
    expect(await kept).toEqual({ kept: 'disk' });
    expect(await spool.counts()).toMatchObject({ others: 1 });
    store.land();
    await calm();
    expect(await spool.counts(), 'it landed after all').toMatchObject({ others: 0 });
  });

  it('at once when the store is known to be down', async () => {
    const { store, two } = await keeping();
    store.mood = 'silent';
    two.down.value = true;
    expect(await two.keeper.keepFor('one', [theirs(1)])).toEqual({ kept: 'disk' });
    expect(two.clock.monoMs()).toBe(0);
  });

  it('refuses when neither store nor disk takes it, with what the disk says', async () => {
    const { store, spool, two } = await keeping();
    store.mood = 'down';
    await spool.limitPages(1);
    const large = { ...theirs(1), raw: new Uint8Array(50_000) };
    await expect(two.keeper.keepFor('one', [large])).rejects.toThrow(StoreFullError);
    const none = await host({ name: 'three', store, spool: null });
    await expect(none.keeper.keepFor('one', [large])).rejects.toThrow(StoreUnavailableError);
  });

  it('refuses in the end when neither answers', async () => {
    const store = new FakeStore();
    const spool = await folders.open(folders.folder());
    spool.keep = () => new Promise(() => {});
    const two = await host({ name: 'two', store, spool });
    store.mood = 'silent';
    const kept = two.keeper.keepFor('one', [theirs(1)]);
    two.clock.pass(5_000);
    await expect(kept).rejects.toThrow(/neither the store nor the disk/);
  });
});

describe('copies', () => {
  it('go when their owner says so', async () => {
    const { store, spool, two } = await keeping();
    store.mood = 'down';
    await two.keeper.keepFor('one', [theirs(1), theirs(2)]);
    two.keeper.releaseFor('three', [theirs(1).id]);
    expect(await spool.counts(), "another's word counts for nothing").toMatchObject({ others: 2 });
    two.keeper.releaseFor('one', [theirs(1).id]);
    expect(await spool.counts()).toMatchObject({ others: 1 });
  });

  it('go when the journal has the alerts', async () => {
    const { store, spool, two } = await keeping();
    store.mood = 'down';
    await two.keeper.keepFor('one', [theirs(1)]);
    store.mood = 'well';
    store.journal.set(theirs(1).id, theirs(1));
    await later(two, 5_000);
    await until(async () => (await spool.counts()).others === 0);
    expect(store.appends.length, 'the first try only').toBe(1);
  });

  it('are left a minute to an owner that lives, then brought into the journal, once', async () => {
    const { store, spool, two } = await keeping();
    store.mood = 'down';
    await two.keeper.keepFor('one', [theirs(1)]);
    await later(two, 120_000);
    expect(await spool.counts()).toMatchObject({ others: 1 });
    store.mood = 'well';
    await later(two, 50_000);
    expect(store.journal.size).toBe(0);
    await later(two, 20_000);
    await until(async () => (await spool.counts()).others === 0);
    expect([...store.journal.keys()]).toEqual([theirs(1).id]);
    expect(two.keeper.state()).toMatchObject({ totals: { broughtIn: 1 } });
  });

  it('of one alert that the store refuses keep no other from the journal', async () => {
    const { store, spool, two } = await keeping();
    store.mood = 'down';
    await two.keeper.keepFor('one', [theirs(1), theirs(2), theirs(3)]);
    store.unfit.add(theirs(2).id);
    store.mood = 'well';
    two.dead.add('one');
    await later(two, 10_000);
    await until(async () => (await spool.counts()).others === 1);
    expect([...store.journal.keys()]).toEqual([theirs(1).id, theirs(3).id]);
  });

  it("outlive their owner's disk, gone for ever: the alert is brought in from the copy, exactly once", async () => {
    const { store, spools, one, two, three, peers } = await cluster(folders);
    store.mood = 'down';
    // Hedged: two hosts have copies.
    peers.mute.add('two');
    const call = one.keeper.append([accepted(1)]);
    await until(() => peers.asked.length === 1);
    one.clock.pass(250);
    expect(await answered(call, two, three)).toMatchObject({ inJournal: false });
    await one.keeper.stop();

    two.dead.add('one');
    three.dead.add('one');
    store.mood = 'well';
    await Promise.all([later(two, 10_000), later(three, 10_000)]);
    await until(async () => (await spools[0]?.counts())?.others === 0);
    await until(async () => (await spools[1]?.counts())?.others === 0);
    expect([...store.journal.keys()]).toEqual([accepted(1).id]);
    expect(two.handedOn.concat(three.handedOn), 'the walks take it up').toEqual([]);
  });
});
