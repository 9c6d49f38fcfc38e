/** Levels that could reach nobody. */
import { expect, test } from 'vitest';
import { unreached } from '../../../src/relay/oncall/reach.ts';
import {
  addPerson,
  addRotation,
  disableContact,
  emptyRoster,
  setOncall,
} from '../../../src/relay/oncall/edits.ts';
import type { PolicyLevel, Roster } from '../../../src/relay/oncall/types.ts';

const at = (text: string): number => Date.parse(`${text}:00Z`);
const FROM = at('2026-11-16T00:00');
const UNTIL = at('2026-11-23T00:00');
const level = (change: Partial<PolicyLevel>): PolicyLevel => ({ people: [], afterMs: 60_000, ...change });

/** Rotation `days` has somebody from 09:00 to 17:00. */
function team(levels: PolicyLevel[], more: Partial<Roster> = {}): Roster {
  const people = ['ana', 'ben'].reduce(
    (base, id, index) => addPerson(base, { id, phone: `+1555010${index}` }),
    emptyRoster(),
  );
  const rotated = addRotation(people, {
    id: 'days',
    zone: 'UTC',
    layers: [
      {
        members: ['ana'],
        shift: { every: 1, unit: 'weeks' },
        start: '2026-11-02',
        handoff: '00:00',
        during: [{ from: '09:00', until: '17:00' }],
      },
    ],
  });
  return {
    ...rotated,
    policies: [{ id: 'ops', levels, repeat: 0 }],
    services: [{ id: 'db', policy: 'ops', keyHashes: [] }],
    ...more,
  };
}

const found = (roster: Roster, works = true): string[] =>
  unreached(roster, FROM, UNTIL, () => works).map((one) => {
    const time = (ms: number): string => new Date(ms).toISOString().slice(8, 16);
    return `${one.policy} ${one.level ?? 'whole'} ${time(one.fromMs)}-${time(one.untilMs)} ${one.why}`;
  });

test('a level with somebody at all times is no problem', () => {
  expect(found(team([level({ people: ['ana'] }), level({ people: ['ben'] })]))).toEqual([]);
});

test('a gap in a rotation is told with its first stretch', () => {
  expect(found(team([level({ rotations: ['days'] }), level({ people: ['ben'] })]))).toEqual([
    'ops 1 16T00:00-16T09:00 nobody',
  ]);
});

test('a gap that nobody else covers is one of the whole policy', () => {
  expect(found(team([level({ rotations: ['days'] })]))).toEqual([
    'ops whole 16T00:00-16T09:00 nobody',
    'ops 1 16T00:00-16T09:00 nobody',
  ]);
});

test('an override that ends leaves the gap behind it', () => {
  const roster = setOncall(team([level({ rotations: ['days'] }), level({ people: ['ben'] })]), {
    person: 'ben',
    service: 'db',
    untilMs: at('2026-11-16T20:00'),
    by: 'ana',
    nowMs: FROM,
  });
  expect(found(roster)).toEqual(['ops 1 16T20:00-17T09:00 nobody']);
});

test('people without a contact that works are nobody', () => {
  const roster = team([level({ people: ['ana'] }), level({ people: ['ben'] })]);
  const off = disableContact(roster, { person: 'ana', channel: 'sms', address: '+15550100', why: 'STOP' });
  expect(found(off)).toEqual(['ops 1 16T00:00-23T00:00 contacts']);
  expect(found(roster, false), 'no transport for texts is configured').toEqual([
    'ops whole 16T00:00-23T00:00 contacts',
    'ops 1 16T00:00-23T00:00 contacts',
    'ops 2 16T00:00-23T00:00 contacts',
  ]);
});

test('a policy that no service goes by is left alone, one that a rule leads to is not', () => {
  const levels = [level({ rotations: ['days'] })];
  const unused = team([level({ people: ['ana'] })]);
  const night = { id: 'night', levels, repeat: 0 };
  expect(found({ ...unused, policies: [...unused.policies, night] })).toEqual([]);
  const [ops] = unused.policies;
  const ruled = {
    ...unused,
    policies: [
      { ...ops, id: 'ops', levels: ops?.levels ?? [], repeat: 0, rules: [{ does: { policy: 'night' } }] },
      night,
    ],
  };
  expect(found(ruled)).toHaveLength(2);
});
