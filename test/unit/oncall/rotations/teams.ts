/** Rotations and rosters for the tests of this folder, in few words. */
import * as fc from 'fast-check';
import type { Absence, Layer, Override, Roster, Rotation } from '../../../../src/relay/oncall/types.ts';
import { WEEKDAYS } from '../../../../src/relay/oncall/types.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A roster of these people with one rotation, `ops`. */
export function rosterOf(
  people: string[],
  rotation: Omit<Rotation, 'id'>,
  more: Partial<Pick<Roster, 'overrides' | 'absences'>> = {},
): Roster {
  return {
    version: 7,
    people: people.map((id, index) => ({
      id,
      name: id,
      contacts: [{ channel: 'sms', address: `+155501${String(index).padStart(2, '0')}` }],
    })),
    services: [{ id: 'db', policy: 'night', keyHashes: ['0'.repeat(64)] }],
    policies: [{ id: 'night', levels: [{ people: [], rotations: ['ops'], afterMs: 300_000 }], repeat: 0 }],
    overrides: [],
    rotations: [{ id: 'ops', ...rotation }],
    defaultService: 'db',
    ...more,
  };
}

export const override = (parts: Partial<Override>): Override => ({
  id: 'o1',
  policy: '',
  level: 0,
  rotation: 'ops',
  person: 'ben',
  fromMs: 0,
  untilMs: null,
  by: 'root',
  madeAtMs: 1,
  ...parts,
});

export const absence = (parts: Partial<Absence>): Absence => ({
  id: 'a1',
  person: 'ana',
  fromMs: 0,
  untilMs: 1,
  why: 'holiday',
  by: 'root',
  madeAtMs: 1,
  ...parts,
});

const two = (count: number): string => String(count).padStart(2, '0');
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 30))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
const day = fc
  .tuple(
    fc.integer({ min: 2021, max: 2026 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
  )
  .map(([year, month, ofMonth]) => {
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return `${year}-${two(month)}-${two(Math.min(ofMonth, last))}`;
  });

/** Five of the roster and one who has left. */
export const NAMES = ['ana', 'ben', 'cleo', 'dora', 'eli'];
const member = fc.constantFrom(...NAMES, 'gone');

const hours = fc
  .record({
    days: fc.option(fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 })),
    from: clock,
    until: clock,
  })
  .filter(({ from, until }) => from !== until)
  .map(({ days, from, until }) => ({ ...(days === null ? {} : { days }), from, until }));

/** Any layer, its restrictions too. */
export const layers: fc.Arbitrary<Layer> = fc
  .record({
    members: fc.array(member, { minLength: 1, maxLength: 5 }),
    shift: fc.oneof(
      fc.record({ every: fc.integer({ min: 4, max: 30 }), unit: fc.constant('hours' as const) }),
      fc.record({ every: fc.integer({ min: 1, max: 9 }), unit: fc.constant('days' as const) }),
      fc.record({ every: fc.integer({ min: 1, max: 3 }), unit: fc.constant('weeks' as const) }),
      fc.record({ every: fc.integer({ min: 1, max: 3 }), unit: fc.constant('months' as const) }),
    ),
    start: day,
    handoff: clock,
    during: fc.option(fc.array(hours, { minLength: 1, maxLength: 3 })),
  })
  .map(({ during, ...layer }) => ({ ...layer, ...(during === null ? {} : { during }) }));

/** Any zone that Node knows. */
export const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));

/** Any whole minute of the ten years from 2021. */
export const minutes = fc
  .integer({ min: Date.UTC(2021, 0) / 60_000, max: Date.UTC(2031, 0) / 60_000 })
  .map((minute) => minute * 60_000);

const stretch = fc.tuple(minutes, fc.integer({ min: 1, max: 90 * 24 * 60 })).map(([fromMs, length]) => ({
  fromMs,
  untilMs: fromMs + length * 60_000,
}));

/** Any rotation with what may change its turns; those who left are named too. */
export const rosters: fc.Arbitrary<Roster> = fc
  .record({
    zone: zones,
    layers: fc.array(layers, { minLength: 1, maxLength: 3 }),
    absences: fc.array(fc.tuple(member, stretch, fc.nat(20)), { maxLength: 8 }),
    overrides: fc.array(
      fc.tuple(member, fc.option(member), stretch, fc.integer({ min: 0, max: 19 }), fc.nat(20)),
      { maxLength: 8 },
    ),
  })
  .map(({ zone, layers: some, absences, overrides }) =>
    rosterOf(
      NAMES,
      { zone, layers: some },
      {
        absences: absences.map(([person, times, madeAtMs], index) =>
          absence({ id: `a${index}`, person, ...times, madeAtMs }),
        ),
        overrides: overrides.map(([person, instead, times, endless, madeAtMs], index) =>
          override({
            id: `o${index}`,
            person,
            ...times,
            ...(endless === 0 ? { untilMs: null } : {}),
            ...(instead === null ? {} : { instead }),
            madeAtMs,
          }),
        ),
      },
    ),
  );
