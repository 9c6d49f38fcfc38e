/**
 * Asks people once a week to verify the contacts from which no answer has come yet: each is asked where it is, so that
 * its answer verifies it.
 */
import type { Accept, NewInput } from '../events/accept.ts';
import type { Channel } from '../events/types.ts';
import type { ContactMethod, Person, Roster } from '../oncall/types.ts';
import { unverifiedOf } from '../oncall/verified.ts';

export interface VerifyingParts {
  roster(): Roster;
  accept: Accept;
  /** Channels over which people can answer here. */
  answerable: ReadonlySet<Channel>;
  nowMs(): number;
}

/** Made up at another time, it would wake people: the next morning's job asks then. Hours of this host's zone. */
const FROM_HOUR = 8;
const UNTIL_HOUR = 20;

/**
 * For a job of each day: everybody is asked, once for each contact and week. That is on Mondays, unless the contact is
 * newer or Monday was missed: the ids are the week's, and the journal takes each once. Rejects as `accept` does.
 */
export async function askToVerify({ roster, accept, answerable, nowMs }: VerifyingParts): Promise<void> {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs()).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  if (today.hour < FROM_HOUR || today.hour >= UNTIL_HOUR) return;
  const week = `${today.yearOfWeek}-w${today.weekOfYear}`;
  const asked = roster().people.flatMap((person) =>
    unverifiedOf(person)
      // Nobody is called for that: `relay test` calls, when they like.
      .filter(({ channel }) => channel !== 'voice' && answerable.has(channel))
      .map((contact) => question(person, contact, week)),
  );
  if (asked.length > 0) await accept(asked);
}

function question(person: Person, { channel, address }: ContactMethod, week: string): NewInput {
  const what = channel === 'email' ? 'this address' : 'this number';
  const text = `Relay pages ${person.name} here, and no answer has come from ${what} yet`;
  return {
    stableId: `verify-${week}-${person.id}-${channel}-${address}`,
    input: {
      kind: 'notice',
      person: person.id,
      about: `${channel} ${address} is unverified`,
      subject: 'Please verify this address',
      text,
      details: `${text}.\nPages come all the same; an answer shows that they can be answered too.`,
      verify: { channel, address },
    },
    raw: null,
  };
}

/** For `relay status`: who is paged where no answer has come from yet; null: everybody has answered. */
export function unverifiedNote({ people }: Roster, answerable: ReadonlySet<string>): string | null {
  const unverified = people.flatMap((person) =>
    unverifiedOf(person).map(({ channel, address }) => ({
      person,
      channel,
      text: `${person.id} ${channel} ${address}`,
    })),
  );
  const [first] = unverified;
  if (first === undefined) return null;
  const shown = unverified.slice(0, SHOWN).map(({ text }) => text);
  const more = unverified.length > SHOWN ? ` and ${unverified.length - SHOWN} more` : '';
  // An answer is what verifies; where none can come, a test at least shows whether it arrives.
  const answer = unverified.some(({ channel }) => answerable.has(channel)) ? ', and answer' : '';
  return `unverified, paged all the same: ${shown.join(', ')}${more}: relay test ${first.person.id}${answer}`;
}

/** More would not be read. */
const SHOWN = 3;
