import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMember, removeMember } from '../../../src/relay/oncall/edits.ts';
import { Shifts } from '../../../src/relay/oncall/rotations/shifts.ts';
import { timelineOf } from '../../../src/relay/oncall/rotations/timeline.ts';
import { zoneOf } from '../../../src/relay/oncall/rotations/zone.ts';
import type { Layer, Roster } from '../../../src/relay/oncall/types.ts';
import { absence, layer, rota } from './cases/row.ts';
import { refusal } from './refusal.ts';
import { layers, minutes, rosterOf, zones } from './rotations/teams.ts';

const MEMBERS = ['ana', 'ben', 'cleo'];
const DAY = 86_400_000;

/** Who has the turns between two instants, as `from person`. */
function turns(roster: Roster, fromMs: number, untilMs: number): string[] {
  const spans = timelineOf(roster, 'ops')?.spans(fromMs, untilMs) ?? [];
  return spans.map((span) => `${new Date(span.fromMs).toISOString()} ${span.person}`);
}

/** The end of the n-th shift from the one under way, and whose the shift under way is. */
function shiftsFrom(roster: Roster, atMs: number): { index: number; endOf: (ahead: number) => number } {
  const rotation = roster.rotations?.[0];
  if (rotation === undefined) throw new Error('there is no rotation');
  const shifts = new Shifts(zoneOf(rotation.zone), rotation.layers[0] as Layer);
  const index = shifts.indexAt(atMs);
  return { index, endOf: (ahead) => shifts.beginMs(index + ahead + 1) };
}

const plain = fc
  .tuple(zones, layers, minutes)
  .map(([zone, { shift, start, handoff }, atMs]) => ({
    roster: rosterOf([...MEMBERS, 'dora'], { zone, layers: [{ members: MEMBERS, shift, start, handoff }] }),
    atMs,
  }))
  // Somebody joins a rotation that has begun.
  .filter(({ roster, atMs }) => shiftsFrom(roster, atMs).index >= 0);

describe('joining a rotation, in any zone at any time', () => {
  it('moves nobody before the end of the round, and everybody by one turn after it', () => {
    const property = fc.property(plain, ({ roster, atMs }) => {
      const after = addMember(roster, { rotation: 'ops', person: 'dora', nowMs: atMs });
      const { index, endOf } = shiftsFrom(roster, atMs);
      const roundMs = endOf(2);
      expect(turns(after, atMs, roundMs)).toEqual(turns(roster, atMs, roundMs));
      for (let ahead = 0; ahead < 9; ahead += 1) {
        const [beginMs, endMs] = [endOf(ahead - 1), endOf(ahead)];
        if (ahead === 0 || beginMs === endMs) continue;
        const inOrder = [0, 1, 2].map((step) => MEMBERS[(index + step) % 3]);
        expect(timelineOf(after, 'ops')?.at(beginMs).person).toBe([...inOrder, 'dora'][ahead % 4]);
      }
    });
    fc.assert(property, { numRuns: 400, seed: 5 });
  }, 60_000);

  it('and leaving it again at once changes nothing', () => {
    const property = fc.property(plain, fc.integer({ min: 1, max: 3 }), ({ roster, atMs }, place) => {
      const joined = addMember(roster, { rotation: 'ops', person: 'dora', place, nowMs: atMs });
      const left = removeMember(joined, { rotation: 'ops', person: 'dora', by: 'root', nowMs: atMs });
      expect(left.overrides).toEqual([]);
      expect(turns(left, atMs, atMs + 200 * DAY)).toEqual(turns(roster, atMs, atMs + 200 * DAY));
    });
    fc.assert(property, { numRuns: 400, seed: 6 });
  }, 60_000);
});

describe('leaving a rotation, in any zone at any time', () => {
  it('gives the shift under way to the next, whose own turn and those behind it stay', () => {
    const property = fc.property(plain, ({ roster, atMs }) => {
      const { index, endOf } = shiftsFrom(roster, atMs);
      const inOrder = [0, 1, 2].map((step) => MEMBERS[(index + step) % 3] as string);
      const after = removeMember(roster, {
        rotation: 'ops',
        person: inOrder[0] as string,
        by: 'root',
        nowMs: atMs,
      });
      const line = timelineOf(after, 'ops');
      expect(line?.at(atMs).person).toBe(inOrder[1]);
      expect(line?.at(endOf(0) - 1).person).toBe(inOrder[1]);
      for (let ahead = 1; ahead < 7; ahead += 1) {
        const [beginMs, endMs] = [endOf(ahead - 1), endOf(ahead)];
        if (beginMs < endMs) expect(line?.at(beginMs).person).toBe(inOrder[ahead % 2 === 1 ? 1 : 2]);
      }
    });
    fc.assert(property, { numRuns: 400, seed: 7 });
  }, 60_000);
});

