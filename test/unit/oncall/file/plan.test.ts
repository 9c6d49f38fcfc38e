/** What a plan says: which people, when, whose turns jump; and where a roster would reach nobody. */
import { describe, expect, it, test } from 'vitest';
import { SEVERITIES } from '../../../../src/relay/events/types.ts';
import {
  addMember,
  addPerson,
  emptyRoster,
  removeMember,
  setOncall,
} from '../../../../src/relay/oncall/edits.ts';
import { buildRoster } from '../../../../src/relay/oncall/file/build.ts';
import { coverageWarnings } from '../../../../src/relay/oncall/file/coverage.ts';
import { differences } from '../../../../src/relay/oncall/file/differences.ts';
import { planOf } from '../../../../src/relay/oncall/file/plan.ts';
import { jumpLines, oncallLines } from '../../../../src/relay/oncall/file/plan-words.ts';
import { peopleAt } from '../../../../src/relay/oncall/level.ts';
import type { Roster } from '../../../../src/relay/oncall/types.ts';
import { duty, policyOf } from '../../../../src/relay/oncall/who.ts';

/** Saturday. */
const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const BERLIN = 'Europe/Berlin';
const layer = { members: ['ana', 'ben'], shift: '1 week', start: '2026-11-09', handoff: '09:00' };

const PLAIN = {
  people: {
    ana: { phone: '+15550100' },
    ben: { email: 'ben@example.com' },
    cleo: { email: 'cleo@example.com' },
  },
  rotations: { ops: { zone: BERLIN, layers: [layer] } },
  policies: {
    default: {
      levels: [
        { rotations: ['ops'], after: '5m' },
        { people: ['cleo'], after: '5m' },
      ],
    },
  },
  services: { db: { policy: 'default' }, web: { policy: 'default' } },
  defaultService: 'db',
};

function roster(plain: object = {}, base: Roster = emptyRoster()): Roster {
  const { roster: built, problems } = buildRoster(base, { ...PLAIN, ...plain }, { by: 'ana', nowMs: NOW_MS });
  expect(problems).toEqual([]);
  return built;
}

const ops = (members: string[], more: object = {}) => ({
  rotations: { ops: { zone: BERLIN, layers: [{ ...layer, members, ...more }] } },
});

const lines = (before: Roster, after: Roster): string[] => oncallLines(planOf(before, after, NOW_MS), BERLIN);

