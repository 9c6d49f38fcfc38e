/** When each contact method of a person is used: notification rules and quiet hours at an instant. Pure. */
import type { Channel, Severity } from '../events/types.ts';
import { isWhen, lastsUntilMs, whenWords } from './hours-at.ts';
import { hoursWords } from './hours-words.ts';
import { showTime } from './times.ts';
import type { ContactMethod, NotificationRule, Person, QuietHours } from './types.ts';

/** A contact method and when it is used. */
export interface PlannedWay {
  channel: Channel;
  address: string;
  /** Not before. */
  atMs: number;
}

/** The most characters of a reason. */
const WHY_MOST = 160;

/** What breaks through quiet hours that don't say it. */
export const LOUD: readonly Severity[] = ['critical'];

/**
 * When each contact method of a person is used for something that begins at `atMs`, the soonest first. Contacts that
 * are switched off are left out, and those whose channel doesn't work here: nothing is waited for that never comes, and
 * a rule with nothing else counts as none. As long as a contact is left there is a way, at once or when quiet hours end.
 * `why` names the rule and the quiet hours in words for the timeline; null without any.
 */
export function waysFor(
  person: Person,
  severity: Severity,
  atMs: number,
  hostZone: string,
  works: (channel: Channel) => boolean = () => true,
): { ways: PlannedWay[]; why: string | null } {
  const zone = person.zone ?? hostZone;
  const contacts = person.contacts.filter((one) => one.disabled === undefined && works(one.channel));
  const ruled = ruledFor(person, contacts, severity, atMs, zone);
  const later = ruled?.later ?? contacts.map((contact) => ({ contact, afterMs: 0 }));
  const timed = timesFor(later, atMs, (ms) => wakesFromMs(person, severity, ms, hostZone));
  const ways = timed
    .map(({ contact: { channel, address }, usedMs }) => ({ channel, address, atMs: usedMs }))
    .sort((one, other) => one.atMs - other.atMs);
  const held = timed.flatMap(({ quietUntilMs }) => quietUntilMs ?? []);
  const whys = [
    ...(ruled === null ? [] : [ruled.why]),
    ...(person.quiet === undefined || held.length === 0
      ? []
      : [quietWords(person.quiet, Math.min(...held), atMs, zone)]),
  ];
  return { ways, why: whys.length === 0 ? null : cut(whys.join('; ')) };
}

/** Of hours that are many the first are enough: it stands in each incident's timeline. */
const cut = (words: string): string => (words.length > WHY_MOST ? `${words.slice(0, WHY_MOST - 1)}…` : words);

/** The first rule that applies; null: none does. `hostZone`: for a person who has no zone. */
export function notificationRuleAt(
  person: Person,
  severity: Severity,
  atMs: number,
  hostZone: string,
): NotificationRule | null {
  return person.rules?.find((rule) => isWhen(rule, person.zone ?? hostZone, severity, atMs)) ?? null;
}

/** From when a phone of theirs may ring about something of this severity: now, or when their quiet hours end. */
export function wakesFromMs(person: Person, severity: Severity, nowMs: number, hostZone: string): number {
  const { quiet, zone = hostZone } = person;
  if (quiet === undefined || (quiet.except ?? LOUD).includes(severity)) return nowMs;
  // Quiet hours without an end keep nobody from being told.
  return lastsUntilMs(quiet.during, zone, nowMs) ?? nowMs;
}

interface Later {
  contact: ContactMethod;
  afterMs: number;
}

/** null: no rule applies, or the one that does names nothing that this person has. */
function ruledFor(
  person: Person,
  contacts: ContactMethod[],
  severity: Severity,
  atMs: number,
  zone: string,
): { later: Later[]; why: string } | null {
  const rule = notificationRuleAt(person, severity, atMs, zone);
  if (rule === null) return null;
  const later = contacts.flatMap((contact): Later[] => {
    const step = rule.steps.find((one) => one.channels.includes(contact.channel));
    return step === undefined ? [] : [{ contact, afterMs: step.afterMs }];
  });
  if (later.length === 0) return null;
  const number = (person.rules?.indexOf(rule) ?? 0) + 1;
  const when = [rule.severities?.join(', ') ?? '', whenWords(rule)].filter((one) => one !== '').join(' ');
  return { later: atOnce(later), why: `rule ${number} of ${person.id}${when === '' ? '' : `, ${when}`}` };
}

/** What can't be used isn't waited for: the first of what is left is used at once. */
function atOnce(later: Later[]): Later[] {
  const firstMs = Math.min(...later.map((one) => one.afterMs));
  return later.map((one) => ({ ...one, afterMs: one.afterMs - firstMs }));
}

interface Timed {
  contact: ContactMethod;
  usedMs: number;
  /** Until when quiet hours held it; null: they don't. */
  quietUntilMs: number | null;
}

/**
 * When each is used, quiet hours counted (`freeMs`: from when a phone may ring): in them a mail goes at once, since it wakes nobody, and the rest begins when
 * they end. A step that would fall into them waits for their end too.
 */
function timesFor(later: Later[], atMs: number, freeMs: (ms: number) => number): Timed[] {
  const beginMs = freeMs(atMs);
  const isQuiet = beginMs > atMs;
  const waking = later.filter(({ contact }) => contact.channel !== 'email');
  const skippedMs = isQuiet ? Math.min(...waking.map((one) => one.afterMs)) : 0;
  return later.map(({ contact, afterMs }) => {
    if (contact.channel === 'email') {
      return { contact, usedMs: isQuiet ? atMs : atMs + afterMs, quietUntilMs: null };
    }
    const wantedMs = beginMs + afterMs - skippedMs;
    const usedMs = freeMs(wantedMs);
    return { contact, usedMs, quietUntilMs: usedMs > wantedMs ? usedMs : isQuiet ? beginMs : null };
  });
}

/** `quiet hours 22:00-07:00 until Sat 07:00 CET`. */
function quietWords(quiet: QuietHours, untilMs: number, atMs: number, zone: string): string {
  return `quiet hours ${quiet.during.map(hoursWords).join(', ')} until ${showTime(untilMs, atMs, zone)}`;
}
