/** Commits: one aggregate, conditioned on its last op, all or nothing. */
import { expect, test } from 'vitest';
import type { Change } from '../../../src/relay/store/port.ts';
import type { Capabilities, Open } from './opened.ts';
import { outcomeOf, outcomesOf } from './outcome.ts';
import { ODD_TEXTS, change, nameAll } from './samples.ts';

export function commitPromises(fresh: Open, { certain }: Capabilities): void {
  test('an aggregate that was never committed loads as nothing', async () => {
    const { store } = await fresh();
    expect(await store.load('i:db/disk')).toEqual({ key: 'i:db/disk', op: null, state: null });
  });

  test('what was committed is loaded after a restart', async () => {
    const { store, reopen } = await fresh();
    const state = {
      status: 'triggered',
      list: [1, 2.5, null, 'ü😀\u0000\ud800'],
      nested: { at: 1_769_000_000_123 },
    };
    const first = change('i:db/disk', null, { state });
    expect(await outcomeOf(store, first)).toBe('applied');
    const again = await reopen();
    expect(await again.load('i:db/disk')).toEqual({ key: 'i:db/disk', op: first.op, state });
  });

  test('what is loaded shares nothing with what was written', async () => {
    const { store } = await fresh();
    const state = { asks: ['ana'] };
    await store.commit(change('i:db/disk', null, { state }));
    state.asks.push('ben');
    const loaded = await store.load('i:db/disk');
    expect(loaded.state).toEqual({ asks: ['ana'] });
    (loaded.state as typeof state).asks.push('eve');
    expect((await store.load('i:db/disk')).state).toEqual({ asks: ['ana'] });
  });

  test.each([null, 0, '', false, [], 'text', 12.5])('a state of %j comes back as it is', async (state) => {
    const { store } = await fresh();
    const first = change('roster', null, { state });
    await store.commit(first);
    expect(await store.load('roster')).toEqual({ key: 'roster', op: first.op, state });
  });

  test('a commit on a stale op is a conflict and changes nothing', async () => {
    const { store } = await fresh();
    const first = change('i:db/disk', null);
    const second = change('i:db/disk', first.op, { rows: [{ kind: 'timeline', key: '1', body: 'second' }] });
    await store.commit(first);
    expect(await outcomeOf(store, second)).toBe('applied');
    const stale = change('i:db/disk', first.op, {
      rows: [
        { kind: 'timeline', key: '1', body: 'stale' },
        { kind: 'timeline', key: '2', body: 'stale' },
      ],
      incidents: [{ number: 1, lineage: 'i:db/disk', open: true, body: {} }],
    });
    await nameAll(store, stale.incidents);
    expect(await outcomeOf(store, stale)).toBe('conflict');
    expect(await store.load('i:db/disk')).toEqual({ key: 'i:db/disk', op: second.op, state: second.state });
    expect(await store.rows('i:db/disk', 'timeline')).toEqual([
      { kind: 'timeline', key: '1', body: 'second' },
    ]);
    expect(await store.incidents({ limit: 10 })).toEqual([]);
  });

  test('a commit that expects nothing conflicts with what is there, and one that expects an op with nothing', async () => {
    const { store } = await fresh();
    expect(await outcomeOf(store, change('r:ana', 'an-op-that-never-was'))).toBe('conflict');
    expect((await store.load('r:ana')).op).toBeNull();
    const first = change('r:ana', null);
    expect(await outcomeOf(store, first)).toBe('applied');
    expect(await outcomeOf(store, change('r:ana', null))).toBe('conflict');
    expect(await outcomeOf(store, first)).toBe('conflict');
    expect((await store.load('r:ana')).op).toBe(first.op);
  });

  test('of many commits at once on one aggregate exactly one wins, and its rows alone are there', async () => {
    const { store } = await fresh();
    let last: string | null = null;
    for (let round = 0; round < 5; round += 1) {
      const expected: string | null = last;
      const rivals: Change[] = Array.from({ length: 20 }, (_, at) =>
        change('i:db/disk', expected, { state: at, rows: [{ kind: 'timeline', key: `${round}`, body: at }] }),
      );
      const { outcomes, raw } = await outcomesOf(store, rivals);
      if (certain) expect(raw).not.toContain('unknown');
      expect(outcomes.toSorted()).toEqual(['applied', ...Array.from({ length: 19 }, () => 'conflict')]);
      const winner = outcomes.indexOf('applied');
      const loaded = await store.load('i:db/disk');
      expect(loaded).toEqual({ key: 'i:db/disk', op: rivals[winner]?.op, state: winner });
      expect(
        (await store.rows('i:db/disk', 'timeline', { prefix: `${round}` })).map(({ body }) => body),
      ).toEqual([winner]);
      last = loaded.op;
    }
  });

  test('commits on different aggregates never disturb each other', async () => {
    const { store } = await fresh();
    const keys = Array.from({ length: 50 }, (_, at) => `i:db/${at}`);
    const changes = keys.map((key) => change(key, null, { state: key }));
    expect(new Set(await Promise.all(changes.map((one) => store.commit(one))))).toEqual(new Set(['applied']));
    const loaded = await Promise.all(keys.map((key) => store.load(key)));
    expect(loaded).toEqual(changes.map(({ key, op, state }) => ({ key, op, state })));
  });

  test('a change that cannot be written down leaves nothing of itself behind', async () => {
    const { store } = await fresh();
    const first = change('i:db/disk', null);
    await store.commit(first);
    const broken = change('i:db/disk', first.op, {
      rows: [{ kind: 'timeline', key: '1', body: 'kept?' }],
      incidents: [{ number: 1, lineage: 'i:db/disk', open: true, body: { count: 1n } }],
    });
    await expect(store.commit(broken)).rejects.toThrow(TypeError);
    expect((await store.load('i:db/disk')).op).toBe(first.op);
    expect(await store.rows('i:db/disk', 'timeline')).toEqual([]);
  });

  test('a state of 200 KB and two thousand rows in one commit are taken whole', async () => {
    const { store, reopen } = await fresh();
    const state = { text: 'ß'.repeat(100_000) };
    const rows = Array.from({ length: 2_000 }, (_, at) => ({
      kind: 'timeline',
      key: `${at}`.padStart(6, '0'),
      body: at,
    }));
    await store.commit(change('i:db/disk', null, { state, rows }));
    const again = await reopen();
    expect((await again.load('i:db/disk')).state).toEqual(state);
    expect(await again.rows('i:db/disk', 'timeline')).toEqual(rows);
  });

  test('aggregates of odd names are kept apart from their neighbours', async () => {
    const { store } = await fresh();
    const names = ODD_TEXTS.flatMap((text) => [text, `${text} `, `${text}/`]);
    for (const name of names) {
      const key = `i:${name}`;
      const rows = [{ kind: name, key: name, body: key }];
      expect(await outcomeOf(store, change(key, null, { state: key, rows }))).toBe('applied');
    }
    for (const name of names) {
      const key = `i:${name}`;
      expect((await store.load(key)).state).toBe(key);
      expect(await store.rows(key, name)).toEqual([{ kind: name, key: name, body: key }]);
    }
    expect((await store.load('I:plain')).op).toBeNull();
  });
}
