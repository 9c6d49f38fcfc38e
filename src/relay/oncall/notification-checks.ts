/** What notification rules and quiet hours must be, said so that the next try works. Pure. */
import { CHANNELS, type Channel } from '../events/types.ts';
import { RosterError } from './book.ts';
import { clean, nearest } from './checks.ts';
import { lastsUntilMs } from './hours-at.ts';
import { showDuration } from './times.ts';
import type { NotificationRule, NotificationStep, Person, QuietHours } from './types.ts';
import { checkedSeverities, checkedSpans } from './when-checks.ts';

/** The most of each, so that a mistake doesn't become a rule by which somebody is told too late. */
export const NOTIFICATION_LIMITS = {
  rules: 10,
  steps: 6,
  hours: 20,
  afterMs: 24 * 3_600_000,
  /** Until the first contact that the person has. */
  firstMs: 30 * 60_000,
} as const;

/**
 * A person's rules and quiet hours: as they are given, for the contacts they have. Empty rules are none. Rejects with
 * RosterError.
 */
export function checkedNotifications(person: Person): Pick<Person, 'rules' | 'quiet'> {
  const { rules = [], quiet } = person;
  if (rules.length > NOTIFICATION_LIMITS.rules) {
    throw usage(
      `${person.id} has ${rules.length} notification rules, and at most ${NOTIFICATION_LIMITS.rules} are read`,
      'Join some of them.',
    );
  }
  const checked = rules.map((rule, index) => checkedRule(rule, `Rule ${index + 1}`, person));
  return {
    ...(checked.length === 0 ? {} : { rules: checked }),
    ...(quiet === undefined ? {} : { quiet: checkedQuiet(quiet, person.id) }),
  };
}

function checkedRule(rule: NotificationRule, name: string, person: Person): NotificationRule {
  const { severities, during, outside } = rule;
  // Before anything else: a word that is no severity is what makes the rest of a rule wrong.
  const only = severities === undefined ? {} : { severities: checkedSeverities(severities, name) };
  const spans = {
    ...(during === undefined ? {} : { during: checkedSpans(during, name, NOTIFICATION_LIMITS.hours) }),
    ...(outside === undefined ? {} : { outside: checkedSpans(outside, name, NOTIFICATION_LIMITS.hours) }),
  };
  const steps = checkedSteps(rule.steps, name);
  refuseLate(steps, name, person);
  return { ...only, ...spans, steps };
}

function checkedSteps(steps: readonly NotificationStep[], name: string): NotificationStep[] {
  if (steps.length === 0 || steps.length > NOTIFICATION_LIMITS.steps) {
    throw usage(
      `${name} has no steps, or over ${NOTIFICATION_LIMITS.steps}`,
      'Say what is used at once and what later: --now sms,email --after 5m=voice.',
    );
  }
  const seen = new Set<Channel>();
  let beforeMs = -1;
  return steps.map(({ afterMs, channels }, index) => {
    if (!Number.isInteger(afterMs) || afterMs < 0 || afterMs > NOTIFICATION_LIMITS.afterMs) {
      throw usage(
        `${name}: a step comes at once or at most ${showDuration(NOTIFICATION_LIMITS.afterMs)} later`,
        'For example: --after 5m=voice.',
      );
    }
    if (index === 0 && afterMs > 0) {
      throw usage(
        `${name} tells nobody at once: its first step comes after ${showDuration(afterMs)}`,
        'Give the first one without a delay, as in --now email: an incident must not wait for its first word. Hours in which nothing may wake you are quiet hours.',
      );
    }
    if (afterMs <= beforeMs) {
      throw usage(
        `${name}: the step after ${showDuration(afterMs)} follows that after ${showDuration(beforeMs)}`,
        'Give the steps in the order in which they come, and what comes at one time in one step.',
      );
    }
    beforeMs = afterMs;
    return { afterMs, channels: checkedChannels(channels, name, seen) };
  });
}

function checkedChannels(channels: readonly Channel[], name: string, seen: Set<Channel>): Channel[] {
  if (channels.length === 0) {
    throw usage(`${name} has a step that uses nothing`, `Name one or more of ${CHANNELS.join(', ')}.`);
  }
  for (const channel of channels) {
    if (!CHANNELS.some((one) => one === channel)) {
      const near = nearest(channel, CHANNELS);
      throw usage(
        `${name}: there is no channel "${clean(channel)}"`,
        `${near === null ? '' : `Did you mean ${near}? `}Channels are ${CHANNELS.join(', ')}.`,
      );
    }
    if (seen.has(channel)) {
      throw usage(`${name} names ${channel} twice`, 'Each is used once for an incident: leave one out.');
    }
    seen.add(channel);
  }
  return [...channels];
}

/** Refuses a rule by which the contacts of this person come late or not at all. One that is off may be on again. */
function refuseLate(steps: readonly NotificationStep[], name: string, person: Person): void {
  const has = CHANNELS.filter((channel) => person.contacts.some((one) => one.channel === channel));
  const first = steps.find((step) => step.channels.some((one) => has.some((channel) => channel === one)));
  const used = steps.flatMap((step) => step.channels);
  if (first === undefined) {
    throw usage(
      `${name} uses ${used.join(', ')} only, and ${person.id} has ${has.join(', ')}`,
      `Name ${has[0] ?? 'email'} in it too, give ${person.id} that contact, or take the rule away: relay person rule remove.`,
    );
  }
  if (first.afterMs > NOTIFICATION_LIMITS.firstMs) {
    const early = steps.filter((step) => step.afterMs < first.afterMs).flatMap((step) => step.channels);
    throw usage(
      `${name} reaches ${person.id} after ${showDuration(first.afterMs)} only: there is no ${early.join(', ')} of theirs before`,
      `Use ${first.channels.join(', ')} within ${showDuration(NOTIFICATION_LIMITS.firstMs)}, or give ${person.id} that contact.`,
    );
  }
}

function checkedQuiet({ during, except }: QuietHours, id: string): QuietHours {
  if (during.length === 0) {
    throw usage(`${id} would have quiet hours without hours`, 'Write them like "22:00-07:00".');
  }
  const hours = checkedSpans(during, `The quiet time of ${id}`, NOTIFICATION_LIMITS.hours);
  // In any zone: what has no end in one has none in another.
  if (lastsUntilMs(hours, 'UTC', 0) === null) {
    throw usage(
      `The quiet hours of ${id} would never end`,
      'Leave some hours in which a phone may ring: "22:00-07:00".',
    );
  }
  if (except === undefined) return { during: hours };
  // None is an answer too: then nothing breaks through.
  return {
    during: hours,
    except: except.length === 0 ? [] : checkedSeverities(except, ...ofQuiet(id)),
  };
}

const ofQuiet = (id: string): [string, string] => [
  `What breaks through the quiet hours of ${id}`,
  'without any only critical does, and with none nothing',
];

const usage = (message: string, cure: string): RosterError => new RosterError('usage', message, cure);
