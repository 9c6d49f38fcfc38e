/** From PagerDuty: whoever it has on call is on call here, and what can't come over is said by name. */
import { describe, expect, it } from 'vitest';
import { hashKey } from '../../../../src/relay/events/keys.ts';
import { importPagerduty } from '../../../../src/relay/oncall/import/pagerduty.ts';
import type { Imported } from '../../../../src/relay/oncall/import/types.ts';
import {
  ANA,
  BASE_LAYER,
  BEN,
  CLEO,
  KEY,
  NIGHT_LAYER,
  POLICY,
  SCHEDULE,
  SERVICE,
} from './pagerduty-export.ts';
import { said, whoAt } from './who.ts';

const OPTIONS = { nowMs: Temporal.Instant.from('2026-10-10T12:00:00Z').epochMilliseconds, by: 'ana' };
const USERS = [ANA, BEN, CLEO];

const take = (parts: Record<string, unknown>): Imported =>
  importPagerduty([{ name: 'pagerduty.json', value: parts }], OPTIONS);

const withLayers = (...schedule_layers: unknown[]): Imported =>
  take({ users: USERS, schedules: [{ ...SCHEDULE, schedule_layers }] });

/** What schedules are told to do differently. */
const ofSchedules = (imported: Imported): string[] =>
  said(imported, 'approximated').filter((line) => line.startsWith('schedule'));

describe('people from PagerDuty', () => {
  it('are reached by SMS, calls and mail, as their rules say', () => {
    const imported = take({ users: USERS });
    expect(imported.parts.people[0]).toEqual({
      id: 'ana-lopez',
      name: 'Ana Lopez',
      zone: 'America/New_York',
      contacts: [
        { channel: 'email', address: 'ana@example.com' },
        { channel: 'voice', address: '+15550101' },
        { channel: 'sms', address: '+15550101' },
      ],
      rules: [
        {
          severities: ['critical', 'error', 'unknown'],
          steps: [
            { afterMs: 0, channels: ['sms'] },
            { afterMs: 300_000, channels: ['voice'] },
          ],
        },
        { severities: ['warning', 'info'], steps: [{ afterMs: 0, channels: ['email'] }] },
      ],
    });
    expect(imported.parts.people[1]?.contacts).toEqual([{ channel: 'email', address: 'ben@example.com' }]);
    expect(imported.parts.groups).toEqual([{ id: 'databases', people: ['ana-lopez'] }]);
    expect(said(imported, 'left')).toEqual([
      "user ana@example.com: push notification x: Relay doesn't reach people this way",
    ]);
  });
});

