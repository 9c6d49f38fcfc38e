/** Hand-written answers of PagerDuty's REST API, in its documented shapes. */

/** How a user is told: one contact after some minutes. */
export const notificationRule = (
  id: string,
  urgency: string,
  minutes: number,
  type: string,
): Record<string, unknown> => ({
  id,
  type: 'assignment_notification_rule',
  start_delay_in_minutes: minutes,
  urgency,
  contact_method: { id: `C-${id}`, type },
});

export const ANA = {
  id: 'PANA001',
  type: 'user',
  name: 'Ana Lopez',
  email: 'ana@example.com',
  time_zone: 'America/New_York',
  role: 'admin',
  teams: [{ id: 'PTEAM01', type: 'team_reference', summary: 'Databases' }],
  contact_methods: [
    { id: 'PC1', type: 'email_contact_method', label: 'Work', address: 'ana@example.com' },
    { id: 'PC2', type: 'phone_contact_method', label: 'Mobile', address: '5550101', country_code: 1 },
    {
      id: 'PC3',
      type: 'sms_contact_method',
      label: 'Mobile',
      address: '5550101',
      country_code: 1,
      enabled: true,
    },
    { id: 'PC4', type: 'push_notification_contact_method', label: 'a phone', address: 'x' },
  ],
  notification_rules: [
    notificationRule('PN1', 'high', 0, 'sms_contact_method'),
    notificationRule('PN2', 'high', 5, 'phone_contact_method_reference'),
    notificationRule('PN3', 'low', 0, 'email_contact_method'),
  ],
};
export const BEN = {
  id: 'PBEN001',
  type: 'user',
  name: 'Ben Koch',
  email: 'ben@example.com',
  time_zone: 'Europe/Berlin',
};
export const CLEO = {
  id: 'PCLEO01',
  type: 'user',
  name: 'Cleo Wu',
  email: 'cleo@example.com',
  time_zone: 'Asia/Tokyo',
};

const member = (one: { id: string; name: string }): Record<string, unknown> => ({
  user: { id: one.id, type: 'user_reference', summary: one.name },
});

/** Weekly from Monday 2026-10-05 09:00 in New York, which is where it is counted from; the clocks go back on 1 November. */
export const BASE_LAYER = {
  id: 'PL1',
  name: 'Layer 1',
  start: '2026-09-20T12:00:00-04:00',
  end: null,
  rotation_virtual_start: '2026-10-05T09:00:00-04:00',
  rotation_turn_length_seconds: 604_800,
  users: [ANA, BEN, CLEO].map(member),
  restrictions: [],
};

/** Cleo and Ben by turns of a day, at night, over midnight. */
export const NIGHT_LAYER = {
  id: 'PL2',
  name: 'Layer 2',
  start: '2026-10-05T21:00:00-04:00',
  end: null,
  rotation_virtual_start: '2026-10-05T21:00:00-04:00',
  rotation_turn_length_seconds: 86_400,
  users: [CLEO, BEN].map(member),
  restrictions: [{ type: 'daily_restriction', start_time_of_day: '21:00:00', duration_seconds: 36_000 }],
};

/** Ana alone from Friday 18:00 until Monday 06:00. */
export const WEEKEND_LAYER = {
  ...NIGHT_LAYER,
  id: 'PL3',
  name: 'Layer 3',
  users: [member(ANA)],
  restrictions: [
    {
      type: 'weekly_restriction',
      start_time_of_day: '18:00:00',
      start_day_of_week: 5,
      duration_seconds: 216_000,
    },
  ],
};

/** The API lists the last layer, which counts most, first. */
export const SCHEDULE = {
  id: 'PSCHED1',
  type: 'schedule',
  name: 'Primary on-call',
  time_zone: 'America/New_York',
  schedule_layers: [WEEKEND_LAYER, NIGHT_LAYER, BASE_LAYER],
};

export const POLICY = {
  id: 'PPOL001',
  type: 'escalation_policy',
  name: 'Production',
  num_loops: 2,
  escalation_rules: [
    {
      id: 'PR1',
      escalation_delay_in_minutes: 15,
      targets: [{ id: 'PSCHED1', type: 'schedule_reference', summary: 'Primary on-call' }],
    },
    {
      id: 'PR2',
      escalation_delay_in_minutes: 30,
      escalation_rule_assignment_strategy: { type: 'round_robin' },
      targets: [
        { id: 'PANA001', type: 'user_reference', summary: 'Ana Lopez' },
        { id: 'PGONE01', type: 'user_reference', summary: 'Somebody Gone' },
      ],
    },
  ],
};

/** What senders hold; made up. */
export const KEY = '0123456789abcdef0123456789abcdef';

export const SERVICE = {
  id: 'PSVC001',
  type: 'service',
  name: 'Checkout API',
  status: 'active',
  acknowledgement_timeout: 1800,
  auto_resolve_timeout: 14_400,
  escalation_policy: { id: 'PPOL001', type: 'escalation_policy_reference', summary: 'Production' },
  integrations: [
    { id: 'PI1', type: 'events_api_v2_inbound_integration', integration_key: KEY.toUpperCase() },
    { id: 'PI2', type: 'generic_email_inbound_integration', integration_email: 'x@example.com' },
    { id: 'PI3', type: 'events_api_v2_inbound_integration', integration_key: 'not-of-this-form' },
  ],
};
