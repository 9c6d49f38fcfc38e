/** Who is to be told at level n, at one instant, under one version of the roster. Pure. */
import { isIn, overridesAt, partsAt } from './level.ts';
import { LONGEST_MS, maintenanceAt, maintenanceWords } from './maintenance.ts';
import { ruleAt, waitAt } from './rules.ts';
import { showTime } from './times.ts';
import type { Duty, DutyLevel, DutyQuestion, Override, Policy, Roster } from './types.ts';
import type { Reader } from './words.ts';

/**
 * The duty of a service at `atMs`. `catchAll` comes from the configuration; empty, or naming nobody who is left, it
 * means everybody. A service the roster doesn't have is treated as the default one. A policy that has vanished has no
 * levels: the catch-all is told (rule 16). A level that can reach nobody now stays, without people, and so does one
 * that is for other severities. `zone` is only for the times in the texts.
 */
export function duty(
  roster: Roster,
  service: string,
  atMs: number,
  catchAll: string[],
  zone = 'UTC',
  asked: DutyQuestion = {},
): Duty {
  const { policy, policyId, note } = policyAt(roster, service, atMs, asked);
  const own = asked.policy === undefined ? policyOf(roster, service, asked.routed).policy : null;
  const wait = waitOf(roster, service, own, asked, atMs);
  return {
    rosterVersion: roster.version,
    policy: policyId,
    levels:
      policy?.levels.map(({ severities }, index) => {
        const level = dutyLevel(roster, policy, index + 1, { atMs, zone }, note);
        return severities === undefined || asked.severity === undefined || severities.includes(asked.severity)
          ? level
          : { ...level, people: [], passedOver: `only for ${severities.join(', ')}` };
      }) ?? [],
    repeat: policy?.repeat ?? 0,
    catchAll: catchAllPeople(roster, catchAll),
    ...(wait === null ? {} : { wait: { ...wait, why: wait.why(showTime(wait.untilMs, atMs, zone)) } }),
    ...(policy?.ackTimeoutMs === undefined ? {} : { ackTimeoutMs: policy.ackTimeoutMs }),
    ...(policy?.handover === true ? { handover: true } : {}),
    ...settingsOf(roster, service),
  };
}

/** Why nobody is told now, and the first instant at which they are. */
interface Waiting {
  untilMs: number;
  /** The window that says so. */
  maintenance?: string;
  /** In words, with the end as it is written there. */
  why(until: string): string;
}

/**
 * By maintenance, or by a rule of the policy (`own`, where its rules count); where the one ends while the other lasts, it
 * goes on. What has no end within a year is no wait: an incident always comes to somebody (S13).
 */
function waitOf(
  roster: Roster,
  service: string,
  own: Policy | null,
  { severity, about }: DutyQuestion,
  atMs: number,
): Waiting | null {
  let why: Omit<Waiting, 'untilMs'> | null = null;
  let untilMs = atMs;
  while (untilMs < atMs + LONGEST_MS) {
    const window = about === undefined ? null : maintenanceAt(roster, service, about, untilMs);
    const rule = own === null ? null : waitAt(own, severity, untilMs);
    if (window === null && rule === null) return why === null ? null : { ...why, untilMs };
    if (window !== null) why ??= { maintenance: window.window.id, why: maintenanceWords(window.window) };
    else if (rule !== null) why ??= { why: (until) => `waits until ${until}: ${rule.why}` };
    untilMs = Math.max(window?.untilMs ?? 0, rule?.untilMs ?? 0);
  }
  return null;
}

/** What the service itself says, whatever its policy: one that the roster doesn't have says nothing. */
function settingsOf(roster: Roster, service: string): Pick<Duty, 'autoResolveMs' | 'flapping'> {
  const { autoResolveMs, flapping } = roster.services.find((one) => one.id === service) ?? {};
  return {
    ...(autoResolveMs === undefined ? {} : { autoResolveMs }),
    ...(flapping === undefined ? {} : { flapping }),
  };
}

/** The override in force for a level of a policy: the latest made wins. Those of people who are gone don't count. */
export function overrideAt(roster: Roster, policy: string, level: number, atMs: number): Override | null {
  return overridesAt(roster, policy, level, atMs)[0] ?? null;
}

/** A policy that pages, and in words why it is another than expected. */
interface Paging {
  policy: Policy | null;
  policyId: string;
  note: string;
}

/** The policy by which a service's incidents of a severity are paged at an instant, once its rules are looked at. */
export function policyAt(roster: Roster, service: string, atMs: number, asked: DutyQuestion = {}): Paging {
  if (asked.policy !== undefined) {
    const given = roster.policies.find((one) => one.id === asked.policy) ?? null;
    return { policy: given, policyId: asked.policy, note: '' };
  }
  const own = policyOf(roster, service, asked.routed);
  const rule = own.policy === null ? null : ruleAt(own.policy, asked.severity, atMs);
  if (rule === null || rule.does === 'wait') return own;
  const { policy: policyId } = rule.does;
  const policy = roster.policies.find((one) => one.id === policyId) ?? null;
  return { policy, policyId, note: `${own.note}, by a rule of policy ${own.policyId}` };
}

/** The policy that a service names, or that a rule for alerts has put in its place; whatever its rules say. */
export function policyOf(roster: Roster, service: string, routed?: string): Paging {
  if (routed !== undefined) {
    const policy = roster.policies.find((one) => one.id === routed) ?? null;
    return { policy, policyId: routed, note: ', by a rule for alerts' };
  }
  const known = roster.services.find((one) => one.id === service);
  const used = known ?? roster.services.find((one) => one.id === roster.defaultService);
  const policyId = used?.policy ?? 'default';
  const policy = roster.policies.find((one) => one.id === policyId) ?? null;
  const note = known === undefined ? `, as for ${roster.defaultService}: ${service} is no service` : '';
  return { policy, policyId, note };
}

function dutyLevel(roster: Roster, policy: Policy, level: number, reader: Reader, note: string): DutyLevel {
  const parts = partsAt(roster, policy, level, reader);
  const people = [...new Set(parts.flatMap((part) => part.people))];
  const { people: named = [], rotations = [], groups = [] } = policy.levels[level - 1] ?? {};
  const why = parts.map((part) => part.because).join('; ');
  return {
    people,
    afterMs: policy.levels[level - 1]?.afterMs ?? 0,
    names: [
      ...named,
      ...rotations.map((rotation) => `rotation ${rotation}`),
      ...groups.map((group) => `group ${group}`),
    ],
    because: `${people.length === 0 ? 'nobody: ' : ''}${why}${note}`,
  };
}

/** Who is told when nobody else is left; `catchAll` as configured. */
export function catchAllPeople(roster: Roster, catchAll: string[]): string[] {
  const left = [...new Set(catchAll)].filter((person) => isIn(roster, person));
  return left.length > 0 ? left : roster.people.map((person) => person.id);
}