describe('who would be on call differently', () => {
  test.each<[string, object, string[]]>([
    [
      'nobody, when only a name changes',
      { people: { ...PLAIN.people, ana: { name: 'Ana L.', phone: '+15550100' } } },
      [],
    ],
    [
      'a week, when two swap places in the list',
      ops(['ben', 'ana']),
      [
        'db, web level 1: now - Mon 23 Nov 09:00: ana instead of ben',
        'db, web level 1: Mon 23 Nov 09:00 - Mon 30 Nov 09:00: ben instead of ana',
        'db, web level 1: Mon 30 Nov 09:00 - Mon 7 Dec 09:00: ana instead of ben',
        'db, web level 1: Mon 7 Dec 09:00 - Mon 14 Dec 09:00: ben instead of ana',
        'db, web level 1: Mon 14 Dec 09:00 - and on: ana instead of ben',
      ],
    ],
    [
      'an hour each week, when the handoff is later',
      ops(['ana', 'ben'], { handoff: '10:00' }),
      [
        'db, web level 1: Mon 23 Nov 09:00 - Mon 23 Nov 10:00: ben instead of ana',
        'db, web level 1: Mon 30 Nov 09:00 - Mon 30 Nov 10:00: ana instead of ben',
        'db, web level 1: Mon 7 Dec 09:00 - Mon 7 Dec 10:00: ben instead of ana',
        'db, web level 1: Mon 14 Dec 09:00 - Mon 14 Dec 10:00: ana instead of ben',
      ],
    ],
    [
      'everybody of a level that is gone, and of one that is new',
      {
        policies: {
          default: { levels: [{ rotations: ['ops'], after: '5m' }] },
          front: { levels: [{ people: ['ana', 'ben'], after: '5m' }] },
        },
        services: { db: { policy: 'default' }, web: { policy: 'front' } },
      },
      [
        'db, web level 2: now - and on: nobody instead of cleo',
        'web level 1: now - Mon 23 Nov 09:00: ana, ben instead of ben',
        'web level 1: Mon 23 Nov 09:00 - Mon 30 Nov 09:00: ana, ben instead of ana',
        'web level 1: Mon 30 Nov 09:00 - Mon 7 Dec 09:00: ana, ben instead of ben',
        'web level 1: Mon 7 Dec 09:00 - Mon 14 Dec 09:00: ana, ben instead of ana',
        'web level 1: Mon 14 Dec 09:00 - and on: ana, ben instead of ben',
      ],
    ],
    [
      'a service that is new',
      {
        services: { ...PLAIN.services, mail: { policy: 'front' } },
        policies: { ...PLAIN.policies, front: { levels: [{ people: ['ben'], after: '5m' }] } },
      },
      ['mail level 1: now - and on: ben instead of nobody'],
    ],
    [
      'a rotation that no policy names',
      {
        rotations: { ...PLAIN.rotations, spare: { zone: BERLIN, layers: [{ ...layer, members: ['cleo'] }] } },
      },
      ['rotation spare: now - and on: cleo instead of nobody'],
    ],
    [
      'a service that goes, whose alerts are told as those of the default one',
      {
        services: { web: PLAIN.services.web },
        defaultService: 'web',
        policies: { default: { levels: [{ people: ['cleo'], after: '5m' }] } },
      },
      [
        'web, db level 1: now - Mon 23 Nov 09:00: cleo instead of ben',
        'web, db level 1: Mon 23 Nov 09:00 - Mon 30 Nov 09:00: cleo instead of ana',
        'web, db level 1: Mon 30 Nov 09:00 - Mon 7 Dec 09:00: cleo instead of ben',
        'web, db level 1: Mon 7 Dec 09:00 - Mon 14 Dec 09:00: cleo instead of ana',
        'web, db level 1: Mon 14 Dec 09:00 - and on: cleo instead of ben',
        'web, db level 2: now - and on: nobody instead of cleo',
      ],
    ],
  ])('%s', (_what, plain, expected) => {
    expect(lines(roster(), roster(plain))).toEqual(expected);
  });

  it('a rotation that only a policy without a service names', () => {
    const named = (members: string[]) =>
      roster({
        rotations: { ...PLAIN.rotations, spare: { zone: BERLIN, layers: [{ ...layer, members }] } },
        policies: { ...PLAIN.policies, front: { levels: [{ rotations: ['spare'], after: '5m' }] } },
      });
    expect(lines(named(['cleo']), named(['ana']))).toEqual([
      'rotation spare: now - and on: ana instead of cleo',
    ]);
  });

  it('an override, from when it begins until it ends', () => {
    const before = roster();
    const after = setOncall(before, {
      person: 'cleo',
      rotation: 'ops',
      fromMs: Date.parse('2026-11-24T08:00:00Z'),
      untilMs: Date.parse('2026-11-25T08:00:00Z'),
      by: 'ana',
      nowMs: NOW_MS,
    });
    expect(lines(before, after)).toEqual([
      'db, web level 1: Tue 24 Nov 09:00 - Wed 25 Nov 09:00: cleo instead of ana',
    ]);
  });

  it('is what the two rosters answer at every hour of the four weeks', () => {
    const hourly = (members: string[]) =>
      ops(members, { shift: '7 hours', during: ['mon-fri 08:00-18:00', '22:00-03:00'] });
    const [before, after] = [
      roster(hourly(['ana', 'ben', 'cleo'])),
      roster(hourly(['ben', 'cleo', 'ana', 'ana'])),
    ];
    const { oncall, more } = planOf(before, after, NOW_MS);
    expect(more).toBe(0);
    for (let atMs = NOW_MS; atMs < NOW_MS + 28 * 86_400_000; atMs += 3_600_000) {
      const [was, is] = [before, after].map((one) => {
        const { policy } = policyOf(one, 'db');
        return policy === null ? [] : peopleAt(one, policy, 1, atMs);
      });
      const told = oncall.filter(
        (one) => one.id === 'db' && one.level === 1 && one.fromMs <= atMs && atMs < one.untilMs,
      );
      const expected = JSON.stringify(was) === JSON.stringify(is) ? [] : [{ before: was, after: is }];
      expect(told.map((one) => ({ before: one.before, after: one.after }))).toEqual(expected);
    }
  });

  /** Info waits for the morning, errors go by night at night; level 2 is not for info. */
  const byRules = (office: string) =>
    roster({
      policies: {
        default: {
          zone: BERLIN,
          levels: [
            { rotations: ['ops'], after: '5m' },
            { people: ['cleo'], after: '5m', severities: ['critical', 'error', 'warning', 'unknown'] },
          ],
          rules: [
            // oxlint-disable-next-line unicorn/no-thenable -- the key of the file
            { severities: ['info', 'warning'], outside: [office], then: 'wait' },
            { severities: ['error'], during: ['22:00-06:00'], policy: 'night' },
          ],
        },
        night: { levels: [{ people: ['ben'], after: '5m' }] },
      },
    });

  it('sees rules: what waits, what goes by another policy, which severities it is for', () => {
    expect(lines(roster(), byRules('mon-fri 08:00-18:00')).slice(0, 5)).toEqual([
      'db, web, only warning, info: now - Mon 23 Nov 08:00: waits, by a rule',
      'db, web, only warning, info: Mon 23 Nov 18:00 - Tue 24 Nov 08:00: waits, by a rule',
      'db, web, only warning, info: Tue 24 Nov 18:00 - Wed 25 Nov 08:00: waits, by a rule',
      'db, web, only warning, info: Wed 25 Nov 18:00 - Thu 26 Nov 08:00: waits, by a rule',
      'db, web, only warning, info: Thu 26 Nov 18:00 - Fri 27 Nov 08:00: waits, by a rule',
    ]);
    expect(lines(roster(), byRules('mon-fri 08:00-18:00'))).toContain(
      'db, web level 1, only error: Mon 23 Nov 22:00 - Tue 24 Nov 06:00: ben instead of ana',
    );
    expect(lines(byRules('mon-fri 08:00-18:00'), byRules('mon-fri 09:00-18:00'))).toContain(
      'db, web, only warning, info: Mon 23 Nov 08:00 - Mon 23 Nov 09:00: waits, by a rule',
    );
  });

  it('is what the duty of every severity is at every hour of eight days, under rules that change', () => {
    const [before, after] = [byRules('mon-fri 08:00-18:00'), byRules('mon-sat 07:00-17:00')];
    const moved = setOncall(after, {
      person: 'cleo',
      rotation: 'ops',
      untilMs: NOW_MS + 5 * 86_400_000,
      by: 'ana',
      nowMs: NOW_MS,
    });
    const { oncall, more } = planOf(before, moved, NOW_MS);
    expect(more).toBe(0);
    for (let atMs = NOW_MS; atMs < NOW_MS + 8 * 86_400_000; atMs += 3_600_000) {
      for (const severity of SEVERITIES) {
        const [was, is] = [before, moved].map((one) => {
          const { wait, levels } = duty(one, 'db', atMs, [], BERLIN, { severity });
          return wait === undefined ? levels.map((level) => level.people) : null;
        });
        const told = oncall.filter(
          ({ id, fromMs, untilMs, severities }) =>
            id === 'db' && fromMs <= atMs && atMs < untilMs && (severities?.includes(severity) ?? true),
        );
        const patched =
          was === null || is === null
            ? is
            : was?.map((people, index) => {
                const change = told.find((one) => one.level === index + 1);
                if (change !== undefined) expect(change.before).toEqual(people);
                return change?.after ?? people;
              });
        expect(told.map((one) => one.waits ?? 'told').includes(is === null ? 'after' : 'before')).toBe(
          (was === null) !== (is === null),
        );
        expect(patched?.slice(0, is?.length)).toEqual(is ?? undefined);
      }
    }
  });
});

