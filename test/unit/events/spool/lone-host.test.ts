/** A host without others: the spool stands in for its store. */
import { describe, expect, it } from 'vitest';
import { FakeStore } from './fake-store.ts';
import { spoolFolders } from './folders.ts';
import { answered, drainRests, host, later, problemIds, until } from './hosts.ts';
import { accepted, idsOf } from './rows.ts';

const folders = spoolFolders();

describe('a lone host', () => {
  const lone = async (store: FakeStore | null) => {
    const spool = await folders.open(folders.folder());
    return { spool, one: await host({ store, spool }) };
  };

  it('writes nothing beside its store while that answers', async () => {
    const store = new FakeStore();
    const { spool, one } = await lone(store);
    expect(await one.keeper.append([accepted(1)])).toMatchObject({ inJournal: true });
    expect(await spool.counts()).toMatchObject({ own: 0 });
    expect(one.keeper.state().own).toBe(0);
  });

  it.each(['down', 'full', 'silent'] as const)(
    'spools what its store (%s) does not take, and pages it later',
    async (mood) => {
      const store = new FakeStore();
      const { spool, one } = await lone(store);
      store.mood = mood;
      expect(await answered(one.keeper.append([accepted(1)]), one)).toMatchObject({ inJournal: false });
      expect(await spool.counts()).toMatchObject({ own: 1 });
      expect(problemIds(one), 'one disk is all it ever had').toEqual([]);
      store.mood = 'well';
      store.timeOut();
      await later(one, 10_000);
      await until(() => one.handedOn.length === 1);
      one.keeper.done([accepted(1).id]);
      expect(await spool.counts()).toMatchObject({ own: 0 });
    },
  );

  it('that ends brings what is on its disk to the store first, unless the store stays away', async () => {
    const store = new FakeStore();
    const { one } = await lone(store);
    store.mood = 'down';
    expect(await answered(one.keeper.append([accepted(1)]), one)).toMatchObject({ inJournal: false });
    let ended = false;
    const first = one.keeper.emptied().then(() => (ended = true));
    await later(one, 5_000);
    expect(ended, 'the store may come back').toBe(false);
    await later(one, 5_000);
    await first;
    expect(one.handedOn).toEqual([]);

    const next = one.keeper.emptied();
    store.mood = 'well';
    await later(one, 5_000);
    await next;
    expect(one.handedOn).toHaveLength(1);
    await one.keeper.emptied();
  });

  it('lets only the first sender wait for a store that hangs, and asks it again once it answers', async () => {
    const store = new FakeStore();
    const { one } = await lone(store);
    store.mood = 'silent';
    await answered(one.keeper.append([accepted(1)]), one);
    expect(await one.keeper.append([accepted(2)]), 'no time has passed').toMatchObject({ inJournal: false });
    store.mood = 'well';
    store.land();
    await until(() => one.handedOn.length === 2);
    expect(await one.keeper.append([accepted(3)])).toMatchObject({ inJournal: true });
  });

  it('spools while its store is closed to be moved, and drains into the new one', async () => {
    const old = new FakeStore();
    const { one } = await lone(old);
    old.mood = 'silent';
    const before = one.keeper.append([accepted(1)]);
    await until(() => old.hanging === 1);
    let closed = false;
    const closing = one.keeper.useStore(null).then(() => (closed = true));
    expect(await one.keeper.append([accepted(2)])).toMatchObject({ inJournal: false });
    expect(closed, 'what was asked of the old one is still under way').toBe(false);
    old.land();
    expect(await before).toMatchObject({ inJournal: true });
    await closing;
    const next = new FakeStore();
    for (const [id, row] of old.journal) next.journal.set(id, row);
    old.journal.set(accepted(2).id, accepted(2));
    await one.keeper.useStore(next);
    await until(() => one.handedOn.length === 1);
    expect([...next.journal.keys()]).toEqual(idsOf([accepted(1), accepted(2)]));
    expect(old.appends.flat()).toEqual([accepted(1).id]);
  });

  it('keeps no copy of a mail that was done while it came once more', async () => {
    const store = new FakeStore();
    const { spool, one } = await lone(store);
    const mail = accepted(1, { stableId: 'mail' });
    store.mood = 'down';
    await answered(one.keeper.append([mail]), one);
    // The accept's and the drain's.
    await drainRests(store, 2, one);
    store.mood = 'silent';
    const again = one.keeper.append([accepted(2, { stableId: 'mail' })]);
    await until(() => store.hanging >= 1);
    store.mood = 'well';
    one.clock.pass(500);
    await until(() => one.handedOn.length === 1);
    store.done.add(mail.id);
    one.keeper.done([mail.id]);
    expect(await answered(again, one)).toMatchObject({ inJournal: false });
    expect(await spool.counts()).toMatchObject({ own: 0 });
    expect(one.keeper.state().own).toBe(0);
  });
});
