import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DutyCache } from '../../../src/relay/daemon/duty.ts';
import type { Severity } from '../../../src/relay/events/types.ts';
import { addPolicy, editPolicy, removePolicy } from '../../../src/relay/oncall/edits.ts';
import { buildRoster } from '../../../src/relay/oncall/file/build.ts';
import { writeParts } from '../../../src/relay/oncall/file/parts.ts';
import type { Policy, PolicyRule, Roster } from '../../../src/relay/oncall/types.ts';
import { dutyHoldsUntilMs, oncallOf } from '../../../src/relay/oncall/upcoming.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { refusal } from './refusal.ts';
import { team } from './rosters.ts';

const BERLIN = 'Europe/Berlin';
const OFFICE = { days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, from: '08:00', until: '18:00' };
const office = { ...OFFICE, days: [...OFFICE.days] };
const at = (local: string): number =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(BERLIN).epochMilliseconds;

/** db's policy with rules: low severity waits for the morning, errors go by front at night. */
const RULES: PolicyRule[] = [
  { severities: ['info', 'warning'], outside: [office], does: 'wait' },
  { severities: ['error'], during: [{ from: '22:00', until: '06:00' }], does: { policy: 'front' } },
];
const withRules = (rules: PolicyRule[] = RULES): Roster =>
  editPolicy(team(), 'storage', { zone: BERLIN, rules });

describe('a rule that waits', () => {
  it('has nobody told until the morning, by the clock on the wall, and says why', () => {
    const friday = at('2026-10-23T19:30');
    // The clocks change on Sunday: Monday 08:00 is an hour later than 60.5 hours from now.
    const { wait } = duty(withRules(), 'db', friday, [], BERLIN, { severity: 'info' });
    expect(wait?.untilMs).toBe(at('2026-10-26T08:00'));
    expect(wait?.why).toBe(
      'waits until Mon 08:00 CET: info outside mon-fri 08:00-18:00 (rule 1 of policy storage)',
    );
  });

  it('is for its severities and its hours alone', () => {
    const waits = (severity: Severity, when: string): boolean =>
      duty(withRules(), 'db', at(when), [], BERLIN, { severity }).wait !== undefined;
    expect(waits('critical', '2026-11-20T19:30')).toBe(false);
    expect(waits('info', '2026-11-20T17:59:59')).toBe(false);
    expect(waits('info', '2026-11-20T18:00')).toBe(true);
    expect(waits('warning', '2026-11-23T07:59:59')).toBe(true);
    expect(waits('warning', '2026-11-23T08:00')).toBe(false);
  });

  it('waits for the first rule that lets somebody be told, over several that wait', () => {
    const rules: PolicyRule[] = [
      { outside: [{ from: '08:00', until: '24:00' }], does: 'wait' },
      { during: [{ from: '08:00', until: '09:00' }], does: 'wait' },
    ];
    const answer = duty(withRules(rules), 'db', at('2026-11-20T03:00'), [], BERLIN, { severity: 'info' });
    expect(answer.wait?.untilMs).toBe(at('2026-11-20T09:00'));
  });

  it('does not count for an incident that was given a policy by a person', () => {
    const asked = { severity: 'info', policy: 'storage' } as const;
    expect(duty(withRules(), 'db', at('2026-11-20T19:30'), [], BERLIN, asked).wait).toBeUndefined();
  });
});

describe('a rule that goes by another policy', () => {
  it('has the people of that policy told, whose own rules do not count', () => {
    const night = at('2026-11-20T23:00');
    const roster = editPolicy(withRules(), 'front', {
      zone: BERLIN,
      rules: [{ during: [{ from: '20:00', until: '24:00' }], does: 'wait' }],
    });
    const answer = duty(roster, 'db', night, [], BERLIN, { severity: 'error' });
    expect(answer.policy).toBe('front');
    expect(answer.wait).toBeUndefined();
    expect(answer.levels[0]).toMatchObject({
      people: ['ben', 'cy'],
      because: 'policy front, by a rule of policy storage',
    });
    expect(duty(roster, 'db', at('2026-11-20T21:59'), [], BERLIN, { severity: 'error' }).policy).toBe(
      'storage',
    );
  });

  it('shows in who is on call when it is for every severity: until when, and who next', () => {
    const roster = withRules([{ during: [{ from: '22:00', until: '06:00' }], does: { policy: 'default' } }]);
    const now = oncallOf(roster, 'db', at('2026-11-20T21:00'), [], BERLIN);
    expect(now.levels[0]?.people[0]).toMatchObject({ person: 'ana', untilMs: at('2026-11-20T22:00') });
    expect(now.next?.text).toContain('Fri 22:00 CET: cy at level 1');
    const night = oncallOf(roster, 'db', at('2026-11-20T23:00'), [], BERLIN);
    expect(night.levels[0]?.people[0]).toMatchObject({ person: 'cy', untilMs: at('2026-11-21T06:00') });
  });
});

