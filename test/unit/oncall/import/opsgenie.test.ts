/** From Opsgenie: whoever it has on call is on call here, and what can't come over is said by name. */
import { describe, expect, it } from 'vitest';
import { importOpsgenie } from '../../../../src/relay/oncall/import/opsgenie.ts';
import type { Imported } from '../../../../src/relay/oncall/import/types.ts';
import {
  ANA,
  answers,
  BEN,
  BUSINESS,
  CLEO,
  ESCALATION,
  opsgenie,
  SCHEDULE,
  TEAM,
  WEEKLY,
} from './opsgenie-export.ts';
import { said, whoAt } from './who.ts';

const NOW_MS = Temporal.Instant.from('2026-10-10T12:00:00Z').epochMilliseconds;
const OPTIONS = { nowMs: NOW_MS, by: 'ana' };
const USERS = [ANA, BEN, CLEO];

const take = (parts: Record<string, unknown>): Imported => importOpsgenie(opsgenie(parts), OPTIONS);

const withRotation = (change: Record<string, unknown>): Imported =>
  take({ users: USERS, schedules: [{ ...SCHEDULE, rotations: [{ ...WEEKLY, ...change }] }] });

describe('people from Opsgenie', () => {
  it('are reached by SMS, calls and mail, in Opsgenie’s way to write numbers', () => {
    const { parts } = take({ users: USERS });
    expect(parts.people).toEqual([
      {
        id: 'ana-lopez',
        name: 'Ana López',
        zone: 'Europe/Berlin',
        contacts: [
          { channel: 'email', address: 'ana@example.com' },
          { channel: 'sms', address: '+15550101' },
          { channel: 'voice', address: '+15550101' },
        ],
      },
      {
        id: 'ben-koch',
        name: 'Ben Koch',
        zone: 'Europe/Berlin',
        contacts: [
          { channel: 'voice', address: '+15550102' },
          { channel: 'email', address: 'ben@example.com' },
          { channel: 'sms', address: '+15550102' },
        ],
      },
      {
        id: 'cleo-wu',
        name: 'Cleo Wu',
        zone: 'America/New_York',
        contacts: [{ channel: 'email', address: 'cleo@example.com' }],
      },
    ]);
  });

  it('are told apart, also when they have one name or share a number', () => {
    const twin = { ...BEN, id: 'u-ben2', username: 'koch@example.com' };
    const imported = take({ users: [BEN, twin] });
    expect(imported.parts.people.map((one) => one.id)).toEqual(['ben-koch', 'ben-koch-2']);
    expect(said(imported, 'left')).toContainEqual(
      expect.stringContaining('user koch@example.com: voice +1-5550102: it belongs to ben-koch already'),
    );
  });

  it('take their contacts from answers of their own', () => {
    const documents = answers({
      'users.json': [CLEO],
      'contacts-u-cleo.json': [
        { id: 'c', method: 'sms', to: '1-5550103', status: { enabled: true }, applyOrder: 0 },
        { id: 'd', method: 'email', to: 'wu@example.com', status: { enabled: false }, applyOrder: 1 },
      ],
    });
    const imported = importOpsgenie(documents, OPTIONS);
    expect(imported.parts.people[0]?.contacts).toEqual([
      { channel: 'sms', address: '+15550103' },
      { channel: 'email', address: 'cleo@example.com' },
    ]);
    expect(said(imported, 'left')).toEqual([
      'user cleo@example.com: email wu@example.com: it is switched off there',
    ]);
  });
});

