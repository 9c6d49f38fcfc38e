import { describe, expect, it } from 'vitest';
import { Recount } from '../../../src/relay/daemon/recount.ts';
import { Tally } from '../../../src/relay/daemon/tally.ts';
import type { IncidentBody } from '../../../src/relay/incidents/rows.ts';
import { StoreUnavailableError, type IncidentEntry, type Store } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';

type Status = IncidentBody['status'];

const entry = (number: number, status: Status): IncidentEntry => ({
  number,
  lineage: `i:db/${number}`,
  open: status !== 'resolved',
  body: { number, status },
});

/** What is open over all hosts, and how often it was read; `during` runs within a reading. */
class Shared implements Pick<Store, 'incidents'> {
  readonly open = new Map<number, Status>();
  readings = 0;
  during: () => void = () => undefined;
  fails = false;

  incidents({ before = Infinity, limit }: { before?: number; limit: number }): Promise<IncidentEntry[]> {
    if (before === Infinity) this.readings += 1;
    const found = [...this.open]
      .filter(([number, status]) => number < before && status !== 'resolved')
      .toSorted(([a], [b]) => b - a)
      .slice(0, limit)
      .map(([number, status]) => entry(number, status));
    this.during();
    return this.fails ? Promise.reject(new StoreUnavailableError('no quorum')) : Promise.resolve(found);
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function counting(shared: boolean) {
  const clock = new HandClock();
  const store = new Shared();
  const tally = new Tally();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return { clock, store, tally, recount: new Recount({ tally, store, clock, log, shared }) };
}

describe('how many incidents are open', () => {
  it('follows what this host commits', async () => {
    const { tally, store } = counting(false);
    for (let number = 1; number <= 1_200; number += 1) store.open.set(number, 'triggered');
    await tally.read(store);
    expect(tally.counts).toEqual({ triggered: 1_200, acknowledged: 0 });
    tally.committed({
      incidents: [entry(1, 'acknowledged'), entry(2, 'resolved'), entry(1_201, 'triggered')],
    });
    expect(tally.counts).toEqual({ triggered: 1_199, acknowledged: 1 });
  });

  it('takes what was committed during a reading for newer than what it read', async () => {
    const { tally, store } = counting(true);
    store.open.set(1, 'triggered').set(2, 'triggered');
    store.during = () => tally.committed({ incidents: [entry(1, 'resolved'), entry(3, 'acknowledged')] });
    await tally.read(store);
    expect(tally.counts).toEqual({ triggered: 1, acknowledged: 1 });
  });

  it('keeps what it knew when a reading fails', async () => {
    const { tally, store } = counting(true);
    store.open.set(1, 'triggered');
    await tally.read(store);
    store.fails = true;
    await expect(tally.read(store)).rejects.toThrow('no quorum');
    tally.committed({ incidents: [entry(2, 'triggered')] });
    expect(tally.counts).toEqual({ triggered: 2, acknowledged: 0 });
  });

  it('is right for all hosts half a minute after another one committed', async () => {
    const { clock, store, recount } = counting(true);
    store.open.set(1, 'triggered').set(2, 'acknowledged');
    recount.start();
    expect(await recount.counts()).toEqual({ triggered: 1, acknowledged: 1 });
    store.open.set(1, 'resolved').set(3, 'triggered').set(4, 'triggered');
    clock.pass(29_000);
    await settle();
    expect(await recount.counts()).toEqual({ triggered: 1, acknowledged: 1 });
    clock.pass(1_000);
    await settle();
    expect(await recount.counts()).toEqual({ triggered: 2, acknowledged: 1 });
    recount.stop();
  });

  it('is counted again less often when that takes long', async () => {
    const { clock, store, recount } = counting(true);
    // So long the first reading takes.
    store.during = () => clock.pass(10_000);
    recount.start();
    await recount.counts();
    store.during = () => undefined;
    clock.pass(199_000);
    await settle();
    expect(store.readings).toBe(1);
    clock.pass(1_000);
    await settle();
    expect(store.readings).toBe(2);
    recount.stop();
  });

  it('is read once where nobody else commits, and again only if that failed', async () => {
    const { clock, store, recount } = counting(false);
    store.fails = true;
    store.open.set(1, 'triggered');
    recount.start();
    await settle();
    store.fails = false;
    clock.pass(30_000);
    await settle();
    expect(await recount.counts()).toEqual({ triggered: 1, acknowledged: 0 });
    clock.pass(600_000);
    await settle();
    expect(store.readings).toBe(2);
    expect(clock.waiting).toBe(0);
  });

  it('is told as far as it is known when the store does not answer', async () => {
    const { clock, tally, store, recount } = counting(true);
    store.fails = true;
    recount.start();
    tally.committed({ incidents: [entry(7, 'triggered')] });
    const counts = recount.counts();
    clock.pass(2_000);
    expect(await counts).toEqual({ triggered: 1, acknowledged: 0 });
    recount.stop();
  });
});
