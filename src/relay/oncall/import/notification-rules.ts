/** Notification rules elsewhere as those of a person here, for the contacts that came over. */
import type { Channel, Severity } from '../../events/types.ts';
import { NOTIFICATION_LIMITS } from '../notification-checks.ts';
import { notificationRuleWords } from '../notification-words.ts';
import { showDuration } from '../times.ts';
import type { ContactMethod, Hours, NotificationRule, NotificationStep } from '../types.ts';
import type { Notes } from './notes.ts';

export interface ForeignStep {
  afterMs: number;
  /** null: a way that Relay doesn't have. */
  channel: Channel | null;
}

export interface ForeignRule {
  /** For the report: `notification rule "New alert"`. */
  what: string;
  severities?: Severity[];
  during?: Hours[];
  steps: ForeignStep[];
}

/**
 * The rules in their order, as Relay takes them: each contact in one step only, the first at once. What differs by that,
 * and what has to stay behind, goes to `notes`. `user`: whose they are, for the report.
 */
export function notificationRules(
  rules: readonly ForeignRule[],
  contacts: readonly ContactMethod[],
  user: string,
  notes: Notes,
): NotificationRule[] {
  const made = rules.flatMap((rule): NotificationRule[] => {
    const what = `${user}, ${rule.what}`;
    const steps = stepsOf(rule.steps, contacts, what, notes);
    if (steps.length === 0) {
      notes.left(what, 'it uses nothing that came over');
      return [];
    }
    const { severities, during } = rule;
    const own: NotificationRule = {
      ...(severities === undefined ? {} : { severities }),
      ...(during === undefined ? {} : { during }),
      steps,
    };
    notes.taken(what, notificationRuleWords(own));
    return [own];
  });
  if (made.length > NOTIFICATION_LIMITS.rules) {
    notes.left(
      user,
      `their notification rules after the ${NOTIFICATION_LIMITS.rules}th: a person has at most ${NOTIFICATION_LIMITS.rules}`,
    );
  }
  return made.slice(0, NOTIFICATION_LIMITS.rules);
}

/** None: it uses nothing that the person has here. */
function stepsOf(
  foreign: readonly ForeignStep[],
  contacts: readonly ContactMethod[],
  what: string,
  notes: Notes,
): NotificationStep[] {
  const usable = foreign
    .filter((step): step is { afterMs: number; channel: Channel } =>
      contacts.some((one) => one.channel === step.channel),
    )
    .toSorted((a, b) => a.afterMs - b.afterMs);
  const [first] = usable;
  if (first === undefined) return [];
  if (first.afterMs > 0)
    notes.approximated(
      what,
      `the first that can be used comes after ${showDuration(first.afterMs)} there; here at once, and the rest as much sooner`,
    );
  const steps: NotificationStep[] = [];
  const seen = new Set<Channel>();
  for (const { channel, afterMs: theirsMs } of usable) {
    const afterMs = theirsMs - first.afterMs;
    if (seen.has(channel)) {
      notes.approximated(
        what,
        `${channel} again after ${showDuration(theirsMs)}: here each is used once, and the policy repeats`,
      );
      continue;
    }
    if (afterMs > NOTIFICATION_LIMITS.afterMs) {
      notes.left(what, `${channel} after ${showDuration(theirsMs)}: here it comes within a day`);
      continue;
    }
    seen.add(channel);
    const last = steps.at(-1);
    if (last?.afterMs === afterMs) last.channels.push(channel);
    else steps.push({ afterMs, channels: [channel] });
  }
  return steps;
}
