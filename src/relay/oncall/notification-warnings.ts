/** What is no mistake in somebody's notification rules and quiet hours, and probably not meant. Pure. */
import { HOUR_MS, DAY_MS } from './rotations/civil.ts';
import { zoneOf } from './rotations/zone.ts';
import { isZone, showDuration, showTime } from './times.ts';
import type { NotificationRule, Person } from './types.ts';
import { waysFor } from './ways.ts';

/** `rule`: of which rule it is told, from 1; absent: of all of them together. */
export interface NotificationWarning {
  rule?: number;
  text: string;
}

/** Later than this at night, a phone that rings is no page of something critical any more. */
const WAKES_WITHIN_MS = 30 * 60_000;
const LOOKED_AT_MS = 7 * DAY_MS;
/** From 22:00 until before 06:00. */
const isNight = (localMs: number): boolean => {
  const clockMs = ((localMs % DAY_MS) + DAY_MS) % DAY_MS;
  return clockMs >= 22 * HOUR_MS || clockMs < 6 * HOUR_MS;
};

/** Contacts that aren't there, rules that never count, and a critical incident that wakes nobody at night. */
export function notificationWarnings(person: Person, nowMs: number, hostZone: string): NotificationWarning[] {
  const rules = person.rules ?? [];
  const always = rules.findIndex((rule) => isAlways(rule));
  return [
    ...rules.flatMap((rule, index) => missingContacts(person, rule, index + 1)),
    ...(always === -1 ? [] : rules.slice(always + 1)).map((_, index) => ({
      rule: always + index + 2,
      text: `rule ${always + index + 2} never counts: rule ${always + 1} before it always applies`,
    })),
    ...quietNight(person, nowMs, hostZone),
  ];
}

const isAlways = ({ severities, during, outside }: NotificationRule): boolean =>
  severities === undefined && during === undefined && outside === undefined;

function missingContacts(person: Person, rule: NotificationRule, number: number): NotificationWarning[] {
  const missing = rule.steps
    .flatMap((step) => step.channels)
    .filter((channel) => !person.contacts.some((one) => one.channel === channel));
  if (missing.length === 0) return [];
  return [
    { rule: number, text: `rule ${number} uses ${missing.join(', ')}, and ${person.id} has no such contact` },
  ];
}

/** The first hour of a night in the next week in which something critical rings no phone of theirs. */
function quietNight(person: Person, nowMs: number, hostZone: string): NotificationWarning[] {
  const hasPhone = person.contacts.some((one) => one.channel !== 'email' && one.disabled === undefined);
  if (!hasPhone || (person.rules === undefined && person.quiet === undefined)) return [];
  const asked = person.zone ?? hostZone;
  const zone = isZone(asked) ? asked : 'UTC';
  const firstMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS;
  for (let atMs = firstMs; atMs < nowMs + LOOKED_AT_MS; atMs += HOUR_MS) {
    if (!isNight(zoneOf(zone).toLocal(atMs))) continue;
    const { ways, why } = waysFor(person, 'critical', atMs, hostZone);
    const rings = ways.find((one) => one.channel !== 'email');
    if (rings !== undefined && rings.atMs <= atMs + WAKES_WITHIN_MS) continue;
    const when = rings === undefined ? 'by mail only' : `by phone after ${showDuration(rings.atMs - atMs)}`;
    return [
      {
        text: `at night critical rings no phone of ${person.id}: ${showTime(atMs, nowMs, zone)} it goes ${when}${why === null ? '' : ` (${why})`}`,
      },
    ];
  }
  return [];
}
