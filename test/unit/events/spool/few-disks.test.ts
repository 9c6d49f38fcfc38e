/** Rule 12 when disks and hosts are few, slow, or full; and when the same mail comes twice meanwhile. */
import { describe, expect, it, vi } from 'vitest';
import { StoreFullError, StoreUnavailableError } from '../../../../src/relay/store/port.ts';
import { cluster } from './cluster.ts';
import { FakeStore } from './fake-store.ts';
import { spoolFolders } from './folders.ts';
import { answered, disksRest, drainRests, host, later, problemIds, until } from './hosts.ts';
import { accepted } from './rows.ts';

const folders = spoolFolders();

describe('one disk alone', () => {
  it('is the last resort: accepted, counted, and a problem until the alert is in the journal', async () => {
    const { store, one, peers } = await cluster(folders);
    store.mood = 'down';
    peers.others.clear();
    expect(await answered(one.keeper.append([accepted(1)]), one)).toMatchObject({ inJournal: false });
    expect(one.keeper.state()).toMatchObject({ oneDisk: 1, totals: { oneDisk: 1 } });
    expect(one.problems.list()).toMatchObject([
      { id: 'one-disk', text: expect.stringMatching(/^1 accepted alert.* one disk only/) },
    ]);
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length === 1);
    expect(problemIds(one)).toEqual([]);
    expect(one.keeper.state()).toMatchObject({ oneDisk: 0, totals: { oneDisk: 1 } });
  });

  it('may be the one of another host, when this one is full', async () => {
    const { store, spool, spools, one, two, peers } = await cluster(folders);
    store.mood = 'down';
    await spool.limitPages(1);
    peers.others.delete('three');
    const row = accepted(1, { raw: new Uint8Array(50_000) });
    expect(await answered(one.keeper.append([row]), one, two)).toMatchObject({ inJournal: false });
    expect(one.keeper.state()).toMatchObject({ oneDisk: 1, waiting: 1 });
    expect(await spools[0]?.counts()).toMatchObject({ others: 1 });
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length === 1);
  });

  it('is not enough of a promise while two others have disks', async () => {
    const { store, spool, spools, one, two, three } = await cluster(folders);
    store.mood = 'down';
    await spool.limitPages(1);
    const row = accepted(1, { raw: new Uint8Array(50_000) });
    expect(await answered(one.keeper.append([row]), one, two, three)).toMatchObject({ inJournal: false });
    expect(one.keeper.state()).toMatchObject({ oneDisk: 0, waiting: 1 });
    expect(await spools[1]?.counts()).toMatchObject({ others: 1 });
  });

  it('and not even that: the sender is told, and nothing is left of the alert', async () => {
    const { store, spool, one, peers } = await cluster(folders);
    store.mood = 'down';
    peers.others.clear();
    await spool.limitPages(1);
    const row = accepted(1, { raw: new Uint8Array(50_000) });
    await expect(answered(one.keeper.append([row]), one)).rejects.toThrow(StoreFullError);
    expect(one.keeper.state()).toMatchObject({ own: 0, waiting: 0, totals: { refused: 1 } });
    await spool.close();
    await expect(answered(one.keeper.append([accepted(2)]), one)).rejects.toThrow(StoreUnavailableError);
  });
});

describe('other hosts', () => {
  it('that are slow are hedged: both keep the alert, and it is one alert', async () => {
    const { store, spools, one, two, three, peers } = await cluster(folders);
    store.mood = 'down';
    peers.mute.add('two');
    const call = one.keeper.append([accepted(1)]);
    await until(() => peers.asked.length === 1);
    one.clock.pass(250);
    await until(() => peers.asked.length === 2);
    expect(await answered(call, two, three)).toMatchObject({ inJournal: false });
    await until(
      async () => (await spools[0]?.counts())?.others === 1 && (await spools[1]?.counts())?.others === 1,
    );
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length === 1);
    expect([...store.journal.keys()]).toEqual([accepted(1).id]);
    one.keeper.done([accepted(1).id]);
    await later(one, 1_000);
    expect(peers.released.map(([name]) => name).sort()).toEqual(['three', 'two']);
    expect(await spools[0]?.counts()).toMatchObject({ others: 0 });
    expect(await spools[1]?.counts()).toMatchObject({ others: 0 });
  });

  it('that never answer are given a second each, and the sender five in all', async () => {
    const { store, one, peers } = await cluster(folders);
    store.mood = 'silent';
    peers.others.clear();
    peers.keep = (name) => {
      peers.asked.push(name);
      return new Promise(() => {});
    };
    const call = answered(one.keeper.append([accepted(1)]), one);
    expect(await call).toMatchObject({ inJournal: false });
    expect(peers.asked).toEqual(['two', 'three']);
    expect(one.clock.monoMs(), 'the store might have answered').toBeGreaterThanOrEqual(5_000);
    expect(one.clock.monoMs()).toBeLessThan(5_100);
    expect(one.keeper.state()).toMatchObject({ oneDisk: 1 });
  });

  it('that reach the store for us are as good as the store; it is handed on when we do', async () => {
    const { store, one, peers } = await cluster(folders);
    const reached = new FakeStore();
    const other = await host({ name: 'two', store: reached, spool: null });
    peers.others.set('two', other.keeper);
    store.mood = 'down';
    expect(await answered(one.keeper.append([accepted(1)]), one)).toMatchObject({ inJournal: false });
    expect(one.keeper.state()).toMatchObject({ oneDisk: 0 });
    for (const [id, row] of reached.journal) store.journal.set(id, row);
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length === 1);
    expect(one.known).toEqual(new Set([accepted(1).id]));
  });
});

