/** Keyed rows: in key order, from either end, in parts. */
import { expect, test } from 'vitest';
import { compareText } from '../../../src/relay/store/text-order.ts';
import type { Row } from '../../../src/relay/store/port.ts';
import type { Open } from './opened.ts';
import { ODD_TEXTS, change, withRows } from './samples.ts';

const keysOf = (rows: Row[]): string[] => rows.map(({ key }) => key);

export function rowPromises(fresh: Open): void {
  const timeline = ['1/001', '1/002', '2/001', '2/002', '2/003', '20/001'];

  test('rows come in key order, from either end, also after a restart', async () => {
    const { store, reopen } = await fresh();
    await withRows(store, 'i:db/disk', 'timeline', ['b', 'a', 'c', 'B', '10', '9']);
    expect(keysOf(await store.rows('i:db/disk', 'timeline'))).toEqual(['10', '9', 'B', 'a', 'b', 'c']);
    const again = await reopen();
    expect(keysOf(await again.rows('i:db/disk', 'timeline', { reverse: true }))).toEqual([
      'c',
      'b',
      'a',
      'B',
      '9',
      '10',
    ]);
  });

  test('rows come with their kind and body', async () => {
    const { store } = await fresh();
    const rows = [
      { kind: 'message', key: '00000001', body: { to: '+15550100', log: [{ text: 'claimed' }] } },
    ];
    await store.commit(change('r:ana', null, { rows }));
    expect(await store.rows('r:ana', 'message')).toEqual(rows);
  });

  test.each([
    ['a prefix', { prefix: '2/' }, ['2/001', '2/002', '2/003']],
    ['a prefix backwards', { prefix: '2/', reverse: true }, ['2/003', '2/002', '2/001']],
    ['what comes after a key', { after: '2/001' }, ['2/002', '2/003', '20/001']],
    ['what comes before a key, backwards', { after: '2/001', reverse: true }, ['1/002', '1/001']],
    ['after a key that is not there', { after: '1/999' }, ['2/001', '2/002', '2/003', '20/001']],
    ['the first two', { limit: 2 }, ['1/001', '1/002']],
    ['the last two', { limit: 2, reverse: true }, ['20/001', '2/003']],
    ['a prefix after one of its keys', { prefix: '2/', after: '2/001' }, ['2/002', '2/003']],
    ['a prefix after a key before it', { prefix: '2/', after: '1/001' }, ['2/001', '2/002', '2/003']],
    ['a prefix after a key behind it', { prefix: '2/', after: '20/001' }, []],
    [
      'a prefix backwards from a key behind it',
      { prefix: '2/', after: '9', reverse: true, limit: 1 },
      ['2/003'],
    ],
    ['a prefix backwards from a key before it', { prefix: '2/', after: '1', reverse: true }, []],
    ['a prefix of nothing', { prefix: '3' }, []],
    ['an empty prefix', { prefix: '', limit: 1 }, ['1/001']],
  ])('%s', async (_, options, expected) => {
    const { store } = await fresh();
    await withRows(store, 'i:db/disk', 'timeline', timeline);
    expect(keysOf(await store.rows('i:db/disk', 'timeline', options))).toEqual(expected);
  });

  test('kinds and aggregates are kept apart, and what is not there is an empty list', async () => {
    const { store } = await fresh();
    await withRows(store, 'r:ana', 'message', ['1']);
    await withRows(store, 'r:ben', 'message', ['2']);
    expect(keysOf(await store.rows('r:ana', 'message'))).toEqual(['1']);
    expect(await store.rows('r:ana', 'told')).toEqual([]);
    expect(await store.rows('r:eve', 'message')).toEqual([]);
  });

  test('a later commit replaces the row of the same key and leaves the others', async () => {
    const { store } = await fresh();
    const first = change('r:ana', null, {
      rows: [
        { kind: 'message', key: '1', body: 'claimed' },
        { kind: 'message', key: '2', body: 'claimed' },
      ],
    });
    await store.commit(first);
    await store.commit(
      change('r:ana', first.op, { rows: [{ kind: 'message', key: '1', body: 'accepted' }] }),
    );
    expect((await store.rows('r:ana', 'message')).map(({ body }) => body)).toEqual(['accepted', 'claimed']);
  });

  test('odd keys sort by code point and are found by every prefix of theirs', async () => {
    const { store } = await fresh();
    await withRows(store, 'i:db/disk', 'timeline', ODD_TEXTS);
    const sorted = ODD_TEXTS.toSorted(compareText);
    expect(keysOf(await store.rows('i:db/disk', 'timeline'))).toEqual(sorted);
    for (const text of ODD_TEXTS) {
      const points = Array.from(text).slice(0, 12);
      for (let length = 1; length <= points.length; length += 1) {
        const prefix = points.slice(0, length).join('');
        const expected = sorted.filter((key) => key.startsWith(prefix));
        expect(keysOf(await store.rows('i:db/disk', 'timeline', { prefix }))).toEqual(expected);
      }
      expect(keysOf(await store.rows('i:db/disk', 'timeline', { after: text }))).toEqual(
        sorted.slice(sorted.indexOf(text) + 1),
      );
    }
  });

  test('the last code point of all works as a prefix', async () => {
    const { store } = await fresh();
    const last = '\u{10ffff}';
    await withRows(store, 'i:db/disk', 'timeline', [last, `${last}a`, `a${last}`, `a${last}b`, 'b']);
    expect(keysOf(await store.rows('i:db/disk', 'timeline', { prefix: last }))).toEqual([last, `${last}a`]);
    expect(keysOf(await store.rows('i:db/disk', 'timeline', { prefix: `a${last}` }))).toEqual([
      `a${last}`,
      `a${last}b`,
    ]);
  });

  test('more rows than fit in one answer come complete, from either end', async () => {
    const { store } = await fresh();
    const keys = Array.from({ length: 5_000 }, (_, at) => `${at}`.padStart(6, '0'));
    await withRows(store, 'i:db/disk', 'timeline', keys);
    expect(keysOf(await store.rows('i:db/disk', 'timeline'))).toEqual(keys);
    expect(keysOf(await store.rows('i:db/disk', 'timeline', { reverse: true, limit: 4_500 }))).toEqual(
      keys.toReversed().slice(0, 4_500),
    );
    expect(keysOf(await store.rows('i:db/disk', 'timeline', { prefix: '00', after: '004998' }))).toEqual([
      '004999',
    ]);
  });
}
