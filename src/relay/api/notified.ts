/** How a person is told: their rules and quiet hours in words, and what would be used at one time. */
import { SEVERITIES, type Channel } from '../events/types.ts';
import { notificationRuleWords, quietHoursWords } from '../oncall/notification-words.ts';
import { notificationWarnings } from '../oncall/notification-warnings.ts';
import type { Person } from '../oncall/types.ts';
import { waysFor } from '../oncall/ways.ts';
import type { NotifiedJson, NotifiedOf } from './oncall-wire.ts';
import type { StatusJson } from './wire.ts';

/** Which contacts something is sent to, and which not and why. */
export interface Reach {
  expect: { channel: Channel; to: string }[];
  skipped: NotifiedJson['skipped'];
}

/** By what is switched on and configured. */
export function reachOf(person: Person, channels: StatusJson['channels']): Reach {
  const ways: Reach = { expect: [], skipped: [] };
  for (const { channel, address, disabled } of person.contacts) {
    const works = channels.find((one) => one.channel === channel);
    const why =
      disabled ??
      (works === undefined || works.transport === null ? (works?.text ?? 'not configured') : null);
    if (why === null) ways.expect.push({ channel, to: address });
    else ways.skipped.push({ channel, to: address, why });
  }
  return ways;
}

/** Why no answer to what goes out by these ways can come back; null: one can, as far as anybody knows. */
export function noAnswerTo({ expect }: Reach, { mail }: Pick<StatusJson, 'mail'>): string | null {
  if (expect.some(({ channel }) => channel !== 'email' && channel !== 'push')) return null;
  if (expect.every(({ channel }) => channel === 'push')) return 'push takes no answers';
  return mail === undefined || mail.replies.works
    ? null
    : `pages can't be answered by mail: ${mail.replies.text}`;
}

/** `atMs`: for what begins then; `nowMs`: warnings are about the week after it. */
export function notifiedJson(
  person: Person,
  channels: StatusJson['channels'],
  { atMs, nowMs, hostZone }: { atMs: number; nowMs: number; hostZone: string },
): NotifiedJson {
  const works = (channel: Channel): boolean =>
    channels.some((one) => one.channel === channel && one.transport !== null);
  return {
    zone: person.zone ?? hostZone,
    rules: (person.rules ?? []).map(notificationRuleWords),
    quiet: person.quiet === undefined ? null : quietHoursWords(person.quiet),
    warnings: notificationWarnings(person, nowMs, hostZone).map((one) => one.text),
    at: new Date(atMs).toISOString(),
    bySeverity: bySeverity(person, atMs, hostZone, works),
    skipped: reachOf(person, channels).skipped,
  };
}

function bySeverity(
  person: Person,
  atMs: number,
  hostZone: string,
  works: (channel: Channel) => boolean,
): NotifiedOf[] {
  const alike = new Map<string, NotifiedOf>();
  for (const severity of SEVERITIES) {
    const { ways, why } = waysFor(person, severity, atMs, hostZone, works);
    const json = ways.map((way) => ({
      channel: way.channel,
      to: way.address,
      at: new Date(way.atMs).toISOString(),
    }));
    const key = JSON.stringify([json, why]);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { severities: [severity], ways: json, why });
    else known.severities.push(severity);
  }
  return [...alike.values()];
}
