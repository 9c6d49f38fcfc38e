import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Zone, zoneOf } from '../../../../src/relay/oncall/rotations/zone.ts';

const ZONES = Intl.supportedValuesOf('timeZone');
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** What Temporal says, the slow way. */
const instantOf = (localMs: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(localMs)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
    .toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
const offsetOf = (atMs: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;

/** The changes of a zone's offset between two instants. */
function changesOf(zone: string, fromMs: number, untilMs: number): number[] {
  const found: number[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds > untilMs) return found;
    found.push(next.epochMilliseconds);
    at = next;
  }
}

/** Each way that disagrees with Temporal around an instant of change. */
function disagreements(id: string, changeMs: number): string[] {
  const zone = zoneOf(id);
  const out: string[] = [];
  for (const aside of [-DAY, -90 * MINUTE, -1, 0, 1, 30 * MINUTE, 90 * MINUTE, DAY]) {
    const atMs = changeMs + aside;
    if (zone.offsetMs(atMs) !== offsetOf(atMs, id)) out.push(`offset of ${id} at ${atMs}`);
    for (const offsetMs of [offsetOf(changeMs - 1, id), offsetOf(changeMs, id)]) {
      const localMs = atMs + offsetMs;
      if (zone.toInstant(localMs) !== instantOf(localMs, id)) out.push(`instant of ${localMs} in ${id}`);
    }
  }
  return out;
}

describe('every time zone', () => {
  it('is read as Temporal reads it around each change of ten years', () => {
    const changes = ZONES.flatMap((id) =>
      changesOf(id, Date.UTC(2021, 0), Date.UTC(2031, 0)).map((atMs) => ({ id, atMs })),
    );
    expect(changes.length).toBeGreaterThan(2_000);
    expect(changes.flatMap(({ id, atMs }) => disagreements(id, atMs))).toEqual([]);
  }, 60_000);

  it('is read as Temporal reads it at any time of four centuries', () => {
    const ms = fc.integer({ min: Date.UTC(1800, 0), max: Date.UTC(2200, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), ms, (id, atMs) => {
        const zone = zoneOf(id);
        expect(zone.offsetMs(atMs)).toBe(offsetOf(atMs, id));
        expect(zone.toLocal(atMs)).toBe(atMs + offsetOf(atMs, id));
        expect(zone.toInstant(atMs)).toBe(instantOf(atMs, id));
      }),
      { numRuns: 20_000, seed: 5 },
    );
  }, 60_000);

  it.each([
    'Australia/Lord_Howe',
    'Antarctica/Troll',
    'Pacific/Apia',
    'Pacific/Kwajalein',
    'Asia/Manila',
    'America/Juneau',
    'Europe/Dublin',
    'Africa/Casablanca',
    'Africa/Monrovia',
    'Africa/Cairo',
    'Asia/Tehran',
    'America/Sao_Paulo',
    'America/Caracas',
    'Asia/Pyongyang',
    'Asia/Singapore',
    'Europe/Volgograd',
    'Europe/London',
    'America/New_York',
  ])('%s is read as Temporal reads it around each change it ever had', (id) => {
    const changes = changesOf(id, Date.UTC(1840, 0), Date.UTC(2040, 0));
    expect(changes.length).toBeGreaterThan(0);
    expect(changes.flatMap((atMs) => disagreements(id, atMs))).toEqual([]);
  });

  it('is read as Temporal reads it where what is kept of it ends', () => {
    const wrong: string[] = [];
    let edges = 0;
    for (const id of ['America/New_York', 'Australia/Sydney', 'America/Santiago']) {
      for (let edge = 1; edge <= 3_000; edge += 1) {
        const edgeMs = edge * 2 ** 39;
        // Far in the future as well: only an edge that a change lies close to tells anything.
        if (changesOf(id, edgeMs - DAY / 2, edgeMs + DAY / 2).length === 0) continue;
        edges += 1;
        for (let aside = -54; aside <= 54; aside += 1) {
          const localMs = edgeMs + aside * 30 * MINUTE;
          if (zoneOf(id).toInstant(localMs) !== instantOf(localMs, id)) wrong.push(`${id} ${localMs}`);
        }
      }
    }
    expect(edges).toBeGreaterThan(10);
    expect(wrong).toEqual([]);
  }, 60_000);

  it('has the same answers whatever it was asked before', () => {
    const far = Array.from({ length: 60 }, (_, index) => Date.UTC(1000 + index * 40, 6));
    const zone = new Zone('Europe/Berlin');
    const first = far.map((atMs) => zone.toInstant(atMs));
    expect(
      far
        .toReversed()
        .map((atMs) => zone.toInstant(atMs))
        .toReversed(),
    ).toEqual(first);
    expect(far.map((atMs) => new Zone('Europe/Berlin').toInstant(atMs))).toEqual(first);
  });
});

describe('a time zone', () => {
  const berlin = zoneOf('Europe/Berlin');
  const rows: [name: string, zone: Zone, local: string, instant: string][] = [
    ['a time that the clocks skip is as much later', berlin, '2026-03-29T02:30Z', '2026-03-29T01:30Z'],
    ['a time that comes twice is the first', berlin, '2026-10-25T02:30Z', '2026-10-25T00:30Z'],
    ['half an hour on Lord Howe', zoneOf('Australia/Lord_Howe'), '2026-10-04T02:15Z', '2026-10-03T15:45Z'],
    ['a day that Samoa left out', zoneOf('Pacific/Apia'), '2011-12-30T09:00Z', '2011-12-30T19:00Z'],
    ['an offset alone', zoneOf('+05:30'), '2026-01-01T09:00Z', '2026-01-01T03:30Z'],
  ];
  it.each(rows)('%s', (_name, zone, local, instant) => {
    expect(new Date(zone.toInstant(Date.parse(local))).toISOString()).toBe(
      new Date(Date.parse(instant)).toISOString(),
    );
  });

  it('that nobody knows is refused', () => {
    expect(() => zoneOf('Mars/Olympus')).toThrow(RangeError);
  });
});
