import { expect, test } from 'vitest';
import { dueCursor, duePosition, journalCursor, journalPosition } from '../../../src/relay/store/cursors.ts';

test('a cursor leads back to where its page ended', () => {
  expect(journalPosition(journalCursor(4_711))).toBe(4_711);
  for (const dueAtMs of [0, -1.5, 1_769_000_000_123.5, 1e21, Infinity])
    for (const id of ['d:op.0.a.f', 'd:a/b//c/', ''])
      expect(duePosition(dueCursor({ dueAtMs, id }))).toEqual({ dueAtMs, id });
});

test('no cursor is the start', () => {
  expect(journalPosition(null)).toBe(0);
  expect(duePosition(null)).toEqual({ dueAtMs: -Infinity, id: '' });
});

test.each(['', 'soon', '/d:op', '4711'])('%j is refused where it is no cursor', (text) => {
  expect(() => duePosition(text)).toThrow(/no cursor of this walk: pass the `next`/);
  if (text !== '4711') expect(() => journalPosition(text)).toThrow(RangeError);
});
