/** What Opsgenie's calls about one alert mean here. Pure. */
import { cleanSummary } from '../../formats/clean.ts';
import { type Fields, firstOf, textIn } from '../../formats/fields.ts';
import type { AlertEvent } from '../../types.ts';
import type { Verb } from './call.ts';

/** Those that open, close and change nothing here, and why. */
const NOTHING: Readonly<Partial<Record<Verb, string>>> = {
  unacknowledge: 'an acknowledgement here ends by itself, or is taken over: it is not taken back',
  message: 'a new text for an alert that is open',
  description: 'a new text for an alert that is open',
  priority: 'a new priority for an alert that is open: the next "create" carries it',
  tags: 'tags are taken from the "create" alone',
  details: 'details are taken from the "create" alone',
  responders: 'who is told is the policy of the service',
  teams: 'who is told is the policy of the service',
  attachments: 'attachments are not kept',
  actions: 'relay has no actions of a team',
  snooze: 'a snooze needs an open incident, and an endTime within the next 30 days',
  assign: 'an assignment needs an open incident, and an owner known here by id or address',
  escalate: 'an escalation needs an open incident',
};

/** `fields`: of the body, which may be empty. */
export function readAct(verb: Verb, dedupKey: string, fields: Fields): Omit<AlertEvent, 'service'> {
  const text = cleanSummary(textIn(fields['note']));
  const who = cleanSummary(firstOf(fields['user'], fields['source']));
  const note = text === '' ? undefined : who === '' ? text : `${who}: ${text}`;
  const common = {
    dedupKey,
    severity: 'unknown' as const,
    source: 'opsgenie',
    ...(note === undefined ? {} : { note }),
  };
  const said = `${verb} of ${cleanSummary(dedupKey)}${who === '' ? '' : ` by ${who}`}`;
  switch (verb) {
    case 'close':
    case 'delete':
      return { ...common, action: 'resolve', summary: said, reason: `a call to ${verb} it` };
    case 'acknowledge':
      return { ...common, action: 'acknowledge', summary: said, reason: 'a call to acknowledge it' };
    case 'notes':
      return { ...common, action: 'none', summary: said, reason: 'a note' };
    default:
      return { ...common, action: 'none', summary: said, reason: NOTHING[verb] ?? 'nothing relay knows' };
  }
}
