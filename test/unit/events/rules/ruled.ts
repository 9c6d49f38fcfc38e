/** Rules tried on an alert, in as few words as a test needs. */
import { applyRules, readyRules, type Ruling } from '../../../../src/relay/events/formats/rules/index.ts';
import { type AlertMessage, NO_MESSAGE } from '../../../../src/relay/events/formats/rules/message.ts';
import type { AlertEvent } from '../../../../src/relay/events/types.ts';
import type { EventRule } from '../../../../src/relay/oncall/rule-types.ts';

export const problem: AlertEvent = {
  action: 'trigger',
  service: 'default',
  dedupKey: 'nagios/db1/disk',
  severity: 'critical',
  summary: 'disk on db1 is CRITICAL',
  source: 'nagios',
  host: 'db1',
  check: 'disk',
  labels: { team: 'dba', Env: 'prod' },
  reason: 'read by its notification type PROBLEM',
};

export const recovery: AlertEvent = {
  ...problem,
  action: 'resolve',
  severity: 'unknown',
  reason: 'read by its notification type RECOVERY',
};

export const mail: AlertMessage = {
  ...NO_MESSAGE,
  headers: new Map([
    ['x-priority', '1'],
    ['list-id', 'Ops <ops.example.com>'],
    ['authorization', 'Bearer s3cret'],
  ]),
  from: 'nagios@mon.example.com',
  to: 'Ops <default@alerts.example.com>',
  subject: '[ops] PROBLEM: disk full on db1',
  body: 'Host: db1\nService: disk\nState: CRITICAL\n',
};

export const rule = (over: Partial<EventRule>): EventRule => ({ id: 'r', match: {}, set: {}, ...over });

const KNOWN = {
  services: ['default', 'db', 'team-web'],
  policies: ['default', 'dba'],
  defaultService: 'default',
  version: 7,
};

/** `spentMs`: what the clock of the processor says, each time it is asked. */
export const ruled = (
  rules: readonly EventRule[],
  events: readonly AlertEvent[] = [problem],
  message: AlertMessage = mail,
  spentMs: () => number = () => 0,
): Ruling => applyRules(readyRules({ ...KNOWN, rules }), message, events, spentMs, true);

/** What becomes of one problem by one rule. */
export function byOne(over: Partial<EventRule>, event = problem, message = mail): AlertEvent {
  const [only] = ruled([rule(over)], [event], message).events;
  if (only === undefined) throw new Error('nothing became of it');
  return only;
}
