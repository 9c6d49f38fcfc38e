import { describe, expect, it } from 'vitest';
import { addRotation } from '../../../src/relay/oncall/edits.ts';
import { changeRotation, type RotationChange } from '../../../src/relay/oncall/rotation-change.ts';
import { timelineOf } from '../../../src/relay/oncall/rotations/timeline.ts';
import type { Layer, Roster } from '../../../src/relay/oncall/types.ts';
import { refusal } from './refusal.ts';
import { team } from './rosters.ts';

/** Wed 26 Nov 2025, 12:00 in Berlin: Ana has the week. */
const NOW = Date.parse('2025-11-26T11:00:00Z');
const WEEK = 7 * 86_400_000;
const weekly: Layer = {
  members: ['ana', 'ben'],
  shift: { every: 1, unit: 'weeks' },
  start: '2025-11-24',
  handoff: '09:00',
};
const ops = (...layers: Layer[]): Roster =>
  addRotation(team(), { id: 'ops', zone: 'Europe/Berlin', layers: layers.length === 0 ? [weekly] : layers });
const change = (roster: Roster, parts: Partial<RotationChange>): Roster =>
  changeRotation(roster, 'ops', { add: [], remove: [], ...parts }, { by: 'ana', nowMs: NOW });
const turns = (roster: Roster, count: number): (string | null | undefined)[] =>
  Array.from({ length: count }, (_, week) => timelineOf(roster, 'ops')?.at(NOW + week * WEEK).person);
const layers = (roster: Roster): Layer[] | undefined => roster.rotations?.[0]?.layers;

describe('somebody joins', () => {
  it('at the end of the round, and nobody else moves', () => {
    expect(turns(change(ops(), { add: ['cy'] }), 4)).toEqual(['ana', 'ben', 'cy', 'ana']);
  });

  it('after somebody, whoever has the shift now', () => {
    expect(turns(change(ops(), { add: ['cy'], after: 'ana' }), 4)).toEqual(['ana', 'cy', 'ben', 'ana']);
    expect(turns(change(ops(), { add: ['cy'], after: 'ben' }), 4)).toEqual(['ana', 'ben', 'cy', 'ana']);
  });

  it('after somebody before the first shift', () => {
    const later = ops({ ...weekly, start: '2025-12-01' });
    expect(layers(change(later, { add: ['cy'], after: 'ana' }))?.[0]?.members).toEqual(['ana', 'cy', 'ben']);
  });

  it('in place of somebody who leaves in the same edit', () => {
    const alone = ops({ ...weekly, members: ['ana'] });
    expect(turns(change(alone, { add: ['ben'], remove: ['ana'] }), 2)).toEqual(['ben', 'ben']);
  });

  it.each<[string, Partial<RotationChange>, RegExp]>([
    [
      'after nobody known',
      { add: ['cy'], after: 'zoe' },
      /zoe is no member of rotation ops.*Members are: ana, ben/s,
    ],
    ['after somebody, but nobody joins', { after: 'ana' }, /Nobody is to come after ana.*--add/s],
    [
      'who is in already, and would have two shifts a round by it',
      { add: ['ana'] },
      /ana is a member of rotation ops already.*rotation edit ops --members ana,ben,ana/s,
    ],
    ['the same person twice', { add: ['cy', 'cy'] }, /cy is a member of rotation ops already/],
    ['nothing at all', {}, /Nothing is to be changed about rotation ops.*--add/s],
  ])('%s is refused', (_what, parts, words) => {
    expect(JSON.stringify(refusal(() => change(ops(), parts)))).toMatch(words);
  });
});

describe('other turns', () => {
  it('a longer shift leaves it with whoever has it', () => {
    const later = NOW + WEEK;
    const edit = { by: 'ana', nowMs: later };
    const longer = changeRotation(
      ops(),
      'ops',
      { add: [], remove: [], shift: { every: 2, unit: 'weeks' } },
      edit,
    );
    expect(turns(longer, 6).slice(1)).toEqual(['ben', 'ben', 'ana', 'ana', 'ben']);
  });

  it('another handoff, zone and order', () => {
    const changed = change(ops(), { handoff: '10:00', zone: 'Europe/London', members: ['ben', 'ana'] });
    expect(changed.rotations).toEqual([
      {
        id: 'ops',
        zone: 'Europe/London',
        layers: [{ ...weekly, handoff: '10:00', members: ['ben', 'ana'] }],
      },
    ]);
  });

  it('only in some hours, and at all hours again', () => {
    const during = [{ from: '09:00', until: '17:00' }];
    const office = change(ops(), { during });
    expect(layers(office)).toEqual([{ ...weekly, during }]);
    expect(layers(change(office, { during: [] }))).toEqual([weekly]);
  });
});

describe('layers', () => {
  const night = { ...weekly, members: ['cy'] };

  it('one more than there are is new, with turns like the one below', () => {
    const during = [{ from: '22:00', until: '06:00' }];
    const changed = change(ops(), { layer: 2, members: ['cy'], during });
    expect(layers(changed)).toEqual([weekly, { ...night, during }]);
  });

  it('one goes', () => {
    expect(layers(change(ops(weekly, night), { layer: 1, removeLayer: true }))).toEqual([night]);
  });

  it.each<[string, Roster, Partial<RotationChange>, RegExp]>([
    ['a new one without members', ops(), { layer: 2, handoff: '08:00' }, /new layer 2.*--members/s],
    ['one that is not next', ops(), { layer: 3, handoff: '08:00' }, /no layer 3/],
    ['which of two', ops(weekly, night), { handoff: '08:00' }, /has 2 layers/],
    ['the only one', ops(), { layer: 1, removeLayer: true }, /one layer only.*relay rotation remove ops/s],
  ])('%s is refused', (_what, roster, parts, words) => {
    expect(JSON.stringify(refusal(() => change(roster, parts)))).toMatch(words);
  });
});
