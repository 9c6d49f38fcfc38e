import { describe, expect, it } from 'vitest';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { HOUR, NOW, override, team } from './rosters.ts';

const people = (roster: Roster, service = 'db', atMs = NOW): string[][] =>
  duty(roster, service, atMs, []).levels.map((level) => level.people);

describe('who is told', () => {
  it('is whom the policy names, level by level', () => {
    expect(duty(team(), 'db', NOW, ['cy'])).toEqual({
      rosterVersion: 7,
      policy: 'storage',
      levels: [
        { people: ['ana'], names: ['ana'], afterMs: 300_000, because: 'policy storage' },
        { people: ['ben'], names: ['ben'], afterMs: 600_000, because: 'policy storage' },
      ],
      repeat: 2,
      catchAll: ['cy'],
    });
  });

  it('is told why it is another than usual', () => {
    const roster = team([override({ untilMs: Date.parse('2025-11-29T17:00:00Z') })]);
    expect(duty(roster, 'db', NOW, [], 'Europe/Berlin').levels[0]).toEqual({
      people: ['ben'],
      names: ['ana'],
      afterMs: 300_000,
      because: 'override by root until Sat 18:00 CET',
    });
    expect(duty(team([override({ untilMs: null })]), 'db', NOW, []).levels[0]?.because).toBe(
      'override by root without an end',
    );
  });

  const rows: [name: string, roster: Roster, expected: string[][]][] = [
    ['an override begins on the dot', team([override({ fromMs: NOW })]), [['ben'], ['ben']]],
    ['and not before', team([override({ fromMs: NOW + 1 })]), [['ana'], ['ben']]],
    ['it ends on the dot', team([override({ untilMs: NOW })]), [['ana'], ['ben']]],
    ['and not before', team([override({ untilMs: NOW + 1 })]), [['ben'], ['ben']]],
    ['one without an end goes on', team([override({ untilMs: null })]), [['ben'], ['ben']]],
    ['it is for its own level only', team([override({ level: 2, person: 'cy' })]), [['ana'], ['cy']]],
    ['it is for its own policy only', team([override({ policy: 'front' })]), [['ana'], ['ben']]],
    [
      'the latest made wins, wherever it stands',
      team([override({ person: 'cy', madeAtMs: NOW - 1 }), override({ id: 'o2', madeAtMs: NOW - 2 })]),
      [['cy'], ['ben']],
    ],
    [
      'made at the same time, the later in the list wins',
      team([override({ person: 'ana' }), override({ id: 'o2', person: 'cy' })]),
      [['cy'], ['ben']],
    ],
    ['one for somebody who left does nothing', team([override({ person: 'dora' })]), [['ana'], ['ben']]],
    [
      'one for somebody who left does not hide the one before',
      team([override({ person: 'cy' }), override({ id: 'o2', person: 'dora', madeAtMs: NOW })]),
      [['cy'], ['ben']],
    ],
  ];
  it.each(rows)('%s', (_name, roster, expected) => {
    expect(people(roster)).toEqual(expected);
  });

  it('leaves out people who left, and keeps the level', () => {
    const roster = { ...team(), people: team().people.filter((one) => one.id !== 'ana') };
    expect(people(roster)).toEqual([[], ['ben']]);
  });

  it('uses the default service’s policy for a name nobody knows, and says so', () => {
    expect(duty(team(), 'printer', NOW, []).levels).toEqual([
      {
        people: ['cy'],
        names: ['cy'],
        afterMs: 300_000,
        because: 'policy default, as for default: printer is no service',
      },
    ]);
  });

  it('is the catch-all alone when the policy has vanished', () => {
    const roster = { ...team(), policies: [] };
    expect(duty(roster, 'db', NOW, ['ben'])).toEqual({
      rosterVersion: 7,
      policy: 'storage',
      levels: [],
      repeat: 0,
      catchAll: ['ben'],
    });
  });

  it('is everybody when the catch-all is empty or names nobody who is left', () => {
    expect(duty(team(), 'db', NOW, []).catchAll).toEqual(['ana', 'ben', 'cy']);
    expect(duty(team(), 'db', NOW, ['dora']).catchAll).toEqual(['ana', 'ben', 'cy']);
    expect(duty(team(), 'db', NOW, ['dora', 'cy', 'cy']).catchAll).toEqual(['cy']);
  });

  it('does not change between the ends of overrides', () => {
    const roster = team([override({ fromMs: NOW + HOUR, untilMs: NOW + 2 * HOUR })]);
    expect([0, 1, 2].map((hours) => people(roster, 'db', NOW + hours * HOUR)[0])).toEqual([
      ['ana'],
      ['ben'],
      ['ana'],
    ]);
  });
});