describe('turns that jump', () => {
  const jumpsOf = (plain: object): string[] =>
    jumpLines(planOf(roster(), roster(plain), NOW_MS).jumps, BERLIN);

  it('are said when somebody joins under the same start, with what to write instead', () => {
    expect(jumpsOf(ops(['ana', 'ben', 'cleo']))).toEqual([
      "rotation ops, layer 1: with cleo in under the same start the others' turns jump.",
      '  So that nobody moves, write: start: 2026-11-16, handoff: "09:00", members: [ben, ana, cleo]',
    ]);
  });

  it('are none with what was to be written instead: the others keep their turns, as by command', () => {
    const plain = ops(['ben', 'ana', 'cleo'], { start: '2026-11-16' });
    expect(jumpsOf(plain)).toEqual([]);
    const byCommand = addMember(roster(), { rotation: 'ops', person: 'cleo', nowMs: NOW_MS });
    expect(lines(byCommand, roster(plain))).toEqual([]);
    expect(lines(roster(), roster(plain))).toEqual([
      'db, web level 1: Mon 30 Nov 09:00 - Mon 7 Dec 09:00: cleo instead of ben',
      'db, web level 1: Mon 7 Dec 09:00 - Mon 14 Dec 09:00: ben instead of ana',
      'db, web level 1: Mon 14 Dec 09:00 - and on: ana instead of ben',
    ]);
  });

  it('are said when somebody leaves, also whoever has the shift now', () => {
    const three = ops(['ana', 'ben', 'cleo']);
    const before = roster(three);
    const [holder] = peopleAt(before, before.policies[0] ?? { id: '', levels: [], repeat: 0 }, 1, NOW_MS);
    expect(holder).toBe('ben');
    const after = roster(ops(['ana', 'cleo']));
    const [jump] = planOf(before, after, NOW_MS).jumps;
    const byCommand = removeMember(before, { rotation: 'ops', person: 'ben', by: 'ana', nowMs: NOW_MS });
    expect(jump).toMatchObject({
      rotation: 'ops',
      added: [],
      removed: ['ben'],
      instead: {
        start: byCommand.rotations?.[0]?.layers[0]?.start,
        members: byCommand.rotations?.[0]?.layers[0]?.members,
      },
    });
  });

  it('are none when only the order or the start changes: that is meant', () => {
    expect(jumpsOf(ops(['ben', 'ana']))).toEqual([]);
    expect(jumpsOf(ops(['ana', 'ben', 'cleo'], { start: '2026-11-16' }))).toEqual([]);
  });
});

