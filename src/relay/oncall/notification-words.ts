/** How a person is told, in words: their notification rules and quiet hours as sentences. Pure. */
import { hoursWords } from './hours-words.ts';
import { showDuration } from './times.ts';
import type { NotificationRule, NotificationStep, Person, QuietHours } from './types.ts';
import { LOUD } from './ways.ts';

/** `critical: sms and email at once, voice after 5m`; `always: …` for a rule without conditions. */
export function notificationRuleWords({ severities, during, outside, steps }: NotificationRule): string {
  const when = [
    severities === undefined ? '' : severities.join(', '),
    during === undefined ? '' : `during ${during.map(hoursWords).join(' and ')}`,
    outside === undefined ? '' : `outside ${outside.map(hoursWords).join(' and ')}`,
  ].filter((one) => one !== '');
  return `${when.length === 0 ? 'always' : when.join(' ')}: ${steps.map(stepWords).join(', ')}`;
}

/** `22:00-07:00; critical breaks through`. */
export function quietHoursWords({ during, except = [...LOUD] }: QuietHours): string {
  const through =
    except.length === 0
      ? 'nothing breaks through'
      : `${joined(except)} ${except.length === 1 ? 'breaks' : 'break'} through`;
  return `${during.map(hoursWords).join(' and ')}; ${through}`;
}

/** `1. critical: sms at once; 2. …; else by every contact at once; quiet 22:00-07:00; …`. */
export function notificationsWords({ rules = [], quiet }: Pick<Person, 'rules' | 'quiet'>): string {
  return [
    ...rules.map((rule, index) => `${index + 1}. ${notificationRuleWords(rule)}`),
    `${rules.length === 0 ? '' : 'else '}by every contact at once`,
    ...(quiet === undefined ? [] : [`quiet ${quietHoursWords(quiet)}`]),
  ].join('; ');
}

const stepWords = ({ afterMs, channels }: NotificationStep): string =>
  `${joined(channels)} ${afterMs === 0 ? 'at once' : `after ${showDuration(afterMs)}`}`;

/** `a`, `a and b`, `a, b and c`. */
const joined = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