describe('a rotation from Opsgenie', () => {
  // Weeks from Monday 08:00 in Berlin: Ana has that of 5 October, Ben 12, Cleo 19, Ana 26 (after the clocks went back).
  it.each([
    ['2026-10-05T05:59:00Z', null],
    ['2026-10-05T06:00:00Z', 'ana-lopez'],
    ['2026-10-12T05:59:00Z', 'ana-lopez'],
    ['2026-10-12T06:00:00Z', 'ben-koch'],
    ['2026-10-19T06:00:00Z', 'cleo-wu'],
    ['2026-10-26T06:59:00Z', 'cleo-wu'],
    ['2026-10-26T07:00:00Z', 'ana-lopez'],
    ['2026-11-02T07:00:00Z', 'ben-koch'],
    // The 25th week after the first, in summer time again.
    ['2027-03-29T05:59:00Z', 'ana-lopez'],
    ['2027-03-29T06:00:00Z', 'ben-koch'],
  ])('has at %s %s', (at, person) => {
    expect(whoAt(take({ users: USERS, schedules: [SCHEDULE] }), 'ops-schedule', at)).toBe(person);
  });

  // Daily from Monday 2 November 09:00 in Berlin: Cleo on even days from there, Ben on odd ones; Saturday's turn passes.
  it.each([
    ['2026-11-02T07:59:00Z', null],
    ['2026-11-02T08:00:00Z', 'cleo-wu'],
    ['2026-11-02T16:29:00Z', 'cleo-wu'],
    ['2026-11-02T16:30:00Z', null],
    ['2026-11-03T08:00:00Z', 'ben-koch'],
    ['2026-11-06T12:00:00Z', 'cleo-wu'],
    ['2026-11-07T12:00:00Z', null],
    ['2026-11-09T12:00:00Z', 'ben-koch'],
  ])('in business hours has at %s %s', (at, person) => {
    const imported = take({ users: USERS, schedules: [{ ...SCHEDULE, rotations: [WEEKLY, BUSINESS] }] });
    expect(whoAt(imported, 'ops-schedule-business-hours', at)).toBe(person);
  });

  it('counts turns of hours, and says what a change of the clocks does to them', () => {
    const imported = withRotation({ type: 'hourly', length: 12 });
    expect(whoAt(imported, 'ops-schedule', '2026-10-05T17:59:00Z')).toBe('ana-lopez');
    expect(whoAt(imported, 'ops-schedule', '2026-10-05T18:00:00Z')).toBe('ben-koch');
    expect(said(imported, 'approximated')).toContainEqual(
      expect.stringContaining('over a change of the clocks'),
    );
  });

  it('leaves the turns of the others where they are when one can’t come over', () => {
    const imported = withRotation({
      participants: [
        { type: 'user', id: 'u-ana', username: 'ana@example.com' },
        { type: 'none' },
        { type: 'team', id: 't-x', name: 'Web' },
        { type: 'user', id: 'u-ben', username: 'ben@example.com' },
      ],
    });
    expect(imported.parts.rotations[0]?.layers[0]?.members).toEqual([
      'ana-lopez',
      'ben-koch',
      'ben-koch',
      'ben-koch',
    ]);
    // The fifth week is Ana's again, as it is there.
    expect(whoAt(imported, 'ops-schedule', '2026-11-02T07:00:00Z')).toBe('ana-lopez');
    expect(said(imported, 'approximated')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('schedule Ops_schedule, rotation Weekly: a turn that is nobody'),
        expect.stringContaining('the turn of team Web'),
      ]),
    );
  });

  it('that ends is said to go on, and one that has ended stays there', () => {
    const ending = withRotation({ endDate: '2026-12-01T07:00:00Z' });
    expect(said(ending, 'approximated')).toContainEqual(
      expect.stringContaining('it ends on 2026-12-01 there'),
    );
    const ended = withRotation({ endDate: '2026-10-10T12:00:00Z' });
    expect(ended.parts.rotations).toEqual([]);
    expect(said(ended, 'left')).toContainEqual('schedule Ops_schedule, rotation Weekly: it has ended');
  });

  it.each([
    // A weekend in one piece: Friday 17:00 until Monday 08:00.
    [
      { startDay: 'friday', startHour: 17, startMin: 0, endDay: 'monday', endHour: 8, endMin: 0 },
      ['2026-10-09T15:00:00Z', '2026-10-10T12:00:00Z', '2026-10-12T05:59:00Z'],
      ['2026-10-09T14:59:00Z', '2026-10-12T06:00:00Z', '2026-10-14T12:00:00Z'],
    ],
    // A night over midnight.
    [
      { startDay: 'tuesday', startHour: 22, startMin: 30, endDay: 'wednesday', endHour: 6, endMin: 0 },
      ['2026-10-06T20:30:00Z', '2026-10-07T03:59:00Z'],
      ['2026-10-06T20:29:00Z', '2026-10-07T04:00:00Z'],
    ],
  ])('is restricted to days that span: %o', (restriction, on, off) => {
    const imported = withRotation({
      timeRestriction: { type: 'weekday-and-time-of-day', restrictions: [restriction] },
    });
    for (const at of on) expect([at, whoAt(imported, 'ops-schedule', at)]).not.toEqual([at, null]);
    for (const at of off) expect([at, whoAt(imported, 'ops-schedule', at)]).toEqual([at, null]);
  });

  it('is restricted to a time of every day, over midnight too', () => {
    const imported = withRotation({
      timeRestriction: {
        type: 'time-of-day',
        restriction: { startHour: 18, startMin: 0, endHour: 8, endMin: 0 },
      },
    });
    expect(imported.parts.rotations[0]?.layers[0]?.during).toEqual([{ from: '18:00', until: '08:00' }]);
  });

  it('is overridden where its schedule is', () => {
    const documents = [
      ...opsgenie({ users: USERS, schedules: [SCHEDULE] }),
      ...answers({
        'overrides-s-ops.json': [
          {
            alias: 'swap',
            user: { type: 'user', id: 'u-cleo', username: 'cleo@example.com' },
            startDate: '2026-10-13T10:00:00Z',
            endDate: '2026-10-13T20:00:00Z',
            rotations: [],
          },
          {
            alias: 'over',
            user: { type: 'user', id: 'u-cleo', username: 'cleo@example.com' },
            startDate: '2026-10-01T10:00:00Z',
            endDate: '2026-10-02T10:00:00Z',
          },
          {
            alias: 'nobody',
            user: { type: 'none' },
            startDate: '2026-10-13T10:00:00Z',
            endDate: '2026-10-13T20:00:00Z',
          },
        ],
      }),
    ];
    const imported = importOpsgenie(documents, OPTIONS);
    expect(whoAt(imported, 'ops-schedule', '2026-10-13T09:59:00Z')).toBe('ben-koch');
    expect(whoAt(imported, 'ops-schedule', '2026-10-13T10:00:00Z')).toBe('cleo-wu');
    expect(whoAt(imported, 'ops-schedule', '2026-10-13T20:00:00Z')).toBe('ben-koch');
    expect(said(imported, 'left')).toContainEqual(
      'override nobody of schedule Ops_schedule: none is no person who came over',
    );
  });
});

