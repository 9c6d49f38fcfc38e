/** Rule 12 as a sender and a pager see it: what is accepted when the quorum goes, and that it is paged once. */
import { describe, expect, it } from 'vitest';
import { calm } from '../../engine/calm.ts';
import { cluster } from './cluster.ts';
import { spoolFolders } from './folders.ts';
import { answered, drainRests, host, later, problemIds, until } from './hosts.ts';
import { accepted, idsOf } from './rows.ts';

const folders = spoolFolders();

describe('while the store answers', () => {
  it('an alert is in the journal at once, and the copy on this disk stays until its chain is done', async () => {
    const { store, spool, one, peers } = await cluster(folders);
    const row = accepted(1);
    expect(await one.keeper.append([row])).toEqual({ known: new Set(), inJournal: true });
    expect(store.journal.has(row.id)).toBe(true);
    await until(async () => (await spool.counts()).own === 1);
    one.keeper.done([row.id]);
    expect(await spool.counts()).toMatchObject({ own: 0 });
    expect(one.handedOn, 'whoever accepted it hands it on').toEqual([]);
    expect(peers.asked).toEqual([]);
  });

  it('says which alerts were known', async () => {
    const { store, one } = await cluster(folders);
    const mail = accepted(1, { stableId: 'mail' });
    store.journal.set(mail.id, mail);
    expect(await one.keeper.append([mail, accepted(2)])).toEqual({
      known: new Set(['j:mail']),
      inJournal: true,
    });
    // A host that takes itself to be without a quorum pages for what is new too: nobody else may see it in time.
    expect(one.journalled).toEqual([accepted(2).id]);
  });

  it('a disk that takes nothing is a problem, and alerts are accepted all the same', async () => {
    const { spool, one } = await cluster(folders);
    await spool.limitPages(1);
    expect(await one.keeper.append([accepted(1, { raw: new Uint8Array(50_000) })])).toMatchObject({
      inJournal: true,
    });
    await until(() => problemIds(one).includes('spool'));
    expect(one.keeper.state().full).toBe(true);
    await spool.limitPages(null);
    await one.keeper.append([accepted(2)]);
    await until(() => !problemIds(one).includes('spool'));
    expect(one.keeper.state().full).toBe(false);
  });

  it('an alert that no store can take is refused, whatever the disks say, and nobody is bothered with it', async () => {
    const { store, spool, one, peers } = await cluster(folders);
    store.unfit.add(accepted(1).id);
    await expect(one.keeper.append([accepted(1)])).rejects.toThrow('no store can take this');
    expect(await spool.counts()).toMatchObject({ own: 0 });
    expect(peers.asked).toEqual([]);
    expect(one.keeper.state().own).toBe(0);
  });

  it('what others carried through is found done, and its copy goes', async () => {
    const { store, spool, one } = await cluster(folders);
    await one.keeper.append([accepted(1), accepted(2)]);
    store.done.add(accepted(1).id);
    await later(one, 61_000);
    await until(() => one.keeper.state().own === 1);
    expect(await spool.counts()).toMatchObject({ own: 1 });
    expect(one.over).toEqual([accepted(1).id]);
  });
});

