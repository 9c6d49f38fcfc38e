/** One question to `relay oncall --at`, with the roster it is put to and the answer. */
import type {
  Absence,
  Hours,
  Layer,
  Override,
  Roster,
  Rotation,
} from '../../../../src/relay/oncall/types.ts';

export interface Row {
  name: string;
  roster: Roster;
  /** When is asked, with the offset of the day. */
  at: string;
  /** Whom level 1 reaches; null: nobody. Several as `ana, ben`. */
  person: string | null;
  /** When (the first of) them stops, or the gap ends; null: no end is known. */
  until: string | null;
  /** A piece of why. */
  because: string;
}

export const PEOPLE = ['ana', 'ben', 'cleo', 'dora', 'eli'];

/** Turns of Ana, Ben and Cleo by the week from a Monday at 09:00; anything else is said. */
export const layer = (start: string, parts: Partial<Layer> = {}): Layer => ({
  members: ['ana', 'ben', 'cleo'],
  shift: { every: 1, unit: 'weeks' },
  start,
  handoff: '09:00',
  ...parts,
});

export const hours = (every: number): Partial<Layer> => ({ shift: { every, unit: 'hours' } });
export const days = (every: number): Partial<Layer> => ({ shift: { every, unit: 'days' } });
export const weeks = (every: number): Partial<Layer> => ({ shift: { every, unit: 'weeks' } });
export const months = (every: number): Partial<Layer> => ({ shift: { every, unit: 'months' } });
export const during = (...spans: Hours[]): Partial<Layer> => ({ during: spans });

/** A roster whose service `db` tells whoever has these rotations: `ops`, if there is only one. */
export function rota(
  zone: string,
  layers: Layer[] | Record<string, Omit<Rotation, 'id'>>,
  more: Partial<Roster> = {},
): Roster {
  const rotations = Array.isArray(layers)
    ? [{ id: 'ops', zone, layers }]
    : Object.entries(layers).map(([id, rotation]) => ({ id, ...rotation }));
  return {
    version: 7,
    people: PEOPLE.map((id, index) => ({
      id,
      name: id,
      zone,
      contacts: [{ channel: 'sms', address: `+155501${10 + index}` }],
    })),
    services: [{ id: 'db', policy: 'storage', keyHashes: ['0'.repeat(64)] }],
    policies: [
      {
        id: 'storage',
        levels: [{ people: [], rotations: rotations.map((one) => one.id), afterMs: 300_000 }],
        repeat: 0,
      },
    ],
    overrides: [],
    rotations,
    defaultService: 'db',
    ...more,
  };
}

/** Somebody else in `ops` for a time, made an hour before the first of November unless said. */
export const override = (
  person: string,
  from: string,
  until: string | null,
  parts: Partial<Override> = {},
): Override => ({
  id: `o.${person}.${from}`,
  policy: '',
  level: 0,
  rotation: 'ops',
  person,
  fromMs: Date.parse(from),
  untilMs: until === null ? null : Date.parse(until),
  by: 'root',
  madeAtMs: Date.parse('2026-10-31T23:00Z'),
  ...parts,
});

export const absence = (
  person: string,
  from: string,
  until: string,
  parts: Partial<Absence> = {},
): Absence => ({
  id: `a.${person}.${from}`,
  person,
  fromMs: Date.parse(from),
  untilMs: Date.parse(until),
  why: 'holiday',
  by: 'root',
  madeAtMs: Date.parse('2026-10-31T22:00Z'),
  ...parts,
});

/** Rows about one roster, in short: name, instant, person, until, because. */
export const ask = (
  roster: Roster,
  rows: [name: string, at: string, person: string | null, until: string | null, because: string][],
): Row[] => rows.map(([name, at, person, until, because]) => ({ name, roster, at, person, until, because }));