describe('a schedule from PagerDuty', () => {
  const imported = take({ users: USERS, schedules: [SCHEDULE] });

  it.each([
    // The first layer alone, by day: weeks of Ana, Ben, Cleo from Monday 09:00 in New York.
    ['2026-10-05T13:00:00Z', 'ana-lopez'],
    ['2026-10-12T12:59:00Z', 'ana-lopez'],
    ['2026-10-12T13:00:00Z', 'ben-koch'],
    ['2026-10-19T13:00:00Z', 'cleo-wu'],
    ['2026-10-26T13:00:00Z', 'ana-lopez'],
    // After the clocks went back 09:00 is an hour later in UTC.
    ['2026-11-02T13:59:00Z', 'ana-lopez'],
    ['2026-11-02T14:00:00Z', 'ben-koch'],
    // The night of the second layer, 21:00 to 07:00: Cleo, then Ben, by turns of a day.
    ['2026-10-06T01:00:00Z', 'cleo-wu'],
    ['2026-10-06T10:59:00Z', 'cleo-wu'],
    ['2026-10-06T11:00:00Z', 'ana-lopez'],
    ['2026-10-07T01:00:00Z', 'ben-koch'],
    // The weekend of the third layer goes before both: Friday 18:00 until Monday 06:00.
    ['2026-10-16T21:59:00Z', 'ben-koch'],
    ['2026-10-16T22:00:00Z', 'ana-lopez'],
    ['2026-10-18T03:00:00Z', 'ana-lopez'],
    ['2026-10-19T09:59:00Z', 'ana-lopez'],
    // Monday 06:00: Cleo's night goes on for an hour, her turn being the 13th.
    ['2026-10-19T10:00:00Z', 'ben-koch'],
  ])('has at %s %s', (at, person) => {
    expect(whoAt(imported, 'primary-on-call', at)).toBe(person);
  });

  it('counts turns of hours, and leaves out a layer whose turns are no whole hours', () => {
    const layers = withLayers(
      { ...BASE_LAYER, name: 'Odd', rotation_turn_length_seconds: 3605 },
      { ...BASE_LAYER, rotation_turn_length_seconds: 43_200 },
    );
    expect(whoAt(layers, 'primary-on-call', '2026-10-05T13:00:00Z')).toBe('ana-lopez');
    expect(whoAt(layers, 'primary-on-call', '2026-10-06T01:00:00Z')).toBe('ben-koch');
    expect(said(layers, 'left')).toContainEqual(expect.stringContaining('Odd: turns of 3605 seconds'));
    expect(said(layers, 'approximated')).toContainEqual(expect.stringContaining('change of the clocks'));
  });

  it('keeps the turns of a layer that begins later than they are counted from', () => {
    // Counted from 5 October; in the third week, which is Cleo's, the layer begins.
    const later = withLayers({ ...BASE_LAYER, start: '2026-10-19T09:00:00-04:00' });
    expect(whoAt(later, 'primary-on-call', '2026-10-19T12:59:00Z')).toBeNull();
    expect(whoAt(later, 'primary-on-call', '2026-10-19T13:00:00Z')).toBe('cleo-wu');
    expect(whoAt(later, 'primary-on-call', '2026-11-02T14:00:00Z')).toBe('ben-koch');
    expect(ofSchedules(later)).toEqual([]);
    const middle = withLayers({ ...BASE_LAYER, start: '2026-11-04T09:00:00-05:00' });
    expect(whoAt(middle, 'primary-on-call', '2026-11-04T14:00:00Z')).toBe('ben-koch');
    expect(said(middle, 'approximated')).toContainEqual(expect.stringContaining('48 hours earlier'));
  });

  it('says when a layer ends, unless the one that follows hides it', () => {
    const ending = { ...BASE_LAYER, end: '2026-11-01T09:00:00-05:00' };
    const follows = {
      ...BASE_LAYER,
      name: 'Layer 2',
      start: '2026-11-01T09:00:00-05:00',
      rotation_virtual_start: '2026-11-01T09:00:00-05:00',
      users: BASE_LAYER.users.slice(0, 1),
    };
    expect(ofSchedules(withLayers(follows, ending))).toEqual([]);
    expect(whoAt(withLayers(follows, ending), 'primary-on-call', '2026-10-12T13:00:00Z')).toBe('ben-koch');
    expect(whoAt(withLayers(follows, ending), 'primary-on-call', '2026-11-03T00:00:00Z')).toBe('ana-lopez');
    expect(said(withLayers(NIGHT_LAYER, ending), 'approximated')).toContainEqual(
      expect.stringContaining('it ends on 2026-11-01 there'),
    );
    const over = withLayers(follows, { ...BASE_LAYER, end: '2026-10-01T09:00:00-04:00' });
    expect(over.parts.rotations[0]?.layers).toHaveLength(1);
  });

  it('is overridden', () => {
    const files = [
      { name: 'all.json', value: { users: USERS, schedules: [SCHEDULE] } },
      {
        name: 'overrides-PSCHED1.json',
        value: {
          overrides: [
            {
              id: 'PO1',
              start: '2026-10-13T10:00:00-04:00',
              end: '2026-10-13T18:00:00-04:00',
              user: { id: 'PCLEO01', type: 'user_reference', summary: 'Cleo Wu' },
            },
          ],
        },
      },
    ];
    const overridden = importPagerduty(files, OPTIONS);
    expect(whoAt(overridden, 'primary-on-call', '2026-10-13T13:59:00Z')).toBe('ben-koch');
    expect(whoAt(overridden, 'primary-on-call', '2026-10-13T14:00:00Z')).toBe('cleo-wu');
    const [, overrides] = files;
    const stray = importPagerduty([{ name: 'overrides.json', value: overrides?.value }], OPTIONS);
    expect(said(stray, 'left')).toContainEqual(expect.stringContaining('overrides-ID.json'));
  });

  it('without layers says what to ask for', () => {
    const bare = take({ schedules: [{ id: 'P', type: 'schedule', name: 'Bare', time_zone: 'UTC' }] });
    expect(said(bare, 'left')).toEqual([
      'schedule Bare: its layers are not in the export: ask for GET /schedules/ID of each schedule',
    ]);
  });
});

describe('policies and services from PagerDuty', () => {
  const imported = take({
    users: USERS,
    schedules: [SCHEDULE],
    escalation_policies: [POLICY],
    services: [SERVICE],
  });

  it('tell the same after the same time', () => {
    expect(imported.parts.policies).toEqual([
      {
        id: 'production',
        levels: [
          { people: [], rotations: ['primary-on-call'], afterMs: 900_000 },
          { people: ['ana-lopez'], afterMs: 1_800_000 },
        ],
        repeat: 2,
      },
    ]);
    expect(said(imported, 'approximated')).toContainEqual(
      expect.stringContaining('escalation policy Production: rule 2, round robin'),
    );
    expect(said(imported, 'left')).toContainEqual(
      'escalation policy Production: rule 2: Somebody Gone did not come over',
    );
  });

  it('keep the integration keys that Relay can take', () => {
    expect(imported.parts.services).toEqual([
      { id: 'checkout-api', policy: 'production', keyHashes: [hashKey(KEY)] },
    ]);
    expect(JSON.stringify(imported).toLowerCase()).not.toContain(KEY);
    expect(said(imported, 'left')).toEqual(
      expect.arrayContaining([
        "service Checkout API: 1 of its integration keys: not of the form that Relay's have",
        'service Checkout API: after an acknowledgement it pages again after 30 min; here the policy says it: relay policy edit production --ack-timeout 30m',
        'service Checkout API: it resolves incidents by itself after 240 min: here they stay open until a recovery comes or somebody resolves them',
      ]),
    );
  });

  it('come as one object or as answers of their own', () => {
    const many = importPagerduty(
      [
        { name: 'users.json', value: { users: USERS, limit: 100, offset: 0, more: false } },
        { name: 'schedule.json', value: { schedule: SCHEDULE } },
        { name: 'policies.json', value: { escalation_policies: [POLICY] } },
        { name: 'services.json', value: [SERVICE] },
      ],
      OPTIONS,
    );
    expect(many.parts).toEqual(imported.parts);
  });
});