describe('when the quorum is lost', () => {
  it('before an accept: accepted on two disks, paged when the store is back, once', async () => {
    const { store, spool, spools, one, two } = await cluster(folders);
    store.mood = 'down';
    const row = accepted(1);
    expect(await answered(one.keeper.append([row]), two)).toEqual({ known: new Set(), inJournal: false });
    expect(await spool.counts()).toMatchObject({ own: 1 });
    expect(await spools[0]?.counts()).toMatchObject({ others: 1 });
    expect(one.spooled).toEqual([row.id]);
    expect(one.keeper.state()).toMatchObject({ waiting: 1, oneDisk: 0, oldestMs: row.stamp.atMs });
    await later(one, 20_000);
    expect(one.handedOn).toEqual([]);

    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length > 0);
    expect(one.handedOn).toEqual([row.id]);
    expect([...store.journal.keys()]).toEqual([row.id]);
    expect(one.keeper.state()).toMatchObject({ waiting: 0, own: 1, totals: { spooled: 1, handedOn: 1 } });
    expect(await spool.counts(), 'until its chain is done').toMatchObject({ own: 1 });
    const next = await spool.walk({ of: 'own', whole: false, after: null, limit: 10 });
    expect(next.items, 'it is not read again for those that wait').toEqual([]);
    one.keeper.done([row.id]);
    await later(one, 1_000);
    expect(await spool.counts()).toMatchObject({ own: 0 });
    expect(await spools[0]?.counts(), 'the other host was told').toMatchObject({ others: 0 });
    await later(one, 10_000);
    expect(one.handedOn).toEqual([row.id]);
  });

  it('for this host alone: what others carried through from their copies is said to be over', async () => {
    const { store, spool, one, two } = await cluster(folders);
    store.mood = 'down';
    await answered(one.keeper.append([accepted(1)]), two);
    store.journal.set(accepted(1).id, accepted(1));
    store.done.add(accepted(1).id);
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.over.length > 0);
    expect(one.over).toEqual([accepted(1).id]);
    expect(one.handedOn).toEqual([]);
    expect(await spool.counts()).toMatchObject({ own: 0 });
  });

  it('during an accept: the store gets its second, then two disks are asked for', async () => {
    const { store, one, two, peers } = await cluster(folders);
    store.mood = 'silent';
    const call = one.keeper.append([accepted(1)]);
    await until(() => store.hanging === 1);
    one.clock.pass(999);
    await calm();
    expect(peers.asked).toEqual([]);
    one.clock.pass(1);
    await until(() => peers.asked.length === 1);
    expect(await answered(call, two)).toMatchObject({ inJournal: false });
    expect(one.keeper.state().totals).toMatchObject({ spooled: 1, oneDisk: 0 });
  });

  it('after an accept, before its chain is done: the copy on this disk is there for the next life', async () => {
    const { store, folder, spool, one, peers } = await cluster(folders);
    await one.keeper.append([accepted(1), accepted(2)]);
    await until(async () => (await spool.counts()).own === 2);
    store.done.add(accepted(2).id);
    await one.keeper.stop();
    await spool.close();

    const again = await host({ store, spool: await folders.open(folder), peers });
    await until(() => again.handedOn.length > 0);
    expect(again.handedOn).toEqual([accepted(1).id]);
    expect(again.known, 'another host may have taken it up').toEqual(new Set([accepted(1).id]));
    expect(again.keeper.state(), 'the one that is done is gone').toMatchObject({ own: 1, waiting: 0 });
  });

  it('and known to be lost: nobody waits for the store, which is tried all the same', async () => {
    const { store, one, two } = await cluster(folders);
    store.mood = 'silent';
    one.down.value = true;
    const call = one.keeper.append([accepted(1)]);
    expect(await answered(call, two)).toMatchObject({ inJournal: false });
    expect(one.clock.monoMs()).toBe(0);
    expect(store.appends[0]).toEqual([accepted(1).id]);
  });

  it('a store that answers late, after the sender was answered: handed on exactly once', async () => {
    const { store, one, two } = await cluster(folders);
    store.mood = 'silent';
    await answered(one.keeper.append([accepted(1)]), one, two);
    store.mood = 'well';
    store.land();
    await until(() => one.handedOn.length > 0);
    await later(one, 10_000);
    expect(one.handedOn).toEqual([accepted(1).id]);
    expect([...store.journal.keys()]).toEqual([accepted(1).id]);
  });

  it('a store that answers late while it refuses everything else: handed on at once, without another try', async () => {
    const { store, one, two } = await cluster(folders);
    store.mood = 'silent';
    const call = one.keeper.append([accepted(1)]);
    await until(() => store.hanging === 1);
    store.mood = 'down';
    await answered(call, one, two);
    await drainRests(store, 3, one);
    const tried = store.appends.length;
    store.mood = 'well';
    store.land();
    await until(() => one.handedOn.length === 1);
    expect(store.appends.length).toBe(tried);
  });

  it('a store that did its work and said nothing: handed on exactly once, and as known', async () => {
    const { store, one, two } = await cluster(folders);
    store.mood = 'deaf';
    await answered(one.keeper.append([accepted(1)]), one, two);
    expect(store.journal.size).toBe(1);
    store.mood = 'well';
    store.timeOut();
    await later(one, 10_000);
    await until(() => one.handedOn.length > 0);
    expect(one.handedOn).toEqual([accepted(1).id]);
    expect(one.known).toEqual(new Set(one.handedOn));
  });

  it('what waits is handed on in the order in which it was accepted', async () => {
    const { store, one, two } = await cluster(folders);
    store.mood = 'down';
    one.down.value = two.down.value = true;
    const seqs = Array.from({ length: 450 }, (_, at) => at + 1);
    await Promise.all(seqs.toReversed().map((seq) => answered(one.keeper.append([accepted(seq)]), two)));
    store.mood = 'well';
    one.down.value = false;
    await one.keeper.append([accepted(999)]);
    await until(() => one.handedOn.length === 450);
    expect(one.handedOn).toEqual(idsOf(seqs.map((seq) => accepted(seq))));
  });
});

describe('held back', () => {
  it('nothing is handed on until it is released, also what lands meanwhile', async () => {
    const { store, one, two } = await cluster(folders);
    store.mood = 'silent';
    await answered(one.keeper.append([accepted(1)]), one, two);
    store.mood = 'well';
    store.timeOut();
    await one.keeper.hold();
    expect(one.keeper.state().held).toBe(true);
    store.haunt();
    await later(one, 20_000);
    expect(one.handedOn).toEqual([]);
    expect(await one.keeper.append([accepted(2)]), 'what comes in goes where it can').toMatchObject({
      inJournal: true,
    });
    one.keeper.release();
    await until(() => one.handedOn.length === 1);
    expect(one.handedOn).toEqual([accepted(1).id]);
  });

  it('an alert that the store refuses stays on the disk as a problem, and the others pass it', async () => {
    const { store, spool, one, two } = await cluster(folders);
    store.mood = 'down';
    for (const seq of [1, 2, 3]) await answered(one.keeper.append([accepted(seq)]), two);
    store.unfit.add(accepted(2).id);
    store.mood = 'well';
    await later(one, 10_000);
    await until(() => one.handedOn.length === 2);
    expect(one.handedOn).toEqual(idsOf([accepted(1), accepted(3)]));
    expect(problemIds(one)).toContain('spool-unfit');
    expect(await spool.counts()).toMatchObject({ own: 3 });
  });
});