describe('an escalation from Opsgenie', () => {
  const imported = take({ users: USERS, teams: [TEAM], schedules: [SCHEDULE], escalations: [ESCALATION] });

  it('tells the rotation, then who is next, then the team, after the times between its rules', () => {
    expect(imported.parts.policies).toEqual([
      {
        id: 'ops-escalation',
        levels: [
          { people: [], rotations: ['ops-schedule'], afterMs: 300_000 },
          { people: [], rotations: ['ops-schedule-next'], afterMs: 600_000 },
          { people: [], groups: ['ops'], afterMs: 600_000 },
        ],
        repeat: 3,
      },
    ]);
    expect(imported.parts.groups).toEqual([{ id: 'ops', people: ['ana-lopez', 'ben-koch'] }]);
  });

  it.each(['2026-10-06T00:00:00Z', '2026-10-13T00:00:00Z', '2026-10-20T00:00:00Z', '2027-03-30T12:00:00Z'])(
    'has next at %s who is on call a week later',
    (at) => {
      const later = Temporal.Instant.from(at).add({ hours: 168 }).toString();
      expect(whoAt(imported, 'ops-schedule-next', at)).toBe(whoAt(imported, 'ops-schedule', later));
    },
  );

  it('says what becomes of a first rule that waits, and of who is no longer there', () => {
    const odd = {
      ...ESCALATION,
      rules: [
        {
          condition: 'if-not-closed',
          notifyType: 'default',
          delay: { timeAmount: 10, timeUnit: 'minutes' },
          recipient: { type: 'user', id: 'u-ana', username: 'ana@example.com' },
        },
        {
          condition: 'if-not-acked',
          notifyType: 'default',
          delay: { timeAmount: 1, timeUnit: 'hours' },
          recipient: { type: 'user', id: 'u-gone', username: 'gone@example.com' },
        },
      ],
      repeat: undefined,
    };
    const result = take({ users: USERS, escalations: [odd] });
    expect(result.parts.policies[0]?.levels).toEqual([{ people: ['ana-lopez'], afterMs: 300_000 }]);
    expect(said(result, 'approximated')).toEqual(
      expect.arrayContaining([
        'escalation Ops_escalation: user ana@example.com, if not closed: here an acknowledgement stops it too',
        expect.stringContaining('its first rule waits for 10 min'),
      ]),
    );
    expect(said(result, 'left')).toContainEqual(
      'escalation Ops_escalation: user gone@example.com: no such user came over',
    );
  });

  it('is used by the services of its team', () => {
    const service = { id: 'x', teamId: 't-ops', name: 'Shop checkout', tags: [] };
    const result = take({
      users: USERS,
      teams: [TEAM],
      escalations: [ESCALATION],
      schedules: [SCHEDULE],
      services: [service],
    });
    expect(result.parts.services).toEqual([{ id: 'shop-checkout', policy: 'ops-escalation', keyHashes: [] }]);
    const alone = take({ services: [service] });
    expect(said(alone, 'left')).toContainEqual(
      expect.stringContaining('service Shop checkout: which escalation'),
    );
  });
});

describe('files from Opsgenie', () => {
  it('give the same as one object or as one answer each', () => {
    const one = take({ users: USERS, teams: [TEAM], schedules: [SCHEDULE], escalations: [ESCALATION] });
    const many = importOpsgenie(
      answers({
        'users.json': USERS,
        'team.json': TEAM,
        'schedules.json': [SCHEDULE],
        'escalations.json': [ESCALATION],
      }),
      OPTIONS,
    );
    expect(many.parts).toEqual(one.parts);
  });

  it('say what in them was not known', () => {
    const imported = importOpsgenie(answers({ 'alerts.json': [{ tinyId: '1' }, { tinyId: '2' }] }), OPTIONS);
    expect(said(imported, 'left')).toEqual([
      'alerts.json: 2 entries in it: nothing that Relay takes over from Opsgenie',
    ]);
  });

  it('without rotations say what to ask for', () => {
    const imported = take({
      users: USERS,
      schedules: [{ id: 's', name: 'Ops', timezone: 'UTC', enabled: true }],
    });
    expect(said(imported, 'left')).toContainEqual(expect.stringContaining('/v2/schedules?expand=rotation'));
  });
});
