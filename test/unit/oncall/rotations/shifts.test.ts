import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Shifts } from '../../../../src/relay/oncall/rotations/shifts.ts';
import { zoneOf } from '../../../../src/relay/oncall/rotations/zone.ts';
import type { Layer } from '../../../../src/relay/oncall/types.ts';

const ZONES = Intl.supportedValuesOf('timeZone');
const HOUR = 3_600_000;

type Turns = Pick<Layer, 'shift' | 'start' | 'handoff'>;

/** When the n-th shift begins by Temporal's own arithmetic. */
function nominal(layer: Turns, zone: string, n: number): number {
  const first = Temporal.PlainDateTime.from(`${layer.start}T${layer.handoff}`);
  const { every, unit } = layer.shift;
  return first.add({ [unit]: n * every }).toZonedDateTime(zone, { disambiguation: 'compatible' })
    .epochMilliseconds;
}

const two = (count: number): string => String(count).padStart(2, '0');
const handoffs = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
const dates = fc
  .tuple(
    fc.integer({ min: 2020, max: 2030 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => `${year}-${two(month)}-${two(day)}`);
const shifts = fc.oneof(
  fc.record({ every: fc.integer({ min: 1, max: 30 }), unit: fc.constant('hours' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 10 }), unit: fc.constant('days' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 4 }), unit: fc.constant('weeks' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 5 }), unit: fc.constant('months' as const) }),
);
const layers = fc.record({ shift: shifts, start: dates, handoff: handoffs });

