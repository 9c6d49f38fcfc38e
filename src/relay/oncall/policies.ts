/** Edits of escalation policies. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { checkFree, checkId, findPolicy } from './checks.ts';
import {
  checkedAckTimeout,
  checkedLevels,
  checkedRepeat,
  checkedRules,
  refuseUnpaged,
  type PolicyNames,
} from './policy-checks.ts';
import { checkZone } from './rotation-checks.ts';
import { refuseWhileRuled } from './rule-uses.ts';
import type { Policy, Roster } from './types.ts';

/** What an edit changes; null, [] or false take away what was there. */
export interface PolicyEdit extends Partial<Pick<Policy, 'levels' | 'repeat' | 'rules' | 'handover'>> {
  zone?: string | null;
  ackTimeoutMs?: number | null;
}

/**
 * Adds a policy. Every level names people, rotations or groups the roster has, and waits over zero, at most a week.
 * `others`: policies that its rules may name; absent: those of the roster.
 */
export function addPolicy(roster: Roster, input: Policy, others?: PolicyNames): Roster {
  checkId('policy', input.id);
  checkFree('policy', input.id, roster.policies);
  const policy = checkedPolicy(roster, input, others);
  return { ...roster, policies: [...roster.policies, policy] };
}

/** Changes what is given of a policy; overrides of levels that are gone go too. */
export function editPolicy(roster: Roster, id: string, input: PolicyEdit): Roster {
  const before = findPolicy(roster, id);
  if (Object.values(input).every((value) => value === undefined)) {
    throw new RosterError(
      'usage',
      `Nothing is to be changed about policy ${id}`,
      'Give levels, the number of repeats, rules, a zone, a timeout of acknowledgements or handover.',
    );
  }
  const { zone = before.zone, ackTimeoutMs = before.ackTimeoutMs } = input;
  const { rules = before.rules, handover = before.handover } = input;
  const policy = checkedPolicy(roster, {
    id,
    levels: input.levels ?? before.levels,
    repeat: input.repeat ?? before.repeat,
    ...(zone === undefined || zone === null ? {} : { zone }),
    ...(rules === undefined ? {} : { rules }),
    ...(ackTimeoutMs === undefined || ackTimeoutMs === null ? {} : { ackTimeoutMs }),
    ...(handover === undefined ? {} : { handover }),
  });
  return {
    ...roster,
    policies: roster.policies.map((one) => (one === before ? policy : one)),
    overrides: roster.overrides.filter((one) => one.policy !== id || one.level <= policy.levels.length),
  };
}

/** Removes a policy with its overrides. Refused while a service or another's rule uses it. */
export function removePolicy(roster: Roster, id: string): Roster {
  const policy = findPolicy(roster, id);
  const users = roster.services.filter((one) => one.policy === id).map((one) => one.id);
  if (users.length > 0) {
    throw new RosterError(
      'conflict',
      `Policy ${id} is used by ${users.length === 1 ? 'service' : 'services'} ${users.join(', ')}`,
      'Give them another policy first.',
    );
  }
  const named = roster.policies.filter((one) =>
    one.rules?.some(({ does }) => does !== 'wait' && does.policy === id),
  );
  if (named.length > 0) {
    throw new RosterError(
      'conflict',
      `Rules of policy ${named.map((one) => one.id).join(', ')} go by policy ${id}`,
      'Change those rules first.',
    );
  }
  refuseWhileRuled(roster, 'policy', id);
  return {
    ...roster,
    policies: roster.policies.filter((one) => one !== policy),
    overrides: roster.overrides.filter((one) => one.policy !== id),
  };
}

function checkedPolicy(roster: Roster, input: Policy, others?: PolicyNames): Policy {
  const rules = checkedRules(input, others ?? roster.policies.map((one) => one.id));
  const policy: Policy = {
    id: input.id,
    levels: checkedLevels(roster, input.levels),
    repeat: checkedRepeat(input.repeat),
    ...(input.zone === undefined ? {} : { zone: checkZone(input.zone) }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(input.ackTimeoutMs === undefined ? {} : { ackTimeoutMs: checkedAckTimeout(input.ackTimeoutMs) }),
    ...(input.handover === true ? { handover: true } : {}),
  };
  refuseUnpaged(policy);
  return policy;
}