describe('changes in words', () => {
  it('are one line each, and none for what is the same', () => {
    const before = roster();
    expect(differences(before, { ...before, version: 99 })).toEqual([]);
    const after = roster({
      people: {
        ana: { phone: '+15550101', zone: BERLIN },
        cleo: PLAIN.people.cleo,
        dora: { email: 'dora@example.com' },
      },
      ...ops(['ana', 'cleo'], { during: ['mon-fri 09:00-17:00'] }),
      policies: {
        default: {
          levels: [
            { rotations: ['ops'], after: '10m' },
            { people: ['cleo'], after: '5m' },
          ],
          repeat: 1,
        },
      },
      overrides: [{ person: 'cleo', rotation: 'ops', from: '2026-11-24T08:00:00Z' }],
    });
    expect(differences(before, after)).toEqual([
      '~ person ana, phone: +15550100 -> +15550101',
      '~ person ana, zone: nothing -> Europe/Berlin',
      '- person ben',
      '+ person dora: name dora, email dora@example.com',
      '~ rotation ops, layers 1, members: [ana, ben] -> [ana, cleo]',
      '~ rotation ops, layers 1, during: nothing -> [mon-fri 09:00-17:00]',
      '~ policy default, levels 1, after: 5m -> 10m',
      '~ policy default, repeat: nothing -> 1',
      '+ override: person cleo, rotation ops, from 2026-11-24T08:00:00Z, id 1.ops, by ana, made 2026-11-21T12:00:00Z',
    ]);
  });
});

describe('a roster that would reach nobody', () => {
  const warned = (one: Roster): string[] =>
    coverageWarnings(one, NOW_MS).map(({ path, text }) => `${path.join('.')}: ${text}`);

  it('is none when somebody can be paged at each level at all times', () => {
    expect(warned(roster())).toEqual([]);
  });

  it('is said of people, gaps and levels', () => {
    const off = { contacts: [{ channel: 'sms', address: '+15550100', disabled: 'STOP' }] };
    const built = roster({
      people: { ...PLAIN.people, cleo: off, ana: { email: 'ana@example.com' } },
      ...ops(['ana', 'ben'], { during: ['mon-fri 09:00-17:00'] }),
    });
    expect(warned(built)).toEqual([
      'people.cleo: cleo has no contact that works: pages to them go nowhere',
      'rotations.ops: rotation ops has a gap: nobody from now until Mon 23 Nov 09:00 (Europe/Berlin), and 20 more in the next four weeks',
      'policies.default.levels.1: this level can reach nobody in the next four weeks',
    ]);
  });

  it('is said of a rotation that has not begun', () => {
    const built = roster(ops(['ana', 'ben'], { start: '2027-06-01' }));
    expect(warned(built)).toEqual([
      'rotations.ops: rotation ops has nobody in the next four weeks',
      'policies.default.levels.0: this level can reach nobody in the next four weeks',
    ]);
    const filled = setOncall(addPerson(built, { id: 'dora', email: 'd@example.com' }), {
      person: 'dora',
      service: 'db',
      fromMs: NOW_MS + 3_600_000,
      by: 'ana',
      nowMs: NOW_MS,
    });
    expect(warned(filled)).toEqual(['rotations.ops: rotation ops has nobody in the next four weeks']);
  });
});
