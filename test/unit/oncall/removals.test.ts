import { describe, expect, it } from 'vitest';
import {
  addGroup,
  addRotation,
  editPolicy,
  editService,
  removePerson,
  removePolicy,
  removeService,
} from '../../../src/relay/oncall/edits.ts';
import { absence } from './cases/row.ts';
import { refusal } from './refusal.ts';
import { HOUR, NOW, override, team } from './rosters.ts';

describe('removing a person', () => {
  it('takes their absences along', () => {
    const before = team();
    const roster = {
      ...before,
      people: [...before.people, { id: 'dora', name: 'Dora', contacts: [] }],
      absences: ['ana', 'dora'].map((one) => absence(one, '2025-11-27T00:00Z', '2025-11-28T00:00Z')),
      overrides: [override({ person: 'dora', untilMs: NOW })],
    };
    const after = removePerson(roster, 'dora', NOW);
    expect(after.people).toEqual(before.people);
    expect(after.absences?.map((one) => one.person)).toEqual(['ana']);
  });
  it('is refused while anything names them, and says where', () => {
    const shift = { every: 1, unit: 'days' as const };
    const ops = {
      id: 'ops',
      zone: 'UTC',
      layers: [{ members: ['cy', 'ben'], shift, start: '2025-11-24', handoff: '09:00' }],
    };
    const named = addGroup(addRotation(team([override({ untilMs: NOW + HOUR })]), ops), {
      id: 'dba',
      people: ['ben'],
    });
    expect(refusal(() => removePerson(named, 'ben', NOW))).toEqual({
      code: 'conflict',
      message:
        'ben is named by policy storage, level 2; policy front, level 1; rotation ops; group dba; override o1',
      cure: 'Put somebody else there first.',
    });
  });
  it('is refused while the configuration names them to be told when all else fails', () => {
    const roster = { ...team(), people: [...team().people, { id: 'dora', name: 'Dora', contacts: [] }] };
    expect(refusal(() => removePerson(roster, 'dora', NOW, ['ana', 'dora']))).toEqual({
      code: 'conflict',
      message: 'dora is told when all else fails: catchAll in relay.yaml names them',
      cure: 'Take them out of it on every host and reload relay there, then remove them.',
    });
    expect(removePerson(roster, 'dora', NOW, ['ana']).people.map((one) => one.id)).not.toContain('dora');
  });

  it('is refused for the last one, and for somebody nobody knows', () => {
    const alone = { ...team(), people: team().people.slice(0, 1), policies: [] };
    expect(refusal(() => removePerson(alone, 'ana', NOW)).message).toMatch(/Nobody would be left/);
    expect(refusal(() => removePerson(team(), 'anna', NOW)).cure).toMatch(/mean ana/);
  });
});

describe('a service', () => {
  it('can be given another policy, and removed', () => {
    expect(editService(team(), 'db', { policy: 'front' }).services[1]).toMatchObject({
      id: 'db',
      policy: 'front',
    });
    const before = team();
    expect(editService(before, 'db', { policy: 'storage' })).toBe(before);
    expect(removeService(team(), 'db').services.map((one) => one.id)).toEqual(['default', 'web']);
  });
  it('stays when alerts without a service go there, and is refused when nobody knows it or its policy', () => {
    expect(refusal(() => removeService(team(), 'default')).message).toMatch(/names no other service/);
    expect(refusal(() => removeService(team(), 'dbx')).cure).toMatch(/mean db/);
    expect(refusal(() => editService(team(), 'db', { policy: 'frnt' })).cure).toMatch(/mean front/);
  });
});

describe('a policy', () => {
  const before = team([
    override({ level: 2 }),
    override({ id: 'o2' }),
    override({ id: 'o3', policy: 'front' }),
  ]);
  it('can be given other levels or repeats; overrides of levels that are gone go too', () => {
    const level = { people: ['cy'], afterMs: 1_000 };
    const after = editPolicy(before, 'storage', { levels: [level] });
    expect(after.policies[1]).toEqual({ id: 'storage', levels: [level], repeat: 2 });
    expect(after.overrides.map((one) => one.id)).toEqual(['o2', 'o3']);
    expect(editPolicy(before, 'storage', { repeat: 9 }).policies[1]).toEqual({
      ...before.policies[1],
      repeat: 9,
    });
  });
  it('is refused what adding refuses, and nothing at all', () => {
    expect(refusal(() => editPolicy(before, 'storage', { levels: [] })).message).toMatch(/1 to 20 levels/);
    expect(refusal(() => editPolicy(before, 'storage', { repeat: -1 })).message).toMatch(/repeats 0 to 100/);
    expect(refusal(() => editPolicy(before, 'storage', {})).message).toMatch(/Nothing is to be changed/);
    for (const names of [{ rotations: ['ops'] }, { groups: ['dba'] }]) {
      const levels = [{ people: [], afterMs: 1_000, ...names }];
      expect(refusal(() => editPolicy(before, 'storage', { levels })).code).toBe('not_found');
    }
  });
  it('can be removed with its overrides once no service uses it', () => {
    expect(refusal(() => removePolicy(before, 'storage')).message).toBe(
      'Policy storage is used by service db',
    );
    const after = removePolicy(editService(before, 'db', { policy: 'front' }), 'storage');
    expect(after.policies.map((one) => one.id)).toEqual(['default', 'front']);
    expect(after.overrides.map((one) => one.id)).toEqual(['o3']);
  });
});