describe('shifts in every zone, over ten years', () => {
  it('begin at the handoff’s local time each day, or what RFC 5545 makes of it', () => {
    const wrong: string[] = [];
    for (const [index, id] of ZONES.entries()) {
      // Every zone with its own handoff, many of them at night, when clocks change.
      const [hour, minute] = [index % 5, (index % 2) * 30];
      const handoff = `${two(hour)}:${two(minute)}`;
      const layer: Turns = { shift: { every: 1, unit: 'days' }, start: '2021-01-01', handoff };
      const turns = new Shifts(zoneOf(id), layer);
      const zone = zoneOf(id);
      for (let n = 0; n < 3_652; n += 1) {
        const beginMs = turns.beginMs(n);
        const localMs = zone.toLocal(beginMs);
        if (localMs === Date.UTC(2021, 0, 1 + n, hour, minute)) continue;
        // The clocks skip it: what Temporal says.
        if (beginMs !== nominal(layer, id, n)) wrong.push(`${id} ${n}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('are as many hours as the day has: 24 an elapsed day, and what the clocks change by', () => {
    const wrong: string[] = [];
    for (const id of ZONES) {
      const zone = zoneOf(id);
      const turns = new Shifts(zone, {
        shift: { every: 2, unit: 'days' },
        start: '2021-01-01',
        handoff: '09:00',
      });
      for (let n = 0; n < 1_826; n += 1) {
        const [beginMs, endMs] = [turns.beginMs(n), turns.beginMs(n + 1)];
        const changedMs = zone.offsetMs(beginMs) - zone.offsetMs(endMs);
        if (endMs - beginMs !== 48 * HOUR + changedMs) wrong.push(`${id} ${n}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('are counted by Temporal’s calendar, and an instant’s shift is the last that has begun', () => {
    const property = fc.property(
      fc.constantFrom(...ZONES),
      layers,
      fc.integer({ min: Date.UTC(2019, 0), max: Date.UTC(2034, 0) }),
      (id, layer, atMs) => {
        const turns = new Shifts(zoneOf(id), layer);
        const n = turns.indexAt(atMs);
        if (n === -1) {
          expect(atMs).toBeLessThan(turns.beginMs(0));
          return;
        }
        expect(turns.beginMs(n)).toBeLessThanOrEqual(atMs);
        expect(turns.beginMs(n + 1)).toBeGreaterThan(atMs);
        // Begins when it should, unless a skipped time puts it behind a later one.
        const later = Array.from({ length: 49 }, (_, ahead) => nominal(layer, id, n + ahead));
        expect(turns.beginMs(n)).toBe(Math.min(...later));
      },
    );
    fc.assert(property, { numRuns: 5_000, seed: 5 });
  }, 60_000);

  it('of an hour never go back around any change', () => {
    const changes: [string, number][] = ZONES.flatMap((id) => {
      const found: [string, number][] = [];
      let at = Temporal.Instant.from('2021-01-01T00:00Z').toZonedDateTimeISO(id);
      for (let count = 0; count < 2; count += 1) {
        const next = at.getTimeZoneTransition('next');
        if (next === null || next.year > 2031) break;
        found.push([id, next.epochMilliseconds]);
        at = next;
      }
      return found;
    });
    // A whole day was left out here, and the largest change that still happens is two hours.
    changes.push(
      ['Pacific/Apia', Date.parse('2011-12-30T10:00Z')],
      ['Antarctica/Troll', Date.parse('2026-03-29T01:00Z')],
    );
    expect(changes.length).toBeGreaterThan(200);
    for (const [id, changeMs] of changes) {
      const turns = new Shifts(zoneOf(id), {
        shift: { every: 1, unit: 'hours' },
        start: '2010-01-01',
        handoff: '00:30',
      });
      for (let atMs = changeMs - 30 * HOUR; atMs < changeMs + 30 * HOUR; atMs += HOUR / 4) {
        const n = turns.indexAt(atMs);
        expect(turns.beginMs(n), `${id} ${atMs}`).toBeLessThanOrEqual(atMs);
        expect(turns.beginMs(n + 1), `${id} ${atMs}`).toBeGreaterThan(atMs);
        expect(turns.indexAt(turns.beginMs(n + 1)), `${id} ${atMs}`).toBeGreaterThan(n);
      }
    }
  }, 60_000);

  it('never go back where a day was left out, also when their length doesn’t divide it', () => {
    for (const every of [1, 5, 7, 9, 11, 13]) {
      for (let hour = 0; hour < 24; hour += 1) {
        const turns = new Shifts(zoneOf('Pacific/Apia'), {
          shift: { every, unit: 'hours' },
          start: '2011-12-20',
          handoff: `${two(hour)}:30`,
        });
        const begins = Array.from({ length: 400 }, (_, n) => turns.beginMs(n));
        const found = begins.map((beginMs) => [turns.indexAt(beginMs), turns.indexAt(beginMs - 1)]);
        expect(begins).toEqual(begins.toSorted((a, b) => a - b));
        expect(found).toEqual(begins.map((one) => [begins.lastIndexOf(one), begins.indexOf(one) - 1]));
      }
    }
  }, 60_000);
});

describe('a shift', () => {
  const begins = (zone: string, layer: Turns, count: number): string[] => {
    const turns = new Shifts(zoneOf(zone), layer);
    return Array.from({ length: count }, (_, n) => new Date(turns.beginMs(n)).toISOString().slice(0, 16));
  };
  it('of a month on the 31st falls on the last day of a shorter month and comes back', () => {
    const layer: Turns = { shift: { every: 1, unit: 'months' }, start: '2024-01-31', handoff: '09:00' };
    expect(begins('UTC', layer, 6).map((time) => time.slice(5, 10))).toEqual([
      '01-31',
      '02-29',
      '03-31',
      '04-30',
      '05-31',
      '06-30',
    ]);
  });
  it('of twelve hours stays at eight and eight, so that one has eleven or thirteen', () => {
    const layer: Turns = { shift: { every: 12, unit: 'hours' }, start: '2026-03-28', handoff: '08:00' };
    expect(begins('Europe/Berlin', layer, 4)).toEqual([
      '2026-03-28T07:00',
      '2026-03-28T19:00',
      '2026-03-29T06:00',
      '2026-03-29T18:00',
    ]);
  });
  it('that falls on a day which was left out is empty', () => {
    const layer: Turns = { shift: { every: 1, unit: 'days' }, start: '2011-12-28', handoff: '09:00' };
    const turns = new Shifts(zoneOf('Pacific/Apia'), layer);
    expect(turns.beginMs(2)).toBe(turns.beginMs(3));
    expect(turns.indexAt(turns.beginMs(2))).toBe(3);
  });
  it.each([
    ['start', { shift: { every: 1, unit: 'days' }, start: '2026-02-30', handoff: '09:00' }],
    ['handoff', { shift: { every: 1, unit: 'days' }, start: '2026-02-28', handoff: '9' }],
    ['length', { shift: { every: 0, unit: 'days' }, start: '2026-02-28', handoff: '09:00' }],
  ] as const)('without a readable %s is refused', (word, layer) => {
    expect(() => new Shifts(zoneOf('UTC'), layer)).toThrow(new RegExp(word));
  });
});
