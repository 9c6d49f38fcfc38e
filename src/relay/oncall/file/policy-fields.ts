/** Escalation policies in the roster file, field by field. Pure. */
import { SEVERITIES } from '../../events/types.ts';
import { POLICY_LIMITS } from '../policy-checks.ts';
import { checkZone } from '../rotation-checks.ts';
import type { Policy, PolicyLevel, PolicyRule } from '../types.ts';
import { described } from './findings.ts';
import { duration, hours } from './forms.ts';
import { checked, choice, list, mapped, nameOf, record, text, whole, type Shape } from './shapes.ts';

/** A time zone. */
export const zone = checked(text('a time zone such as Europe/Berlin', 60), checkZone);
/** Some people, each once. */
export const people = list(nameOf('person'), { max: POLICY_LIMITS.people, unique: true });
/** Some severities, at least one. */
export const severities = list(choice(SEVERITIES), { min: 1, max: SEVERITIES.length, unique: true });

const levelKeys = record<PolicyLevel>('a level', {
  people: { about: 'Who is told, all at once.', shape: people, absent: [] },
  rotations: {
    about: 'Whoever is on call in them is told.',
    shape: list(nameOf('rotation'), { max: POLICY_LIMITS.rotations, unique: true }),
    optional: true,
  },
  groups: {
    about: 'Everybody in them is told.',
    shape: list(nameOf('group'), { max: POLICY_LIMITS.groups, unique: true }),
    optional: true,
  },
  severities: {
    about: 'Only for incidents of these severities; others pass over this level at once.',
    shape: severities,
    optional: true,
  },
  afterMs: { key: 'after', about: 'How long they have before the next level is told.', shape: duration },
});

const level = mapped<PolicyLevel, PolicyLevel>(levelKeys, {
  from: (said, path, to) => {
    const count = said.people.length + (said.rotations?.length ?? 0) + (said.groups?.length ?? 0);
    return count > 0 ? said : to.wrong(path, 'this level names nobody: give people, rotations or groups');
  },
  to: (said) => said,
});

interface RuleKeys extends Omit<PolicyRule, 'does'> {
  does?: 'wait';
  policy?: string;
}

const span = list(hours, { min: 1, max: POLICY_LIMITS.hours });

const ruleKeys = record<RuleKeys>('a rule', {
  severities: { about: 'For these severities; else for all.', shape: severities, optional: true },
  during: { about: "Only within these hours, by the policy's zone.", shape: span, optional: true },
  outside: { about: 'Only outside of all these hours.', shape: span, optional: true },
  does: {
    key: 'then',
    about: 'wait: nobody is told until the rule no longer applies. Either this or a policy.',
    shape: choice(['wait']),
    optional: true,
  },
  policy: {
    about: 'Goes by this policy instead, whose own rules do not count.',
    shape: nameOf('policy'),
    optional: true,
  },
});

const rule = mapped<PolicyRule, RuleKeys>(ruleKeys, {
  from: ({ does, policy: other, ...when }, path, to) => {
    if (does !== undefined && other === undefined) return { ...when, does };
    if (does === undefined && other !== undefined) return { ...when, does: { policy: other } };
    return to.wrong(path, 'a rule says either then: wait, or a policy to go by instead');
  },
  to: ({ does, ...when }) => (does === 'wait' ? { ...when, does } : { ...when, policy: does.policy }),
});

export const yesOrNo: Shape<boolean> = {
  schema: { type: 'boolean' },
  write: (value) => value,
  read: (value, path, to) =>
    typeof value === 'boolean' ? value : to.wrong(path, `expected true or false, got ${described(value)}`),
};

/** An escalation policy. */
export const policy = record<Omit<Policy, 'id'>>('a policy', {
  levels: {
    about: 'Who is told first, and who next when nobody answers.',
    shape: list(level, { min: 1, max: POLICY_LIMITS.levels }),
  },
  repeat: {
    about: 'How often the levels are gone through again before the catch-all.',
    shape: whole(0, POLICY_LIMITS.repeats),
    absent: 3,
  },
  zone: { about: 'The time zone of the hours in its rules.', shape: zone, optional: true },
  rules: {
    about: 'What is otherwise for some severities or at some times; the first that applies decides.',
    shape: list(rule, { min: 1, max: POLICY_LIMITS.rules }),
    optional: true,
  },
  ackTimeoutMs: {
    key: 'ackTimeout',
    about: 'Acknowledged and not resolved for so long: told again.',
    shape: duration,
    optional: true,
  },
  handover: {
    about: 'At a handoff, open incidents go to whoever comes on call.',
    shape: yesOrNo,
    optional: true,
  },
});
