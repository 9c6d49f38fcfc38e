/** What an escalation policy must be, said so that the next try works. Pure. */
import { SEVERITIES } from '../events/types.ts';
import { RosterError } from './book.ts';
import { clean, findGroup, findPerson, findRotation, nearest } from './checks.ts';
import { ruleAt, waitAt } from './rules.ts';
import { showDuration } from './times.ts';
import type { Policy, PolicyLevel, PolicyRule, Roster } from './types.ts';
import { checkedSeverities, checkedSpans } from './when-checks.ts';

/** The policies that there are. */
export type PolicyNames = readonly string[];

/** Bounds that keep a mistake from becoming a policy that never ends or never begins: the most of each. */
export const POLICY_LIMITS = {
  levels: 20,
  people: 50,
  rotations: 20,
  groups: 20,
  repeats: 100,
  rules: 20,
  hours: 20,
  afterMs: 7 * 86_400_000,
  ackTimeoutMs: 30 * 86_400_000,
} as const;

/** Rejects with RosterError, like the next three. */
export function checkedLevels(roster: Roster, levels: PolicyLevel[]): PolicyLevel[] {
  if (levels.length === 0 || levels.length > POLICY_LIMITS.levels) {
    throw new RosterError(
      'usage',
      `A policy has 1 to ${POLICY_LIMITS.levels} levels`,
      'Give --level PERSON for each.',
    );
  }
  return levels.map((level, index) => checkedLevel(roster, level, index + 1));
}

/** How often the levels are gone through again. */
export function checkedRepeat(repeat: number): number {
  if (Number.isInteger(repeat) && repeat >= 0 && repeat <= POLICY_LIMITS.repeats) return repeat;
  throw new RosterError(
    'usage',
    `A policy repeats 0 to ${POLICY_LIMITS.repeats} times`,
    'For example: --repeat 3.',
  );
}

function checkedLevel(roster: Roster, level: PolicyLevel, number: number): PolicyLevel {
  const people = [...new Set(level.people)];
  const rotations = [...new Set(level.rotations)];
  const groups = [...new Set(level.groups)];
  if (people.length + rotations.length + groups.length === 0) {
    throw usage(
      `Level ${number} would name nobody`,
      `Name one or more, as in --level ana,ben; take it away: --remove-level ${number}.`,
    );
  }
  if (people.length > POLICY_LIMITS.people) {
    throw usage(
      `Level ${number} names ${people.length} people, and a level has at most ${POLICY_LIMITS.people}`,
      'Put some of them on another level, or all in a group: relay group add dba ana ben.',
    );
  }
  if (rotations.length > POLICY_LIMITS.rotations || groups.length > POLICY_LIMITS.groups) {
    throw new RosterError(
      'usage',
      `Level ${number} names over ${POLICY_LIMITS.rotations} rotations or ${POLICY_LIMITS.groups} groups`,
      'Put some of them on another level.',
    );
  }
  for (const person of people) findPerson(roster, person);
  for (const rotation of rotations) findRotation(roster, rotation);
  for (const group of groups) findGroup(roster, group);
  if (!Number.isInteger(level.afterMs) || level.afterMs <= 0 || level.afterMs > POLICY_LIMITS.afterMs) {
    throw new RosterError(
      'usage',
      `Level ${number} must wait over 0 and at most ${showDuration(POLICY_LIMITS.afterMs)} before the next`,
      'For example: --after 5m.',
    );
  }
  return {
    people,
    ...(rotations.length === 0 ? {} : { rotations }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(level.severities === undefined
      ? {}
      : { severities: checkedSeverities(level.severities, `Level ${number}`) }),
    afterMs: level.afterMs,
  };
}

/** How long an acknowledgement holds. */
export function checkedAckTimeout(ackTimeoutMs: number): number {
  const isWithin = ackTimeoutMs > 0 && ackTimeoutMs <= POLICY_LIMITS.ackTimeoutMs;
  if (Number.isInteger(ackTimeoutMs) && isWithin) return ackTimeoutMs;
  throw usage(
    `An acknowledgement holds over 0 and at most ${showDuration(POLICY_LIMITS.ackTimeoutMs)}`,
    'For example: --ack-timeout 4h.',
  );
}

/** A policy's rules; those that go by another policy name one of `others`. */
export function checkedRules({ id, zone, rules = [] }: Policy, others: PolicyNames): PolicyRule[] {
  if (rules.length > POLICY_LIMITS.rules) {
    throw usage(`A policy has at most ${POLICY_LIMITS.rules} rules`, 'Join some of them.');
  }
  return rules.map(({ severities, during, outside, does }, index) => {
    const name = `Rule ${index + 1}`;
    // Before anything else: a word that is no severity is what makes the rest of a rule wrong.
    const only = severities === undefined ? {} : { severities: checkedSeverities(severities, name) };
    if (zone === undefined && (during !== undefined || outside !== undefined)) {
      throw usage(`${name} has hours, and the policy no time zone`, 'Give it one: --zone Europe/Berlin.');
    }
    if (does === 'wait' && during === undefined && outside === undefined) {
      throw usage(`${name} waits for ever`, 'Say when it waits: outside "mon-fri 08:00-18:00".');
    }
    return {
      ...only,
      ...(during === undefined ? {} : { during: checkedSpans(during, name, POLICY_LIMITS.hours) }),
      ...(outside === undefined ? {} : { outside: checkedSpans(outside, name, POLICY_LIMITS.hours) }),
      does: does === 'wait' ? does : { policy: checkedOther(id, does.policy, name, others) },
    };
  });
}

/** Refuses what would leave incidents of a severity to the catch-all, or waiting for ever. */
export function refuseUnpaged(policy: Policy): void {
  for (const severity of SEVERITIES) {
    if (!policy.levels.some((level) => level.severities?.includes(severity) ?? true)) {
      throw usage(
        `No level of policy ${policy.id} is for ${severity}`,
        'Give one level all severities, or this one too.',
      );
    }
    if (ruleAt(policy, severity, 0)?.does === 'wait' && waitAt(policy, severity, 0) === null) {
      throw usage(
        `By the rules of policy ${policy.id}, ${severity} would wait for ever`,
        'Leave some hours of the week in which somebody is told.',
      );
    }
  }
}

function checkedOther(policy: string, other: string, name: string, others: PolicyNames): string {
  if (other === policy) throw usage(`${name} goes by its own policy`, 'Name another one.');
  if (others.includes(other)) return other;
  const near = nearest(other, others);
  throw new RosterError(
    'not_found',
    `${name}: there is no policy ${clean(other)}`,
    near === null ? 'Add it with `relay policy add`.' : `Did you mean ${near}?`,
  );
}

const usage = (message: string, cure: string): RosterError => new RosterError('usage', message, cure);