describe('a level for some severities', () => {
  it('has nobody for others, and says for whom it is', () => {
    const roster = editPolicy(team(), 'storage', {
      levels: [
        { people: ['ana'], severities: ['critical'], afterMs: 60_000 },
        { people: ['ben'], afterMs: 60_000 },
      ],
    });
    const levels = (severity: Severity): string[][] =>
      duty(roster, 'db', 0, [], 'UTC', { severity }).levels.map((level) => level.people);
    expect(levels('critical')).toEqual([['ana'], ['ben']]);
    expect(levels('info')).toEqual([[], ['ben']]);
    expect(duty(roster, 'db', 0, [], 'UTC', { severity: 'info' }).levels[0]?.passedOver).toBe(
      'only for critical',
    );
  });
});

describe('edits of a policy', () => {
  const rule = (one: PolicyRule): unknown => refusal(() => withRules([one]));

  it('keep what they are not about, and take away what is empty', () => {
    const all = editPolicy(withRules(), 'storage', { ackTimeoutMs: 3_600_000, handover: true });
    const edited = editPolicy(all, 'storage', { repeat: 5 }).policies.find((one) => one.id === 'storage');
    expect(edited).toMatchObject({
      zone: BERLIN,
      rules: RULES,
      ackTimeoutMs: 3_600_000,
      handover: true,
      repeat: 5,
    });
    const bare = editPolicy(all, 'storage', { zone: null, rules: [], ackTimeoutMs: null, handover: false });
    expect(bare.policies).toEqual(team().policies);
  });

  it('refuse rules that would leave somebody waiting for ever, or that lead nowhere', () => {
    expect(rule({ does: 'wait' })).toMatchObject({ message: 'Rule 1 waits for ever' });
    expect(rule({ during: [{ from: '00:00', until: '24:00' }], does: 'wait' })).toMatchObject({
      message: 'By the rules of policy storage, critical would wait for ever',
    });
    expect(rule({ does: { policy: 'storage' } })).toMatchObject({ message: 'Rule 1 goes by its own policy' });
    expect(rule({ does: { policy: 'frnt' } })).toMatchObject({
      code: 'not_found',
      cure: 'Did you mean front?',
    });
    expect(rule({ severities: [], outside: [office], does: 'wait' })).toMatchObject({
      message: 'Rule 1 is for no severity',
    });
    expect(rule({ during: [{ from: '9', until: '10:00' }], does: 'wait' })).toMatchObject({
      message: 'Rule 1: "9" is no time of day',
    });
    const noZone = (): Roster => editPolicy(team(), 'storage', { rules: RULES });
    expect(refusal(noZone)).toMatchObject({ cure: 'Give it one: --zone Europe/Berlin.' });
  });

  it('refuse levels that are for no incident of some severity, and to remove what a rule goes by', () => {
    const levels: Policy['levels'] = [{ people: ['ana'], severities: ['critical'], afterMs: 60_000 }];
    const add = (): Roster => addPolicy(team(), { id: 'new', levels, repeat: 0 });
    expect(refusal(add)).toMatchObject({ message: 'No level of policy new is for error' });
    const unused: Roster = { ...withRules(), services: team().services.filter((one) => one.id !== 'web') };
    expect(refusal(() => removePolicy(unused, 'front'))).toMatchObject({
      message: 'Rules of policy storage go by policy front',
    });
    for (const ackTimeoutMs of [0, 1.5, 31 * 86_400_000]) {
      expect(refusal(() => editPolicy(team(), 'storage', { ackTimeoutMs }))).toMatchObject({ code: 'usage' });
    }
  });
});

