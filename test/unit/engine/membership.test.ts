import { describe, expect, it } from 'vitest';
import { BEAT_MS, Beats, type BeatInfo } from '../../../src/relay/engine/membership.ts';
import { ALL_SHARDS } from '../../../src/relay/store/places.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { calm } from './calm.ts';
import { silent } from './one-engine.ts';

/** Hosts that share a store and a time; each may be frozen, cut off from the store, or its clock wrong. */
function together() {
  const clock = new HandClock();
  const store = new MemoryStore({ nowMs: () => clock.wallMs() });
  const cut = new Set<string>();
  const stop = new Map<string, () => void>();
  const join = async (
    host: string,
    options: {
      life?: string;
      firstSeq?: number;
      info?: () => BeatInfo;
      onTwin?: (there: boolean) => void;
    } = {},
  ) => {
    const { life = 'one', firstSeq = 1, info = () => ({}), onTwin } = options;
    const reached = <T>(answer: () => Promise<T>): Promise<T> =>
      cut.has(host) ? Promise.reject(new StoreUnavailableError('cut off')) : answer();
    const beats = new Beats(host, {
      store: { beat: (beat) => reached(() => store.beat(beat)), beats: () => reached(() => store.beats()) },
      clock,
      log: silent,
      life,
      firstSeq,
      info,
      ...(onTwin === undefined ? {} : { onTwin }),
    });
    await beats.start();
    stop.set(host, () => beats.stop());
    return beats;
  };
  const pass = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      clock.pass(BEAT_MS);
      await calm();
    }
  };
  return { join, pass, cut, kill: (host: string) => stop.get(host)?.() };
}

const stamp = (host: string, seq: number) => ({ host, seq, atMs: 0, trusted: true });

describe('who lives', () => {
  it('is whoever shows signs of life; a host that has died is found out within ten seconds and a bit', async () => {
    const { join, pass, kill } = together();
    const a = await join('a1');
    await join('b1');
    await pass(2);
    expect(a.live()).toEqual(['a1', 'b1']);
    kill('b1');
    await pass(3);
    expect(a.live(), 'a few lost signs move nothing').toEqual(['a1', 'b1']);
    await pass(3);
    expect(a.live()).toEqual(['a1']);
    expect(ALL_SHARDS.every((shard) => a.owner(shard) === 'a1')).toBe(true);
  });

  it('is not judged while nothing can be read: who was cut off for long still knows the others after it', async () => {
    const { join, pass, cut } = together();
    const a = await join('a1');
    await join('b1');
    await pass(2);
    cut.add('a1');
    await pass(60);
    expect(a.live()).toEqual(['a1', 'b1']);
    cut.delete('a1');
    await pass(1);
    expect(a.live()).toEqual(['a1', 'b1']);
  });

  it('a host that comes back is told to all at once, and what its former life left is nobody’s work', async () => {
    const { join, pass, kill } = together();
    const a = await join('a1');
    await join('b1', { life: 'first', firstSeq: 1 });
    await pass(2);
    expect(a.atWork(stamp('b1', 5))).toBe(true);
    let changes = 0;
    a.onChange(() => {
      changes += 1;
    });
    kill('b1');
    await join('b1', { life: 'second', firstSeq: 100 });
    await pass(1);
    expect(changes).toBe(1);
    expect(a.atWork(stamp('b1', 100))).toBe(true);
    await pass(6);
    expect(a.atWork(stamp('b1', 5)), 'the first life is over').toBe(false);
    expect(a.atWork(stamp('c1', 1)), 'never seen').toBe(false);
  });

  it('a host whose clock is off owns nothing while another can', async () => {
    const { join, pass, kill } = together();
    let trusted = false;
    const a = await join('a1');
    const b = await join('b1', { info: () => ({ trusted }) });
    await pass(2);
    expect(new Set(ALL_SHARDS.map((shard) => a.owner(shard)))).toEqual(new Set(['a1']));
    expect(new Set(ALL_SHARDS.map((shard) => b.owner(shard)))).toEqual(new Set(['a1']));
    trusted = true;
    await pass(2);
    expect(new Set(ALL_SHARDS.map((shard) => a.owner(shard)))).toEqual(new Set(['a1', 'b1']));
    trusted = false;
    kill('a1');
    await pass(8);
    expect(new Set(ALL_SHARDS.map((shard) => b.owner(shard))), 'better it than nobody').toEqual(
      new Set(['b1']),
    );
  });
});

