/** Levels that name rotations and groups beside people: who is told, until when, who next, and for how long that holds. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dutyHoldsUntilMs, oncallOf } from '../../../src/relay/oncall/upcoming.ts';
import type { Override, PolicyLevel, Roster } from '../../../src/relay/oncall/types.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { days, during, layer, override, rota } from './cases/row.ts';
import { minutes, rosters } from './rotations/teams.ts';

const BERLIN = 'Europe/Berlin';
const at = (date: string): number => Date.parse(`2026-11-${date}:00+01:00`);
const afterMs = 300_000;

/** Two rotations, `ops` by the week and `web` by the day, and levels as given. */
function roster(levels: PolicyLevel[], overrides: Override[] = []): Roster {
  const base = rota(BERLIN, {
    ops: { zone: BERLIN, layers: [layer('2026-11-16')] },
    web: { zone: BERLIN, layers: [layer('2026-11-16', { members: ['ana', 'dora'], ...days(1) })] },
    office: { zone: BERLIN, layers: [layer('2026-11-16', during({ from: '09:00', until: '17:00' }))] },
  });
  return {
    ...base,
    policies: [{ id: 'storage', levels, repeat: 0 }],
    groups: [
      { id: 'dba', people: ['eli', 'flo'] },
      { id: 'gone', people: ['flo'] },
    ],
    overrides,
  };
}

const show = (one: Roster, date: string) => oncallOf(one, 'db', at(date), [], BERLIN);
const onLevel = (person: string, from: string, until: string | null): Override => {
  const { rotation: _, ...rest } = override(person, from, until);
  return { ...rest, policy: 'storage', level: 1 };
};

