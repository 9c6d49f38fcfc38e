/** How a user of PagerDuty is told of an incident: each rule one contact after some minutes, by urgency. */
import type { Severity } from '../../events/types.ts';
import { fieldsOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import type { ForeignRule, ForeignStep } from './notification-rules.ts';

/** As a service there does whose urgency goes by the severity; what says none is high. */
const URGENCIES: Record<'high' | 'low', Severity[]> = {
  high: ['critical', 'error', 'unknown'],
  low: ['warning', 'info'],
};

/** null: a way that Relay doesn't have. */
export function channelOf(type: string): 'sms' | 'voice' | 'email' | null {
  switch (type.replace(/_reference$/, '')) {
    case 'email_contact_method':
      return 'email';
    case 'sms_contact_method':
      return 'sms';
    case 'phone_contact_method':
      return 'voice';
    default:
      return null;
  }
}

/** One rule for each urgency, or one for both where they are alike. */
export function pagerdutyRules(user: Fields, what: string, notes: Notes): ForeignRule[] {
  const entries = objectsIn(user['notification_rules']);
  const known = entries.filter((one) => fieldsOf(one['contact_method']) !== null);
  if (known.length < entries.length)
    notes.left(
      what,
      `${entries.length - known.length} of their notification rules: which contact they use is not in the export; ask for users with include[]=notification_rules`,
    );
  const stepsOf = (urgency: string): ForeignStep[] =>
    known.filter((one) => (textOf(one['urgency']) ?? 'high') === urgency).map(stepOf);
  const [high, low] = [stepsOf('high'), stepsOf('low')];
  if (high.length === 0 && low.length === 0) return [];
  if (isSame(high, low)) return [{ what: 'notification rules', steps: high }];
  notes.approximated(
    what,
    `their notification rules go by urgency there; here high means ${URGENCIES.high.join(', ')} and low ${URGENCIES.low.join(', ')}`,
  );
  return (['high', 'low'] as const).flatMap((urgency): ForeignRule[] => {
    const steps = urgency === 'high' ? high : low;
    if (steps.length > 0)
      return [{ what: `notification rules of ${urgency} urgency`, severities: URGENCIES[urgency], steps }];
    notes.approximated(
      what,
      `they have no notification rule of ${urgency} urgency there; here ${URGENCIES[urgency].join(', ')} come by every contact`,
    );
    return [];
  });
}

const stepOf = (rule: Fields): ForeignStep => ({
  afterMs: Math.max(0, wholeOf(rule['start_delay_in_minutes']) ?? 0) * 60_000,
  channel: channelOf(textOf(fieldsOf(rule['contact_method'])?.['type']) ?? ''),
});

/** Whatever their order. */
const isSame = (some: readonly ForeignStep[], others: readonly ForeignStep[]): boolean => {
  const keys = (steps: readonly ForeignStep[]): string =>
    steps
      .map(({ afterMs, channel }) => `${afterMs} ${channel ?? ''}`)
      .toSorted()
      .join();
  return keys(some) === keys(others);
};