describe('the same mail twice while the store is away', () => {
  const mail = accepted(1, { stableId: 'mail' });
  const again = accepted(2, { stableId: 'mail' });

  it('is one alert, handed on once', async () => {
    const { store, spool, one, two } = await cluster(folders);
    store.mood = 'down';
    await answered(one.keeper.append([mail]), two);
    expect(await answered(one.keeper.append([again]), two)).toMatchObject({ inJournal: false });
    expect(await spool.counts()).toMatchObject({ own: 1 });
    expect(one.spooled).toEqual([mail.id]);
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length === 1);
    expect(one.keeper.state()).toMatchObject({ waiting: 0, own: 1 });
  });

  it('accepted once, refused the second time: the promise of the first stands', async () => {
    const { store, spool, spools, one, two, peers } = await cluster(folders);
    store.mood = 'down';
    await answered(one.keeper.append([mail]), two);
    peers.others.clear();
    await spool.limitPages(1);
    const large = { ...again, raw: new Uint8Array(50_000) };
    const both = [large, accepted(3, { raw: new Uint8Array(50_000) })];
    await expect(answered(one.keeper.append(both), one)).rejects.toThrow(StoreFullError);
    expect(await spool.counts()).toMatchObject({ own: 1 });
    expect(await spools[0]?.counts()).toMatchObject({ others: 1 });
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length === 1);
    expect(one.handedOn).toEqual([mail.id]);
  });

  it('both at once, the first one done while the second is still being accepted: nothing is paged twice or kept for ever', async () => {
    const { store, spool, one, two } = await cluster(folders);
    expect(await one.keeper.append([mail])).toMatchObject({ inJournal: true });
    store.mood = 'silent';
    const second = one.keeper.append([again]);
    await until(() => store.hanging === 1);
    store.done.add(mail.id);
    one.keeper.done([mail.id]);
    store.mood = 'down';
    await answered(second, one, two);
    store.mood = 'well';
    store.land();
    await later(one, 10_000);
    expect(one.handedOn).toEqual([]);
    expect(one.keeper.state()).toMatchObject({ own: 0, waiting: 0 });
    expect(await spool.counts()).toMatchObject({ own: 0 });
  });

  it('refused the first time while the second is still being accepted: the promise of the second stands', async () => {
    const { store, spool, one, peers } = await cluster(folders);
    store.mood = 'silent';
    peers.others.clear();
    await spool.limitPages(1);
    const first = one.keeper.append([{ ...mail, raw: new Uint8Array(50_000) }]);
    const refused = expect(first).rejects.toThrow(StoreFullError);
    await later(one, 3_000);
    await spool.limitPages(null);
    const second = one.keeper.append([again]);
    await later(one, 2_500);
    await refused;
    expect(await answered(second, one)).toMatchObject({ inJournal: false });
    expect(await spool.counts()).toMatchObject({ own: 1 });
    expect(one.keeper.state()).toMatchObject({ waiting: 1, oneDisk: 1 });
  });

  it("refused by a host that lost its disk: another host's copy may be the last one, and stays", async () => {
    const { store, spool, spools, one, two, peers } = await cluster(folders);
    store.mood = 'down';
    two.down.value = true;
    const copies = spools[0];
    // As a former life of host one left it there.
    await two.keeper.keepFor('one', [mail]);
    await spool.limitPages(1);
    peers.order.splice(0, 2, 'two');
    peers.mute.add('two');
    const raw = new Uint8Array(50_000);
    await expect(answered(one.keeper.append([{ ...again, raw }]), one, two)).rejects.toThrow(StoreFullError);
    await later(one, 1_000);
    expect(await copies?.counts()).toMatchObject({ others: 1 });
    // What nobody can have been promised before goes.
    await expect(answered(one.keeper.append([accepted(3, { raw })]), one, two)).rejects.toThrow(
      StoreFullError,
    );
    await later(one, 1_000);
    expect(peers.released).toEqual([['two', [accepted(3).id]]]);
    expect(await copies?.counts()).toMatchObject({ others: 1 });
  });

  it('done by others while it is being accepted once more: the store is not asked about it over and over', async () => {
    const { store, one, two } = await cluster(folders);
    store.mood = 'down';
    await answered(one.keeper.append([mail]), two);
    // The accept's, the other host's, and the drain's.
    await drainRests(store, 3, one);
    store.mood = 'silent';
    const second = one.keeper.append([again]);
    await until(() => store.hanging >= 1);
    store.journal.set(mail.id, mail);
    store.done.add(mail.id);
    store.mood = 'well';
    const looks = vi.spyOn(store, 'undone');
    one.clock.pass(500);
    for (let turn = 0; turn < 20; turn += 1) await disksRest(one);
    expect(looks.mock.calls.length).toBe(1);
    store.land();
    expect(await second).toMatchObject({ inJournal: true });
    await disksRest(one);
    expect(one.keeper.state()).toMatchObject({ own: 0, waiting: 0 });
    expect(one.handedOn).toEqual([]);
  });
});
