import { describe, expect, it } from 'vitest';
import {
  addGroup,
  addPolicy,
  addRotation,
  editGroup,
  editRotation,
  removeGroup,
  removeRotation,
} from '../../../src/relay/oncall/edits.ts';
import type { Hours, Layer, Rotation } from '../../../src/relay/oncall/types.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { layer, override, rota } from './cases/row.ts';
import { refusal } from './refusal.ts';
import { team } from './rosters.ts';

const weekly: Layer = {
  members: ['ana', 'ben', 'cy'],
  shift: { every: 1, unit: 'weeks' },
  start: '2025-11-24',
  handoff: '09:00',
};
const ops: Rotation = { id: 'ops', zone: 'Europe/Berlin', layers: [weekly] };
const hours = (parts: Partial<Hours>): Layer => ({
  ...weekly,
  during: [{ from: '09:00', until: '17:00', ...parts }],
});

describe('adding a rotation', () => {
  it('keeps it as given, and a policy can name it', () => {
    const layers = [weekly, hours({ days: ['sat', 'sun'] })];
    const roster = addRotation(team(), { ...ops, layers });
    expect(roster.rotations).toEqual([{ ...ops, layers }]);
    const named = addPolicy(roster, {
      id: 'night',
      levels: [{ people: [], rotations: ['ops', 'ops'], afterMs: 60_000 }],
      repeat: 0,
    });
    expect(named.policies.at(-1)?.levels).toEqual([{ people: [], rotations: ['ops'], afterMs: 60_000 }]);
  });
  it('leaves the roster it was given as it was', () => {
    const before = team();
    const copy = structuredClone(before);
    addRotation(before, ops);
    expect(before).toEqual(copy);
  });

  const refused: [name: string, input: Rotation, code: string, message: RegExp, cure: RegExp][] = [
    ['an id in capitals', { ...ops, id: 'Ops' }, 'usage', /"Ops" can't name a rotation/, /lower-case/],
    ['a subcommand’s name', { ...ops, id: 'show' }, 'usage', /meaning of its own/, /another/],
    [
      'an unknown zone',
      { ...ops, zone: 'Europe/Belrin' },
      'usage',
      /"Europe\/Belrin" is no time zone/,
      /Europe\/Berlin/,
    ],
    ['no layers', { ...ops, layers: [] }, 'usage', /1 to 10 layers/, /at least one/],
    [
      'eleven layers',
      { ...ops, layers: Array.from({ length: 11 }, () => weekly) },
      'usage',
      /1 to 10 layers/,
      /at least one/,
    ],
    [
      'no members',
      { ...ops, layers: [{ ...weekly, members: [] }] },
      'usage',
      /The rotation has no members/,
      /ana,ben,cleo/,
    ],
    [
      'a second layer without members',
      { ...ops, layers: [weekly, { ...weekly, members: [] }] },
      'usage',
      /Layer 2 has no members/,
      /order/,
    ],
    [
      'somebody nobody knows',
      { ...ops, layers: [{ ...weekly, members: ['bne'] }] },
      'not_found',
      /no person bne/,
      /mean ben/,
    ],
    [
      'shifts of nothing',
      { ...ops, layers: [{ ...weekly, shift: { every: 0, unit: 'days' } }] },
      'usage',
      /1 to 366 days/,
      /1 day/,
    ],
    [
      'shifts of half a week',
      { ...ops, layers: [{ ...weekly, shift: { every: 0.5, unit: 'weeks' } }] },
      'usage',
      /1 to 52 weeks/,
      /1 week/,
    ],
    [
      'shifts of 13 months',
      { ...ops, layers: [{ ...weekly, shift: { every: 13, unit: 'months' } }] },
      'usage',
      /1 to 12 months/,
      /12 hours/,
    ],
    [
      'shifts of 745 hours',
      { ...ops, layers: [{ ...weekly, shift: { every: 745, unit: 'hours' } }] },
      'usage',
      /1 to 744 hours/,
      /12 hours/,
    ],
    [
      'a start that is no date',
      { ...ops, layers: [{ ...weekly, start: '2026-02-30' }] },
      'usage',
      /"2026-02-30" is no date/,
      /2026-11-16/,
    ],
    [
      'a start in words',
      { ...ops, layers: [{ ...weekly, start: 'monday' }] },
      'usage',
      /"monday" is no date/,
      /2026-11-16/,
    ],
    [
      'a handoff at 24:00',
      { ...ops, layers: [{ ...weekly, handoff: '24:00' }] },
      'usage',
      /"24:00" is no time for a handoff/,
      /09:00/,
    ],
    [
      'a handoff at 9',
      { ...ops, layers: [{ ...weekly, handoff: '9:00' }] },
      'usage',
      /"9:00" is no time/,
      /09:00/,
    ],
    [
      'hours that end when they begin',
      { ...ops, layers: [hours({ until: '09:00' })] },
      'usage',
      /09:00 until 09:00 would be none, or all/,
      /00:00 until 24:00/,
    ],
    [
      'hours from 25:00',
      { ...ops, layers: [hours({ from: '25:00' })] },
      'usage',
      /"25:00" is no time of day/,
      /24:00/,
    ],
    [
      'hours until 17:60',
      { ...ops, layers: [hours({ until: '17:60' })] },
      'usage',
      /"17:60" is no time of day/,
      /24:00/,
    ],
    ['a day twice', { ...ops, layers: [hours({ days: ['mon', 'mon'] })] }, 'usage', /once each/, /mon, tue/],
    [
      'no days',
      { ...ops, layers: [hours({ days: [] })] },
      'usage',
      /at least one/,
      /leave them out for every day/,
    ],
    ['no hours', { ...ops, layers: [{ ...weekly, during: [] }] }, 'usage', /1 to 20 spans/, /always answers/],
  ];
  it.each(refused)('refuses %s', (_name, input, code, message, cure) => {
    const error = refusal(() => addRotation(team(), input));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.cure).toMatch(cure);
  });
  it('refuses what a file may hold and the types do not', () => {
    const days = JSON.parse('["monday"]') as Hours['days'];
    expect(
      refusal(() => addRotation(team(), { ...ops, layers: [hours(days === undefined ? {} : { days })] }))
        .message,
    ).toMatch(/no day "monday"/);
    const shift = JSON.parse('{"every": 1, "unit": "toString"}') as Layer['shift'];
    expect(refusal(() => addRotation(team(), { ...ops, layers: [{ ...weekly, shift }] })).cure).toMatch(
      /hours, days, weeks or months/,
    );
  });
  it('refuses a name that is taken', () => {
    expect(refusal(() => addRotation(addRotation(team(), ops), ops)).code).toBe('conflict');
  });
});

