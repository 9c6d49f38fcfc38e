/** Hand-written answers of Opsgenie's REST API, in its documented shapes. */
import type { ImportDocument } from '../../../../src/relay/oncall/import/types.ts';

const user = (key: string, name: string, extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: key,
  username: `${name.split(' ')[0]?.toLowerCase()}@example.com`,
  fullName: name,
  role: { id: 'User', name: 'User' },
  blocked: false,
  timeZone: 'Europe/Berlin',
  ...extra,
});

export const ANA = user('u-ana', 'Ana López', {
  userContacts: [
    { to: 'ana@example.com', id: 'c1', contactMethod: 'email', enabled: true },
    { to: '1-5550101', id: 'c2', contactMethod: 'sms', enabled: true },
    { to: '1-5550101', id: 'c3', contactMethod: 'voice', enabled: true },
    { to: 'a phone', id: 'c4', contactMethod: 'mobile', enabled: true },
  ],
});
export const BEN = user('u-ben', 'Ben Koch', {
  userContacts: [{ to: '1-5550102', id: 'c5', contactMethod: 'voice', enabled: true }],
});
export const CLEO = user('u-cleo', 'Cleo Wu', { timeZone: 'America/New_York' });

const participant = (one: Record<string, unknown>): Record<string, unknown> => ({
  type: 'user',
  id: one['id'],
  username: one['username'],
});

/** Weekly from Monday 2026-10-05 08:00 in Berlin (06:00Z): Ana, Ben, Cleo; the clocks go back on 2026-10-25. */
export const WEEKLY = {
  id: 'r-weekly',
  name: 'Weekly',
  startDate: '2026-10-05T06:00:00Z',
  type: 'weekly',
  length: 1,
  participants: [ANA, BEN, CLEO].map(participant),
};

/** Business hours of all days but the weekend, daily turns of two. */
export const BUSINESS = {
  id: 'r-business',
  name: 'Business hours',
  startDate: '2026-11-02T08:00:00Z',
  type: 'daily',
  length: 1,
  participants: [CLEO, BEN].map(participant),
  timeRestriction: {
    type: 'weekday-and-time-of-day',
    restrictions: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => ({
      startDay: day,
      startHour: 9,
      startMin: 0,
      endDay: day,
      endHour: 17,
      endMin: 30,
    })),
  },
};

export const SCHEDULE = {
  id: 's-ops',
  name: 'Ops_schedule',
  timezone: 'Europe/Berlin',
  enabled: true,
  ownerTeam: { id: 't-ops', name: 'Ops' },
  rotations: [WEEKLY],
};

export const TEAM = {
  id: 't-ops',
  name: 'Ops',
  description: '',
  members: [
    { user: { id: 'u-ana', username: 'ana@example.com' }, role: 'admin' },
    { user: { id: 'u-ben', username: 'ben@example.com' }, role: 'user' },
  ],
};

/** What Opsgenie makes for every new team. */
export const ESCALATION = {
  id: 'e-ops',
  name: 'Ops_escalation',
  description: '',
  ownerTeam: { id: 't-ops', name: 'Ops' },
  rules: [
    {
      condition: 'if-not-acked',
      notifyType: 'default',
      delay: { timeAmount: 0, timeUnit: 'minutes' },
      recipient: { type: 'schedule', id: 's-ops', name: 'Ops_schedule' },
    },
    {
      condition: 'if-not-acked',
      notifyType: 'next',
      delay: { timeAmount: 5, timeUnit: 'minutes' },
      recipient: { type: 'schedule', id: 's-ops', name: 'Ops_schedule' },
    },
    {
      condition: 'if-not-acked',
      notifyType: 'all',
      delay: { timeAmount: 15, timeUnit: 'minutes' },
      recipient: { type: 'team', id: 't-ops', name: 'Ops' },
    },
  ],
  repeat: { waitInterval: 10, count: 3, resetRecipientStates: false, closeAlertAfterAll: false },
};

/** One file with the lists by name. */
export function opsgenie(parts: Record<string, unknown>): ImportDocument[] {
  return [{ name: 'opsgenie.json', value: parts }];
}

/** The lists as the API answers, one file each. */
export function answers(files: Record<string, unknown>): ImportDocument[] {
  return Object.entries(files).map(([name, data]) => ({ name, value: { data, took: 0.1, requestId: 'x' } }));
}