describe('a roster file', () => {
  // As it is written there.
  const THEN_WAIT = JSON.parse('{"then":"wait"}') as object;
  const all = editPolicy(withRules(), 'storage', { ackTimeoutMs: 3_600_000, handover: true });

  it('says all of a policy, also by which one that comes after it goes', () => {
    const said = writeParts(all);
    expect(JSON.parse(JSON.stringify(said))).toMatchObject({
      policies: {
        storage: {
          zone: BERLIN,
          ackTimeout: '1h',
          handover: true,
          rules: [
            { severities: ['info', 'warning'], outside: ['mon-fri 08:00-18:00'], ...THEN_WAIT },
            { severities: ['error'], during: ['22:00-06:00'], policy: 'front' },
          ],
        },
      },
    });
    const built = buildRoster(team(), JSON.parse(JSON.stringify(said)), { by: 'ana', nowMs: 0 });
    expect(built.problems).toEqual([]);
    expect(built.roster.policies).toEqual(all.policies);
  });

  it('is refused where a rule says both, or neither, or names no policy', () => {
    const problems = (rule: object): string[] =>
      buildRoster(
        team(),
        {
          policies: {
            storage: { levels: [{ people: ['ana'], after: '5m' }], rules: [rule] },
            front: { levels: [{ people: ['ben'], after: '5m' }] },
            default: { levels: [{ people: ['cy'], after: '5m' }] },
          },
        },
        { by: 'ana', nowMs: 0 },
      ).problems.map((one) => one.text);
    const either = 'a rule says either then: wait, or a policy to go by instead';
    expect(problems({ severities: ['info'] })).toEqual([either]);
    expect(problems({ ...THEN_WAIT, policy: 'front' })).toEqual([either]);
    expect(problems({ policy: 'frnt' }).join()).toContain('frnt');
  });
});

describe('any rules', () => {
  const clock = fc.constantFrom('00:00', '02:30', '03:00', '08:00', '17:30', '24:00');
  const hours = fc
    .tuple(clock, clock, fc.option(fc.constantFrom('mon', 'sat', 'sun'), { nil: undefined }))
    .filter(([from, until]) => from !== until && from !== '24:00')
    .map(([from, until, day]) => ({ from, until, ...(day === undefined ? {} : { days: [day] }) }));
  const span = fc.option(fc.array(hours, { minLength: 1, maxLength: 2 }), { nil: undefined });
  const doing = fc.constantFrom<PolicyRule['does']>('wait', { policy: 'front' });
  const rule = fc.tuple(span, span, doing).map(
    ([during, outside, does]): PolicyRule => ({
      ...(during === undefined ? {} : { during }),
      ...(outside === undefined ? {} : { outside }),
      does,
    }),
  );
  const rules = fc.array(rule, { minLength: 1, maxLength: 3 });
  // Around both changes of clocks.
  const instants = fc.oneof(
    fc.integer({ min: 0, max: 20_000 }).map((minutes) => at('2026-03-22T00:00') + minutes * 60_000),
    fc.integer({ min: 0, max: 20_000 }).map((minutes) => at('2026-10-18T00:00') + minutes * 60_000),
  );
  const given = (some: PolicyRule[]): Roster => ({
    ...team(),
    policies: team().policies.map((one) =>
      one.id === 'storage' ? { ...one, zone: BERLIN, rules: some } : one,
    ),
  });

  it('hold as long as they say, and a wait ends when nothing waits any more and not before', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.property(rules, instants, share, (some, atMs, part) => {
      const roster = given(some);
      const asked = { severity: 'info' } as const;
      const answer = duty(roster, 'db', atMs, [], BERLIN, asked);
      const untilMs = dutyHoldsUntilMs(roster, 'db', atMs, asked);
      expect(untilMs).toBeGreaterThan(atMs);
      const laterMs = Math.floor(atMs + (Math.min(untilMs, atMs + 1e9) - 1 - atMs) * part);
      const later = duty(roster, 'db', laterMs, [], BERLIN, asked);
      expect([later.policy, later.wait?.untilMs]).toEqual([answer.policy, answer.wait?.untilMs]);
      if (answer.wait === undefined) return;
      expect(duty(roster, 'db', answer.wait.untilMs, [], BERLIN, asked).wait).toBeUndefined();
      const before = Math.floor(atMs + (answer.wait.untilMs - 1 - atMs) * part);
      expect(duty(roster, 'db', before, [], BERLIN, asked).wait?.untilMs).toBe(answer.wait.untilMs);
    });
    fc.assert(property, { numRuns: 300, seed: 7 });
  }, 60_000);

  it('are kept by the daemon only until they change, and apart for each severity', () => {
    const roster = withRules();
    const cache = new DutyCache(
      () => roster,
      () => [],
    );
    const edgeMs = at('2026-11-23T08:00');
    const isWaiting = (atMs: number): boolean =>
      cache.at('db', atMs, { severity: 'info' }).wait !== undefined;
    expect([edgeMs - 500, edgeMs - 1, edgeMs].map(isWaiting)).toEqual([true, true, false]);
    expect(cache.at('db', edgeMs - 1, { severity: 'error' }).wait).toBeUndefined();
  });
});
