/** What differs between two rosters of that which no roster file says: secrets' bookkeeping, and what people proved. Pure. */
import { nameOf } from '../calendar-links.ts';
import type { Person, Roster } from '../types.ts';

/** Each change on a line of its own, as `differences` has it; nothing of a secret is in it. */
export function outsideFile(before: Roster, after: Roster): string[] {
  return [
    ...comings(before.calendarLinks, after.calendarLinks, ({ of }) => `calendar address of ${nameOf(of)}`),
    ...comings(before.feeds, after.feeds, ({ person }) => `calendar of absences of ${person}`),
    ...after.people.flatMap((person) =>
      provenBy(
        before.people.find(({ id }) => id === person.id),
        person,
      ),
    ),
  ];
}

/** What has come (+) and gone (-), by id. */
function comings<T extends { id: string }>(
  before: readonly T[] = [],
  after: readonly T[] = [],
  words: (one: T) => string,
): string[] {
  const without = (all: readonly T[], known: readonly T[]): T[] =>
    all.filter((one) => known.every(({ id }) => id !== one.id));
  return [
    ...without(before, after).map((one) => `- ${words(one)}`),
    ...without(after, before).map((one) => `+ ${words(one)}`),
  ];
}

function provenBy(before: Person | undefined, after: Person): string[] {
  const verified = after.contacts.filter(
    ({ channel, address, verifiedAtMs }) =>
      verifiedAtMs !== undefined &&
      before?.contacts.some(
        (one) => one.channel === channel && one.address === address && one.verifiedAtMs === undefined,
      ) === true,
  );
  const isRevoked = before !== undefined && before.linksRevokedAtMs !== after.linksRevokedAtMs;
  return [
    ...verified.map(({ channel, address }) => `~ person ${after.id}: ${channel} ${address} is verified`),
    ...(isRevoked ? [`~ person ${after.id}: the links sent so far are revoked`] : []),
  ];
}