describe('another version beside this one', () => {
  it('is there from its first sign of life to its end', async () => {
    const { join, pass, kill } = together();
    const a = await join('a1', { info: () => ({ version: '1.0.0' }) });
    await join('b1', { info: () => ({ version: '1.0.0', wings: 2 }) });
    await pass(2);
    expect(a.mixedVersions).toBe(false);
    await join('b2', { info: () => ({ version: '1.1.0' }) });
    await pass(1);
    expect(a.mixedVersions).toBe(true);
    kill('b2');
    await pass(6);
    expect(a.mixedVersions).toBe(false);
  });
});

describe('a host that is about to end', () => {
  const owners = (beats: Beats): string[] => [...new Set(ALL_SHARDS.map((shard) => beats.owner(shard)))];

  it('owns nothing from its next sign of life on, and is still at work on what it accepts', async () => {
    const { join, pass } = together();
    let leaving = false;
    const a = await join('a1');
    const b = await join('b1', { info: () => (leaving ? { leaving } : {}) });
    await pass(2);
    expect(owners(a).toSorted()).toEqual(['a1', 'b1']);
    let changes = 0;
    a.onChange(() => {
      changes += 1;
    });
    leaving = true;
    b.announce();
    await pass(1);
    expect(owners(a)).toEqual(['a1']);
    expect(changes, 'its share is walked at once').toBe(1);
    expect(a.atWork(stamp('b1', 5))).toBe(true);
    await pass(1);
    expect(owners(b), 'it knows so itself').toEqual(['a1']);
  });

  it('keeps its share while nobody else is there; one whose clock is off goes before it', async () => {
    const { join, pass, kill } = together();
    const a = await join('a1', { info: () => ({ leaving: true }) });
    await pass(1);
    expect(owners(a)).toEqual(['a1']);
    await join('b1', { info: () => ({ trusted: false }) });
    await pass(2);
    expect(owners(a)).toEqual(['b1']);
    kill('b1');
    await pass(6);
    expect(owners(a)).toEqual(['a1']);
  });

  it('once it has ended, others take what it left behind at once, and not only when it would seem dead', async () => {
    const { join, pass } = together();
    const a = await join('a1');
    const b = await join('b1');
    await pass(2);
    expect(a.atWork(stamp('b1', 5))).toBe(true);
    await b.leave();
    await pass(1);
    expect(a.live()).toEqual(['a1']);
    expect(a.atWork(stamp('b1', 5))).toBe(false);
    await join('b1', { life: 'two', firstSeq: 9 });
    await pass(1);
    expect(a.live(), 'its next life is another').toEqual(['a1', 'b1']);
    expect(a.atWork(stamp('b1', 9))).toBe(true);
    expect(a.atWork(stamp('b1', 5))).toBe(false);
  });

  it('ends also when nobody takes its last sign of life', async () => {
    const { join, pass, cut } = together();
    const a = await join('a1');
    const b = await join('b1');
    await pass(2);
    cut.add('b1');
    await b.leave();
    await pass(6);
    expect(a.live()).toEqual(['a1']);
  });
});

describe('two hosts of one name', () => {
  it('hear of each other, until one of them is gone', async () => {
    const { join, pass, kill } = together();
    const told: boolean[] = [];
    await join('a1', { onTwin: (there) => void told.push(there) });
    await join('a1', { life: 'two' });
    await pass(4);
    expect(told).toEqual([true]);
    kill('a1');
    await pass(6);
    expect(told).toEqual([true, false]);
  });

  it('are none where a host was started again', async () => {
    const { join, pass, kill } = together();
    const told: boolean[] = [];
    await join('a1');
    await pass(3);
    kill('a1');
    await join('a1', { life: 'two', firstSeq: 9, onTwin: (there) => void told.push(there) });
    await pass(10);
    expect(told).toEqual([]);
  });
});
