import { describe, expect, test } from 'vitest';
import { clock, duration, relative } from '../../../src/cli/render/when.ts';

const NOW_MS = new Date(2026, 10, 21, 2, 14).getTime();
const HOUR_MS = 3_600_000;

describe('how long ago', () => {
  test.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [HOUR_MS, '1 h'],
    [HOUR_MS + 5 * 60_000, '1 h 5 min'],
    [24 * HOUR_MS, '1 d'],
    [99 * HOUR_MS, '4 d 3 h'],
    [-5, '0 s'],
  ])('%i ms is %s', (ms, text) => expect(duration(ms)).toBe(text));

  test('knows past, present and future', () => {
    expect(relative(NOW_MS - 120_000, NOW_MS)).toBe('2 min ago');
    expect(relative(NOW_MS + 500, NOW_MS)).toBe('now');
    expect(relative(NOW_MS + 2 * HOUR_MS, NOW_MS)).toBe('in 2 h');
  });
});

describe('when on the clock', () => {
  test.each([
    [new Date(2026, 10, 21, 1, 5, 9), '01:05'],
    [new Date(2026, 10, 20, 23, 59), 'Fri 23:59'],
    [new Date(2026, 10, 26, 2, 14), 'Thu 02:14'],
    [new Date(2026, 10, 10, 9, 0), '10 Nov 09:00'],
    [new Date(2025, 10, 21, 9, 0), '21 Nov 2025 09:00'],
  ])('%s is shown so that it can only mean one day', (date, text) => {
    expect(clock(date.getTime(), NOW_MS)).toBe(text);
  });

  test('with seconds where the order matters', () => {
    expect(clock(new Date(2026, 10, 21, 1, 5, 9).getTime(), NOW_MS, true)).toBe('01:05:09');
  });
});