describe('a level', () => {
  it('names each of its people with what put them there', () => {
    const level = { people: ['ben', 'flo'], rotations: ['ops', 'web'], groups: ['dba', 'gone'], afterMs };
    expect(duty(roster([level]), 'db', at('17T12:00'), [], BERLIN).levels[0]).toEqual({
      people: ['ben', 'ana', 'dora', 'eli'],
      names: ['ben', 'flo', 'rotation ops', 'rotation web', 'group dba', 'group gone'],
      afterMs,
      because:
        'policy storage; rotation ops, week of ana until Mon 09:00 CET; rotation web, day of dora until Wed 09:00 CET; group dba; group gone has nobody',
    });
    expect(show(roster([level]), '17T12:00').levels[0]?.people).toEqual([
      { person: 'ben', untilMs: null, because: 'policy storage' },
      { person: 'ana', untilMs: at('23T09:00'), because: 'rotation ops, week of ana until Mon 09:00 CET' },
      { person: 'dora', untilMs: at('18T09:00'), because: 'rotation web, day of dora until Wed 09:00 CET' },
      { person: 'eli', untilMs: null, because: 'group dba' },
    ]);
  });

  it('has somebody as long as one of two rotations does', () => {
    const both = roster([{ people: [], rotations: ['ops', 'web'], afterMs }]);
    expect(show(both, '16T12:00').levels[0]?.people[0]).toMatchObject({
      person: 'ana',
      untilMs: at('23T09:00'),
      because:
        'rotation ops, week of ana until Mon 23 Nov 2026 09:00 CET; rotation web, day of ana until Tue 09:00 CET',
    });
    // On the 14th of December her week ends and her day begins.
    const december = (date: string): number => Date.parse(`2026-12-${date}T09:00+01:00`);
    expect(oncallOf(both, 'db', december('12'), [], BERLIN).levels[0]?.people[0]).toMatchObject({
      person: 'ana',
      untilMs: december('15'),
    });
    // What changes next is Dora joining on Tuesday.
    expect(show(both, '16T12:00').next).toEqual({
      atMs: at('17T09:00'),
      text: 'Tue 09:00 CET: ana, dora at level 1 (rotation ops, week of ana until Mon 23 Nov 2026 09:00 CET; rotation web, day of dora until Wed 09:00 CET)',
    });
  });

  it('passes over a handoff that changes nobody', () => {
    const named = roster([{ people: ['ana', 'dora'], rotations: ['web'], afterMs }]);
    const view = show(named, '16T12:00');
    expect(view.levels[0]?.people.map((one) => one.untilMs)).toEqual([null, null]);
    expect(view.next).toBeNull();
  });

  it('goes on behind an override, and ends where one begins', () => {
    const level = [{ people: [], rotations: ['ops'], afterMs }];
    const own = roster(level, [onLevel('ana', '2026-11-20T12:00+01:00', '2026-11-25T12:00+01:00')]);
    expect(show(own, '17T12:00').levels[0]?.people[0]).toMatchObject({
      person: 'ana',
      untilMs: at('25T12:00'),
    });
    expect(show(own, '17T12:00').next).toMatchObject({ atMs: at('25T12:00') });
    const other = roster(level, [onLevel('dora', '2026-11-20T12:00+01:00', null)]);
    expect(show(other, '17T12:00').levels[0]?.people[0]).toMatchObject({
      person: 'ana',
      untilMs: at('20T12:00'),
    });
    expect(show(other, '21T12:00').levels[0]?.people[0]).toMatchObject({ person: 'dora', untilMs: null });
    expect(show(other, '21T12:00').next).toBeNull();
  });

  it('says over which earlier override a later one counts', () => {
    const made = (one: Override, by: string, date: string): Override => ({ ...one, by, madeAtMs: at(date) });
    const two = roster(
      [{ people: ['ana'], afterMs }],
      [
        made(onLevel('ben', '2026-11-17T12:00+01:00', '2026-11-20T12:00+01:00'), 'ben', '16T11:00'),
        made(onLevel('cleo', '2026-11-16T12:00+01:00', '2026-11-19T12:00+01:00'), 'cleo', '16T10:00'),
      ],
    );
    expect(duty(two, 'db', at('18T12:00'), [], BERLIN).levels[0]?.because).toBe(
      "override by ben until Fri 12:00 CET, over cleo's made Mon 10:00 CET",
    );
  });

  it('that can reach nobody now stays, and says why', () => {
    const levels = [
      { people: [], rotations: ['office'], afterMs },
      { people: [], groups: ['gone'], afterMs },
      { people: ['flo'], afterMs },
      { people: ['eli'], afterMs },
    ];
    const view = show(roster(levels), '17T20:00');
    expect(view.levels).toEqual([
      { level: 1, people: [], nobody: 'nobody: rotation office has nobody until Wed 09:00 CET' },
      { level: 2, people: [], nobody: 'nobody: group gone has nobody' },
      { level: 3, people: [], nobody: 'nobody: policy storage: nobody it names is left in the roster' },
      { level: 4, people: [{ person: 'eli', untilMs: null, because: 'policy storage' }] },
    ]);
    expect(view.next?.text).toBe(
      'Wed 09:00 CET: ana at level 1 (rotation office, week of ana until Wed 17:00 CET)',
    );
    expect(show(roster(levels), '18T12:00').next?.text).toBe(
      'Wed 17:00 CET: nobody at level 1 (rotation office has nobody until Thu 09:00 CET)',
    );
    expect(duty(roster(levels), 'db', at('17T20:00'), []).levels.map((one) => one.people)).toEqual([
      [],
      [],
      [],
      ['eli'],
    ]);
  });

  it('says for a service nobody knows whose policy it is', () => {
    const one = roster([{ people: [], rotations: ['ops'], afterMs }]);
    expect(oncallOf(one, 'printer', at('17T12:00'), [], BERLIN).levels[0]?.people[0]?.because).toBe(
      'rotation ops, week of ana until Mon 09:00 CET, as for db: printer is no service',
    );
  });
});

describe('any roster', () => {
  const people = (one: Roster, atMs: number): string[][] =>
    duty(one, 'db', atMs, []).levels.map((level) => level.people);

  it('has the same people as long as it says it holds', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.property(rosters, minutes, share, (one, atMs, part) => {
      const untilMs = dutyHoldsUntilMs(one, 'db', atMs);
      expect(untilMs).toBeGreaterThan(atMs);
      const laterMs = Math.floor(atMs + (Math.min(untilMs, atMs + 1e11) - 1 - atMs) * part);
      expect(people(one, laterMs)).toEqual(people(one, atMs));
    });
    fc.assert(property, { numRuns: 300, seed: 5 });
  }, 60_000);

  it('changes at the next change, for the person whose time it ends, and not before', () => {
    const property = fc.property(
      rosters,
      minutes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (one, atMs, part) => {
        const view = oncallOf(one, 'db', atMs, [], 'UTC');
        const [first] = view.levels[0]?.people ?? [];
        if (first !== undefined) expect(first.untilMs).toBe(view.next?.atMs ?? null);
        if (view.next === null) return;
        expect(people(one, view.next.atMs)).not.toEqual(people(one, atMs));
        const before = Math.floor(atMs + (view.next.atMs - 1 - atMs) * part);
        expect(people(one, before)).toEqual(people(one, atMs));
      },
    );
    fc.assert(property, { numRuns: 300, seed: 6 });
  }, 60_000);
});
