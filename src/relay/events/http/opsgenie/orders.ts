/** Opsgenie's calls that are decisions about an open incident here: snooze, assign, escalate. Pure. */
import { cleanSummary } from '../../formats/clean.ts';
import { type Fields, firstOf, objectIn, textIn } from '../../formats/fields.ts';
import type { Order } from '../../types.ts';
import type { Roster } from '../../../oncall/types.ts';
import { showTime } from '../../../oncall/times.ts';
import type { Verb } from './call.ts';

const DAY_MS = 86_400_000;
/** As everywhere. */
const SNOOZE_MAX_MS = 30 * DAY_MS;

/** Null: it is no such call, or names nothing that is known here. */
export function orderOf(verb: Verb, fields: Fields, roster: Roster, nowMs: number): Order | null {
  switch (verb) {
    case 'snooze': {
      const untilMs = Date.parse(textIn(fields['endTime']));
      if (Number.isNaN(untilMs) || untilMs <= nowMs || untilMs > nowMs + SNOOZE_MAX_MS) return null;
      return { verb: 'snooze', untilMs, until: showTime(untilMs, nowMs, 'UTC') };
    }
    case 'assign': {
      const person = personOf(roster, objectIn(fields['owner']));
      return person === null ? null : { verb: 'reassign', person, rosterVersion: roster.version };
    }
    case 'escalate': {
      const { id, name } = objectIn(fields['escalation']);
      const wanted = [textIn(id), textIn(name)].map(plain).filter((one) => one !== '');
      const policy = roster.policies.find((one) => wanted.includes(plain(one.id)));
      return policy === undefined
        ? { verb: 'escalate' }
        : { verb: 'reassign', policy: policy.id, rosterVersion: roster.version };
    }
    default:
      return null;
  }
}

/** Who asks, for the timeline. */
export const actorOf = (fields: Fields): string =>
  cleanSummary(firstOf(fields['user'], fields['source'])) || 'opsgenie';

/** By id here, or by the address that is their user name there. */
function personOf(roster: Roster, { id, username }: Fields): string | null {
  const wanted = [textIn(id), textIn(username)].filter((one) => one !== '').map((one) => one.toLowerCase());
  const found = roster.people.find((person) =>
    [person.id, ...person.contacts.map(({ address }) => address)].some((one) =>
      wanted.includes(one.toLowerCase()),
    ),
  );
  return found?.id ?? null;
}

/** As an import names things: `Ops Night` becomes `ops-night`. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/gu, '');
