/** Policies as the API tells them. */
import { findPolicy } from '../oncall/checks.ts';
import { hoursWords } from '../oncall/hours-words.ts';
import { peopleAt } from '../oncall/level.ts';
import { policyNamedBy } from '../oncall/named-by.ts';
import { rulesNow } from '../oncall/policy-words.ts';
import type { Policy, Roster } from '../oncall/types.ts';
import { unverifiedOf } from '../oncall/verified.ts';
import type { PolicyDetailJson, PolicyJson } from './oncall-wire.ts';

/** One policy with what names it and whom it tells now. Rejects with RosterError when there is none. */
export function policyDetail(roster: Roster, id: string, nowMs: number, inZone: string): PolicyDetailJson {
  const found = findPolicy(roster, id);
  const levels = found.levels.map((_, index) => peopleAt(roster, found, index + 1, nowMs));
  const told = new Set(levels.flat());
  const unverified = roster.people
    .filter((person) => told.has(person.id))
    .map((person) => ({ person: person.id, channels: unverifiedOf(person).map((one) => one.channel) }))
    .filter((one) => one.channels.length > 0);
  return {
    ...policyJson(found),
    namedBy: policyNamedBy(roster, id),
    now: {
      at: new Date(nowMs).toISOString(),
      levels,
      rules: rulesNow(found, nowMs, inZone),
      ...(unverified.length === 0 ? {} : { unverified }),
    },
  };
}

/** With hours as a roster file has them. */
export const policyJson = ({ rules, ...rest }: Policy): PolicyJson => ({
  ...rest,
  ...(rules === undefined
    ? {}
    : {
        rules: rules.map(({ during, outside, does, ...one }) => ({
          ...one,
          ...(during === undefined ? {} : { during: during.map(hoursWords) }),
          ...(outside === undefined ? {} : { outside: outside.map(hoursWords) }),
          ...(does === 'wait' ? { wait: true as const } : { policy: does.policy }),
        })),
      }),
});
