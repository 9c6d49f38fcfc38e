/** What is said of levels that could reach nobody, and to whom. */
import { expect, test } from 'vitest';
import { ReachWatch } from '../../../src/relay/daemon/reach-watch.ts';
import type { Alarm } from '../../../src/relay/daemon/own-alarm.ts';
import { addPerson, addRotation, disableContact, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { HandClock } from '../../contract/hand-clock.ts';

const NOW_MS = Date.UTC(2026, 10, 16);

function roster(isCovered: boolean): Roster {
  const people = ['ana', 'ben'].reduce(
    (base, id, index) => addPerson(base, { id, phone: `+1555010${index}` }),
    emptyRoster(),
  );
  const during = [{ from: '09:00', until: '17:00' }];
  const rotated = addRotation(people, {
    id: 'days',
    zone: 'UTC',
    layers: [
      { members: ['ana'], shift: { every: 1, unit: 'weeks' }, start: '2026-11-02', handoff: '00:00', during },
    ],
  });
  const second = isCovered ? [{ people: ['ben'], afterMs: 60_000 }] : [];
  return {
    ...rotated,
    policies: [
      { id: 'ops', levels: [{ people: [], rotations: ['days'], afterMs: 60_000 }, ...second], repeat: 0 },
    ],
    services: [{ id: 'db', policy: 'ops', keyHashes: [] }],
  };
}

function watching(first: Roster) {
  let present = first;
  let nowMs = NOW_MS;
  const clock = new HandClock();
  const standing = new Map<string, string>();
  const alarms = new Map<string, Alarm>();
  const state = { isMine: true };
  const watch = new ReachWatch({
    roster: () => present,
    works: () => true,
    problems: { raise: (id, text) => void standing.set(id, text), clear: (id) => void standing.delete(id) },
    alarm: {
      raise: (key, alarm) => void alarms.set(key, alarm),
      clear: (key) => void alarms.delete(key),
      forget: (key) => void alarms.delete(key),
    },
    isMine: () => state.isMine,
    clock,
    nowMs: () => nowMs,
    zone: 'UTC',
  });
  watch.start();
  return {
    state,
    problem: () => standing.get('reach') ?? null,
    alarm: () => alarms.get('reach')?.summary ?? null,
    edit: (next: Roster) => (present = next),
    pass: (ms: number) => {
      nowMs += ms;
      clock.pass(30_000);
    },
  };
}

test('a gap that another level covers is a problem and no incident', () => {
  const { pass, problem, alarm, edit } = watching(roster(true));
  pass(0);
  expect(problem()).toBe('level 1 of policy ops reaches nobody now until Mon 09:00 UTC: nobody is on call');
  expect(alarm()).toBeNull();
  edit({ ...roster(true), policies: [{ id: 'ops', levels: [{ people: ['ben'], afterMs: 1 }], repeat: 0 }] });
  pass(0);
  expect(problem()).toBeNull();
});

test('a policy that reaches nobody at all for a time is an incident of relay itself', () => {
  const { pass, problem, alarm, edit } = watching(roster(false));
  pass(0);
  expect(alarm()).toBe('policy ops reaches nobody now until Mon 09:00 UTC: nobody is on call');
  expect(problem()).toBe(alarm());
  edit(roster(true));
  pass(0);
  expect(alarm()).toBeNull();
});

test('so is a level whose people have no contact that works', () => {
  const off = disableContact(roster(true), {
    person: 'ben',
    channel: 'sms',
    address: '+15550101',
    why: 'STOP',
  });
  const { pass, alarm } = watching(off);
  pass(0);
  expect(alarm()).toMatch(/^policy ops reaches nobody now/);
});

test('one host opens the incident, and all have the problem', () => {
  const { pass, problem, alarm, state } = watching(roster(false));
  state.isMine = false;
  pass(0);
  expect(problem()).not.toBeNull();
  expect(alarm()).toBeNull();
  state.isMine = true;
  pass(0);
  expect(alarm()).not.toBeNull();
});

test('with time it is looked at anew', () => {
  const { pass, problem } = watching(roster(true));
  pass(0);
  pass(10 * 60 * 60_000);
  expect(problem()).toMatch(/reaches nobody from Mon 17:00 UTC until Tue 09:00 UTC/);
});
