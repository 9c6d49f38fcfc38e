/**
 * Who was on call, worked out once more by other means: what the pages of a life are compared with. It knows the roster,
 * Temporal and what the documents say of policies, and none of the product's own arithmetic.
 */
import type { Severity } from '../../src/relay/events/types.ts';
import type { Hours, MaintenanceWindow, Policy, PolicyRule, Roster } from '../../src/relay/oncall/types.ts';
import { isOpen, slowly } from '../unit/oncall/rotations/slowly.ts';
import { policyInKey } from './routed.ts';

export interface SlowLevel {
  people: string[];
  afterMs: number;
}

export interface SlowDuty {
  policy: string;
  levels: SlowLevel[];
  repeat: number;
  /** Nobody is to be told before; null: they are. */
  waitsUntilMs: number | null;
  ackTimeoutMs: number | null;
  handover: boolean;
}

export interface SlowQuestion {
  service: string;
  severity: Severity;
  /** Given by a person. */
  policy: string | null;
  dedupKey: string;
  atMs: number;
}

const MINUTE_MS = 60_000;
/** Rules come back every week. */
const WAIT_MINUTES_MAX = 16 * 24 * 60;

export function slowDuty(roster: Roster, asked: SlowQuestion): SlowDuty {
  const { severity, atMs } = asked;
  const service =
    roster.services.find((one) => one.id === asked.service) ??
    roster.services.find((one) => one.id === roster.defaultService);
  const named = asked.policy ?? policyInKey(asked.dedupKey) ?? service?.policy ?? '';
  const own = roster.policies.find((one) => one.id === named);
  // The rules of a policy that a person has given don't count.
  const rule = asked.policy === null && own !== undefined ? ruleOf(own, severity, atMs) : null;
  const policy =
    rule !== null && rule.does !== 'wait' ? byName(roster, rule.does.policy) : byName(roster, named);
  return {
    policy: rule !== null && rule.does !== 'wait' ? rule.does.policy : named,
    levels: (policy?.levels ?? []).map((level, index) => ({
      people:
        level.severities === undefined || level.severities.includes(severity)
          ? peopleOf(roster, policy as Policy, index, atMs)
          : [],
      afterMs: level.afterMs,
    })),
    repeat: policy?.repeat ?? 0,
    waitsUntilMs: endOfWait(roster, asked, asked.policy === null ? (own ?? null) : null),
    ackTimeoutMs: policy?.ackTimeoutMs ?? null,
    handover: policy?.handover === true,
  };
}

const byName = (roster: Roster, id: string): Policy | undefined =>
  roster.policies.find((one) => one.id === id);

/** An override of the level, the one that was made last; else everybody whom it names, in whatever way. */
function peopleOf(roster: Roster, policy: Policy, index: number, atMs: number): string[] {
  const isThere = (person: string): boolean => roster.people.some((one) => one.id === person);
  let latest: { person: string; madeAtMs: number } | null = null;
  for (const one of roster.overrides) {
    const isFor = one.rotation === undefined && one.policy === policy.id && one.level === index + 1;
    if (!isFor || !isThere(one.person)) continue;
    if (one.fromMs > atMs || (one.untilMs !== null && one.untilMs <= atMs)) continue;
    if (latest === null || one.madeAtMs >= latest.madeAtMs) latest = one;
  }
  if (latest !== null) return [latest.person];
  const level = policy.levels[index];
  const onCall = (level?.rotations ?? []).flatMap((id) => {
    const rotation = roster.rotations?.find((one) => one.id === id);
    const person = rotation === undefined ? null : slowly(roster, rotation, atMs);
    return person === null ? [] : [person];
  });
  const grouped = (level?.groups ?? []).flatMap(
    (id) => roster.groups?.find((one) => one.id === id)?.people ?? [],
  );
  return [...new Set([...(level?.people ?? []), ...onCall, ...grouped])].filter(isThere);
}

/** The first rule that says something about this severity now. */
function ruleOf(policy: Policy, severity: Severity, atMs: number): PolicyRule | null {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(policy.zone ?? 'UTC');
  const within = (hours: Hours[]): boolean => hours.some((one) => isOpen(one, at));
  for (const rule of policy.rules ?? []) {
    if (rule.severities !== undefined && !rule.severities.includes(severity)) continue;
    if (rule.during !== undefined && !within(rule.during)) continue;
    if (rule.outside !== undefined && within(rule.outside)) continue;
    return rule;
  }
  return null;
}

/**
 * The first moment at which neither a rule nor a window says to wait; null: now. Hours begin and end with a minute, in
 * every zone of a life; windows whenever they do.
 */
function endOfWait(roster: Roster, asked: SlowQuestion, own: Policy | null): number | null {
  const windows = (roster.maintenance ?? []).filter((one) => isAbout(one, asked));
  const waitsAt = (atMs: number): boolean =>
    (own !== null && ruleOf(own, asked.severity, atMs)?.does === 'wait') ||
    windows.some((one) => lasts(one, atMs));
  if (!waitsAt(asked.atMs)) return null;
  const firstMs = Math.floor(asked.atMs / MINUTE_MS) * MINUTE_MS;
  const ends = windows.flatMap(({ untilMs }) =>
    untilMs === undefined || untilMs <= asked.atMs ? [] : [untilMs],
  );
  ends.sort((a, b) => a - b);
  for (let step = 1; step < WAIT_MINUTES_MAX; step += 1) {
    const minuteMs = firstMs + step * MINUTE_MS;
    const before = ends.filter((endMs) => endMs > minuteMs - MINUTE_MS && endMs < minuteMs);
    const free = [...before, minuteMs].find((atMs) => !waitsAt(atMs));
    if (free !== undefined) return free;
  }
  return null;
}

function isAbout({ services, hosts, matches }: MaintenanceWindow, asked: SlowQuestion): boolean {
  const fits = (globs: string[] | undefined): boolean =>
    globs?.some((glob) => new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(asked.dedupKey)) !== false;
  return services?.includes(asked.service) !== false && fits(hosts) && fits(matches);
}

function lasts({ fromMs = 0, untilMs = Infinity, during, zone }: MaintenanceWindow, atMs: number): boolean {
  if (atMs < fromMs || atMs >= untilMs) return false;
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone ?? 'UTC');
  return during === undefined || during.some((one) => isOpen(one, at));
}