describe('a member', () => {
  const weekly = rota('Europe/Berlin', [layer('2026-11-16')]);
  /** In Ben's week. */
  const nowMs = Date.parse('2026-11-25T12:00+01:00');
  const at = (roster: Roster, time: string): string | null | undefined =>
    timelineOf(roster, 'ops')?.at(Date.parse(time)).person;

  it('who is away doesn’t take over: the one behind does, until the next is back for their own turn', () => {
    const roster = { ...weekly, absences: [absence('cleo', '2026-11-24T00:00Z', '2026-11-27T00:00Z')] };
    const after = removeMember(roster, { rotation: 'ops', person: 'ben', by: 'root', nowMs });
    expect(at(after, '2026-11-25T13:00+01:00')).toBe('ana');
    expect(at(after, '2026-12-01T12:00+01:00')).toBe('cleo');
  });
  it('who takes over and is away for some of it has only the rest', () => {
    const roster = { ...weekly, absences: [absence('cleo', '2026-11-27T00:00Z', '2026-11-28T00:00Z')] };
    const after = removeMember(roster, { rotation: 'ops', person: 'ben', by: 'root', nowMs });
    const days = ['25', '27', '28'].map((day) => at(after, `2026-11-${day}T18:00Z`));
    expect(days).toEqual(['cleo', 'ana', 'cleo']);
  });
  it('in several places leaves them all', () => {
    const roster = rota('UTC', [layer('2026-11-16', { members: ['ben', 'ana', 'ben', 'cleo'] })]);
    const after = removeMember(roster, { rotation: 'ops', person: 'ben', by: 'root', nowMs });
    expect(new Set(after.rotations?.[0]?.layers[0]?.members)).toEqual(new Set(['ana', 'cleo']));
  });
  it('who has left the roster can still be taken out', () => {
    const roster = rota('UTC', [layer('2026-11-16', { members: ['flo', 'gus', 'ana'] })]);
    const after = removeMember(roster, { rotation: 'ops', person: 'flo', by: 'root', nowMs });
    expect(new Set(after.rotations?.[0]?.layers[0]?.members)).toEqual(new Set(['gus', 'ana']));
  });
  it('of a year with very many nights is replaced by one override', () => {
    const nights = layer('2026-11-16', {
      shift: { every: 12, unit: 'months' },
      during: [{ from: '22:00', until: '06:00' }],
    });
    const roster = rota('UTC', [layer('2026-11-16', { members: ['dora'] }), nights]);
    const after = removeMember(roster, { rotation: 'ops', person: 'ana', by: 'root', nowMs, layer: 2 });
    expect(after.overrides).toMatchObject([{ person: 'ben', instead: 'cleo', why: 'ana left the rotation' }]);
    expect(at(after, '2027-05-01T23:00Z')).toBe('ben');
    expect(at(after, '2027-05-01T12:00Z')).toBe('dora');
  });

  const two = rota('UTC', [layer('2026-11-16'), layer('2026-11-16', { members: ['dora'] })]);
  const refused: [name: string, run: () => unknown, code: string, message: RegExp, cure: RegExp][] = [
    [
      'to join a rotation nobody knows',
      () => addMember(weekly, { rotation: 'opps', person: 'dora', nowMs }),
      'not_found',
      /no rotation opps/,
      /Did you mean ops\? Rotations are: ops/,
    ],
    [
      'somebody nobody knows',
      () => addMember(weekly, { rotation: 'ops', person: 'dorra', nowMs }),
      'not_found',
      /no person dorra/,
      /mean dora/,
    ],
    [
      'a place behind the round',
      () => addMember(weekly, { rotation: 'ops', person: 'dora', nowMs, place: 4 }),
      'usage',
      /no place 4/,
      /1, the next to take over, to 3/,
    ],
    [
      'one of several layers that isn’t named',
      () => addMember(two, { rotation: 'ops', person: 'eli', nowMs }),
      'usage',
      /has 2 layers/,
      /1 to 2/,
    ],
    [
      'a layer that isn’t there',
      () => addMember(two, { rotation: 'ops', person: 'eli', nowMs, layer: 3 }),
      'not_found',
      /no layer 3/,
      /1 to 2/,
    ],
    [
      'to leave where one isn’t',
      () => removeMember(weekly, { rotation: 'ops', person: 'dora', by: 'root', nowMs }),
      'not_found',
      /dora is no member of rotation ops/,
      /ana, ben, cleo/,
    ],
    [
      'the last to leave',
      () => removeMember(two, { rotation: 'ops', person: 'dora', by: 'root', nowMs }),
      'conflict',
      /Nobody would be left in rotation ops, layer 2/,
      /Add somebody else first/,
    ],
    [
      'a 51st member',
      () =>
        addMember(rota('UTC', [layer('2026-11-16', { members: Array.from({ length: 50 }, () => 'ana') })]), {
          rotation: 'ops',
          person: 'ben',
          nowMs,
        }),
      'usage',
      /has 50 members/,
      /Remove somebody/,
    ],
  ];
  it.each(refused)('is refused %s', (_name, run, code, message, cure) => {
    const error = refusal(run);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.cure).toMatch(cure);
  });
});
