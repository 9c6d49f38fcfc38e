/** Who hears of a change of stand-ins, and what. */
import { expect, test } from 'vitest';
import { concerned } from '../../../src/relay/oncall/concerned.ts';
import {
  addPerson,
  addRotation,
  emptyRoster,
  setOncall,
  swap,
  unsetOncall,
} from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';

const at = (text: string): number => Date.parse(`${text}:00Z`);
const NOW_MS = at('2026-11-16T12:00');

/** Days from midnight: Ana on the 16th, Ben, Cy, and so on. */
function team(): Roster {
  const people = [
    { id: 'ana', name: 'Ana', zone: 'Europe/Berlin' },
    { id: 'ben', name: 'Ben' },
    { id: 'cy', name: 'Cy' },
  ].reduce((base, one) => addPerson(base, { ...one, email: `${one.id}@example.com` }), emptyRoster());
  const rotated = addRotation(people, {
    id: 'ops',
    zone: 'UTC',
    layers: [
      {
        members: ['ana', 'ben', 'cy'],
        shift: { every: 1, unit: 'days' },
        start: '2026-11-16',
        handoff: '00:00',
      },
    ],
  });
  return {
    ...rotated,
    version: 4,
    policies: [{ id: 'storage', levels: [{ people: ['ben'], afterMs: 60_000 }], repeat: 0 }],
    services: [{ id: 'db', policy: 'storage', keyHashes: [] }],
  };
}

/** `ana: …`, one line each. */
function told(before: Roster, after: Roster, nowMs = NOW_MS): string[] {
  const all = concerned({ before, after, by: 'cy', nowMs, zone: 'UTC' });
  return [...all].map(([person, { text }]) => `${person}: ${text}`);
}

test('two people who swap hear of both shifts, each in their own zone', () => {
  const after = swap(team(), {
    a: 'ben',
    aShiftAt: at('2026-11-17T12:00'),
    b: 'ana',
    bShiftAt: at('2026-11-19T12:00'),
    why: 'school',
    by: 'cy',
    nowMs: NOW_MS,
  });
  expect(told(team(), after)).toEqual([
    'ana: You are on call in rotation ops from Tue 01:00 CET until Wed 01:00 CET in place of Ben (school); Ben is on call in rotation ops in your place from Thu 01:00 CET until Fri 01:00 CET (school). By cy',
    'ben: Ana is on call in rotation ops in your place from Tue 00:00 UTC until Wed 00:00 UTC (school); You are on call in rotation ops from Thu 00:00 UTC until Fri 00:00 UTC in place of Ana (school). By cy',
  ]);
});

test('who is set on call hears of it, and so do those whose turns it is about', () => {
  const base = { person: 'cy', rotation: 'ops', by: 'cy', nowMs: NOW_MS };
  const after = setOncall(team(), { ...base, untilMs: at('2026-11-17T12:00') });
  expect(told(team(), after)).toEqual([
    'cy: You are on call in rotation ops from now until Tue 12:00 UTC in place of Ana, Ben. By cy',
    'ana: Cy is on call in rotation ops in your place from now until Tue 13:00 CET. By cy',
    'ben: Cy is on call in rotation ops in your place from now until Tue 12:00 UTC. By cy',
  ]);
  const level = setOncall(team(), { person: 'ana', service: 'db', by: 'cy', nowMs: NOW_MS });
  expect(told(team(), level)).toEqual([
    'ana: You are on call on level 1 of policy storage from now until it is changed in place of Ben. By cy',
    'ben: Ana is on call on level 1 of policy storage in your place from now until it is changed. By cy',
  ]);
});

test('the end of a stand-in is told to both sides', () => {
  const before = setOncall(team(), {
    person: 'cy',
    rotation: 'ops',
    untilMs: at('2026-11-16T20:00'),
    by: 'cy',
    nowMs: NOW_MS,
  });
  const after = unsetOncall(before, { person: 'cy', nowMs: NOW_MS });
  expect(told(before, after)).toEqual([
    'cy: You are not on call in rotation ops from now until Mon 20:00 UTC: Ana is. By cy',
    'ana: You are on call in rotation ops again: Cy does not stand in from now until Mon 21:00 CET. By cy',
  ]);
  expect(told(before, after, at('2026-11-16T21:00')), 'it was over').toEqual([]);
});

test('what is set anew for the same person is told once, as it is now', () => {
  const edit = { person: 'cy', rotation: 'ops', by: 'cy', nowMs: NOW_MS };
  const before = setOncall(team(), { ...edit, untilMs: at('2026-11-16T20:00') });
  const after = setOncall({ ...before, version: 5 }, { ...edit, untilMs: at('2026-11-16T22:00') });
  expect(after.overrides).toHaveLength(1);
  expect(told(before, after).map((line) => line.slice(0, 60))).toEqual([
    'cy: You are on call in rotation ops from now until Mon 22:00',
    'ana: Cy is on call in rotation ops in your place from now un',
  ]);
});

test('a mail has a line for each change, and says who made it', () => {
  const after = setOncall(team(), {
    person: 'cy',
    rotation: 'ops',
    untilMs: at('2026-11-16T20:00'),
    by: 'cy',
    nowMs: NOW_MS,
  });
  const all = concerned({ before: team(), after, by: 'cy', nowMs: NOW_MS, zone: 'UTC' });
  expect(all.get('ana')).toMatchObject({
    subject: 'On call: a change',
    details:
      'Cy is on call in rotation ops in your place from now until Mon 21:00 CET.\n\nChanged by cy. See: relay oncall next ana',
  });
});