describe('changing a rotation', () => {
  const roster = addRotation(addRotation(team(), ops), { ...ops, id: 'web' });
  it('takes another zone, or other layers, and leaves the rest', () => {
    expect(editRotation(roster, 'ops', { zone: 'UTC' }).rotations).toEqual([
      { ...ops, zone: 'UTC' },
      { ...ops, id: 'web' },
    ]);
    const layers = [{ ...weekly, members: ['cy'] }];
    expect(editRotation(roster, 'ops', { layers }).rotations?.[0]).toEqual({ ...ops, layers });
  });
  it('refuses what adding refuses, nothing at all, and a name nobody knows', () => {
    expect(refusal(() => editRotation(roster, 'ops', { zone: 'Mars/A' })).code).toBe('usage');
    expect(refusal(() => editRotation(roster, 'ops', { layers: [] })).code).toBe('usage');
    expect(refusal(() => editRotation(roster, 'ops', {})).message).toMatch(
      /Nothing is to be changed about rotation ops/,
    );
    expect(refusal(() => editRotation(roster, 'ospx', { zone: 'UTC' })).cure).toMatch(
      /Rotations are: ops, web/,
    );
    expect(refusal(() => editRotation(team(), 'ops', { zone: 'UTC' })).cure).toMatch(/none yet/);
  });
});

describe('removing a rotation', () => {
  it('takes its overrides with it', () => {
    const roster = addRotation({ ...team(), overrides: [override('ana', '2025-11-27T00:00Z', null)] }, ops);
    const after = removeRotation(roster, 'ops');
    expect(after.rotations).toEqual([]);
    expect(after.overrides).toEqual([]);
  });
  it('is refused while a level names it, which it says', () => {
    const roster = rota('UTC', [layer('2026-11-16')]);
    expect(refusal(() => removeRotation(roster, 'ops'))).toEqual({
      code: 'conflict',
      message: 'Rotation ops is named by policy storage, level 1',
      cure: 'Change these levels first.',
    });
  });
});

describe('a group', () => {
  const dba = addGroup(team(), { id: 'dba', people: ['ana', 'cy', 'ana'] });
  const named = addPolicy(dba, {
    id: 'night',
    levels: [{ people: ['ben'], groups: ['dba'], afterMs: 60_000 }],
    repeat: 0,
  });
  it('is told together, each once', () => {
    expect(dba.groups).toEqual([{ id: 'dba', people: ['ana', 'cy'] }]);
    const roster = { ...named, services: [{ id: 'default', policy: 'night', keyHashes: [] }] };
    expect(duty(roster, 'default', 0, []).levels[0]).toEqual({
      people: ['ben', 'ana', 'cy'],
      afterMs: 60_000,
      because: 'policy night; group dba',
      names: ['ben', 'group dba'],
    });
  });
  it('can be changed and removed', () => {
    expect(editGroup(dba, 'dba', { people: ['ben'] }).groups).toEqual([{ id: 'dba', people: ['ben'] }]);
    expect(removeGroup(dba, 'dba').groups).toEqual([]);
  });
  it('is refused without people, with unknown ones, when taken, and removed while named', () => {
    expect(refusal(() => addGroup(team(), { id: 'dba', people: [] })).message).toMatch(/1 to 50 people/);
    expect(refusal(() => addGroup(team(), { id: 'dba', people: ['ann'] })).cure).toMatch(/mean ana/);
    expect(refusal(() => addGroup(dba, { id: 'dba', people: ['ana'] })).code).toBe('conflict');
    expect(refusal(() => editGroup(dba, 'dab', { people: ['ana'] })).cure).toMatch(
      /mean dba\? Groups are: dba/,
    );
    expect(refusal(() => removeGroup(named, 'dba')).message).toBe(
      'Group dba is named by policy night, level 1',
    );
  });
});
