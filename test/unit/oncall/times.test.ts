import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RosterError } from '../../../src/relay/oncall/book.ts';
import {
  addDuration,
  isZone,
  parseDuration,
  parseTime,
  showDuration,
  showTime,
} from '../../../src/relay/oncall/times.ts';

const BERLIN = 'Europe/Berlin';
/** Thursday 27 November 2025, 14:00 in Berlin. */
const NOW = Date.parse('2025-11-27T13:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

function refusal(run: () => unknown): RosterError {
  try {
    run();
  } catch (error) {
    if (error instanceof RosterError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('durations as people type them', () => {
  const rows: [string, number][] = [
    ['2s', 2_000],
    ['5m', 300_000],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['8 hours', 28_800_000],
    ['5min', 300_000],
    ['3d', 259_200_000],
    ['1W', 604_800_000],
    [' 2h ', 7_200_000],
  ];
  it.each(rows)('%j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
  it.each(['', '5', 'm', '0m', '-5m', '5x', '5m5', '1.5h', 'five', '9999999d', '5m\n'.repeat(9) + 'x'])(
    '%j is refused, with the forms that work',
    (text) => {
      const error = refusal(() => parseDuration(text));
      expect(error.code).toBe('usage');
      expect(error.cure).toContain('1h30m');
      expect(error.message).not.toMatch(/\p{Cc}/u);
    },
  );
  it('are shown as they can be typed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300_000_000 }), (seconds) => {
        expect(parseDuration(showDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
    expect(showDuration(300_000)).toBe('5m');
    expect(showDuration(0)).toBe('0s');
  });
});

describe('times as people type them, Thursday 14:00 in Berlin', () => {
  const rows: [typed: string, at: string][] = [
    ['now', '2025-11-27T13:00:00Z'],
    ['18:00', '2025-11-27T17:00:00Z'],
    ['9:00', '2025-11-28T08:00:00Z'],
    ['14:00', '2025-11-28T13:00:00Z'],
    ['6pm', '2025-11-27T17:00:00Z'],
    ['12am', '2025-11-27T23:00:00Z'],
    ['12:30 pm', '2025-11-28T11:30:00Z'],
    ['fri 18:00', '2025-11-28T17:00:00Z'],
    ['Friday 18:00', '2025-11-28T17:00:00Z'],
    ['thu 18:00', '2025-11-27T17:00:00Z'],
    ['thu 9:00', '2025-12-04T08:00:00Z'],
    ['wed 9:00', '2025-12-03T08:00:00Z'],
    ['today 9:00', '2025-11-27T08:00:00Z'],
    ['tomorrow 9:00', '2025-11-28T08:00:00Z'],
    ['2h', '2025-11-27T15:00:00Z'],
    ['90m', '2025-11-27T14:30:00Z'],
    ['3d', '2025-11-30T13:00:00Z'],
    ['2025-11-29T18:00:00Z', '2025-11-29T18:00:00Z'],
    ['2025-11-29T18:00+05:30', '2025-11-29T12:30:00Z'],
    ['2025-11-29T18:00', '2025-11-29T17:00:00Z'],
    ['2025-11-29 18:00', '2025-11-29T17:00:00Z'],
    ['2025-11-29 9:00', '2025-11-29T08:00:00Z'],
    ['2025-11-29', '2025-11-28T23:00:00Z'],
    ['2025-07-01 18:00', '2025-07-01T16:00:00Z'],
  ];
  it.each(rows)('%s', (typed, at) => {
    expect(iso(parseTime(typed, NOW, BERLIN))).toBe(at);
  });

  it.each([
    '',
    '18',
    '25:00',
    '18:60',
    '13pm',
    '0am',
    'fri',
    'fr 18:00',
    'someday 18:00',
    '2025-13-01',
    '2025-02-30 10:00',
    '2025-11-29T18:00[Asia/Tokyo]',
    '29.11.2025 18:00',
    'yesterday 9:00',
  ])('%j is refused, with the forms that work', (typed) => {
    const error = refusal(() => parseTime(typed, NOW, BERLIN));
    expect(error.code).toBe('usage');
    expect(error.cure).toMatch(/18:00, fri 18:00.*2h.*2025/);
  });
});

describe('across a change to or from summer time', () => {
  it('18:00 is 18:00 on both sides', () => {
    const saturday = Date.parse('2025-10-25T17:00:00+02:00');
    expect(iso(parseTime('sun 18:00', saturday, BERLIN))).toBe('2025-10-26T17:00:00Z');
    expect(iso(parseTime('1d', saturday, BERLIN))).toBe('2025-10-26T16:00:00Z');
    expect(iso(parseTime('24h', saturday, BERLIN))).toBe('2025-10-26T15:00:00Z');
    expect(addDuration(saturday, '1w', BERLIN) - saturday).toBe(169 * 3_600_000);
  });
  it('a time that is skipped is as much later, one that comes twice is the first', () => {
    expect(iso(parseTime('2025-03-30 02:30', NOW, BERLIN))).toBe('2025-03-30T01:30:00Z');
    expect(iso(parseTime('2025-10-26 02:30', NOW, BERLIN))).toBe('2025-10-26T00:30:00Z');
  });
});

describe('times echoed back', () => {
  const rows: [at: string, zone: string, text: string][] = [
    ['2025-11-29T17:00:00Z', BERLIN, 'Sat 18:00 CET'],
    ['2025-11-27T17:00:00Z', BERLIN, 'Thu 18:00 CET'],
    ['2025-12-03T12:59:00Z', BERLIN, 'Wed 13:59 CET'],
    ['2025-12-03T13:01:00Z', BERLIN, 'Wed 3 Dec 2025 14:01 CET'],
    ['2026-09-01T16:00:00Z', BERLIN, 'Tue 1 Sep 2026 18:00 CEST'],
    ['2025-11-29T17:00:00Z', 'America/New_York', 'Sat 12:00 EST'],
    ['2025-11-29T17:00:00Z', 'Australia/Sydney', 'Sun 04:00 AEDT'],
    ['2025-11-29T17:00:00Z', 'Asia/Kolkata', 'Sat 22:30 IST'],
    ['2025-11-29T17:00:00Z', 'America/Sao_Paulo', 'Sat 14:00 GMT-3'],
    ['2025-11-29T17:00:00Z', 'UTC', 'Sat 17:00 UTC'],
  ];
  it.each(rows)('%s in %s: %s', (at, zone, text) => {
    expect(showTime(Date.parse(at), NOW, zone)).toBe(text);
  });
  it('can be typed again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 * 24 * 60 }),
        fc.constantFrom(BERLIN, 'America/New_York', 'Asia/Kolkata', 'UTC'),
        (minutes, zone) => {
          const at = NOW + minutes * 60_000;
          const words = showTime(at, NOW, zone).split(' ').slice(0, 2).join(' ');
          expect(parseTime(words, NOW, zone)).toBe(at);
        },
      ),
    );
  });
  it('know which zones exist', () => {
    expect(isZone(BERLIN)).toBe(true);
    expect(isZone('Europe/Atlantis')).toBe(false);
  });
});
