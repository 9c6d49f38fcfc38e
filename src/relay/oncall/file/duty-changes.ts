/** Who would be on call differently under another roster, found by comparing the two lines of time. Pure. */
import { SEVERITIES, type Severity } from '../../events/types.ts';
import { timelineOf } from '../rotations/timeline.ts';
import type { Roster } from '../types.ts';
import { policyOf } from '../who.ts';
import { dependsOnSeverity, stretchesOf, type Stretch } from './stretches.ts';

/** How far a plan looks. */
export const PLAN_MS = 28 * 86_400_000;

/** Other people for a stretch of time. */
export interface DutyChange {
  of: 'service' | 'rotation';
  id: string;
  /** From 1; null for a rotation, and where `waits` says what is different. */
  level: number | null;
  /** Only for incidents of these; absent: for all. */
  severities?: Severity[];
  /** By a rule of the policy nobody is told in this time, before or after the change: both lists are empty then. */
  waits?: 'before' | 'after';
  fromMs: number;
  untilMs: number;
  /** Nobody: empty. */
  before: string[];
  after: string[];
}

type Difference = Omit<DutyChange, 'of' | 'id' | 'severities'>;
type OfSeverities = Omit<DutyChange, 'of' | 'id'>;

/**
 * Every difference from `nowMs` on for four weeks: of each service, level by level, one that goes being told as the
 * default one from then on; and of each rotation that no service goes by, though a policy may name it.
 */
export function dutyChanges(before: Roster, after: Roster, nowMs: number): DutyChange[] {
  const known = new Map<string, OfSeverities[]>();
  const gone = before.services.filter(({ id }) => !after.services.some((one) => one.id === id));
  const ofServices = [...after.services, ...gone].flatMap(({ id }): DutyChange[] => {
    const isNew = !before.services.some((one) => one.id === id);
    const was = isNew ? '' : policyOf(before, id).policyId;
    const key = `${was} ${policyOf(after, id).policyId}`;
    // Services with the same policy before and after have the same differences.
    const found = known.get(key) ?? ofService(isNew ? null : before, after, id, nowMs);
    known.set(key, found);
    return found.map((one) => ({ of: 'service', id, ...one }));
  });
  return [...ofServices, ...ofUnusedRotations(before, after, nowMs, nowMs + PLAN_MS)];
}

/** Severity by severity where it matters; what all of them have in common is told once. */
function ofService(before: Roster | null, after: Roster, service: string, nowMs: number): OfSeverities[] {
  const untilMs = nowMs + PLAN_MS;
  const compared = (severity?: Severity): Difference[] =>
    differing(
      before === null
        ? [{ fromMs: nowMs, policy: '', levels: [] }]
        : stretchesOf(before, service, nowMs, untilMs, severity),
      stretchesOf(after, service, nowMs, untilMs, severity),
      untilMs,
    );
  const depends =
    dependsOnSeverity(after, service) || (before !== null && dependsOnSeverity(before, service));
  if (!depends) return compared();
  const together = new Map<string, { change: Difference; severities: Severity[] }>();
  for (const severity of SEVERITIES) {
    for (const change of compared(severity)) {
      const key = JSON.stringify(change);
      const found = together.get(key);
      if (found === undefined) together.set(key, { change, severities: [severity] });
      else found.severities.push(severity);
    }
  }
  return [...together.values()]
    .map(({ change, severities }) =>
      severities.length === SEVERITIES.length ? change : { ...change, severities },
    )
    .sort(inOrder);
}

function ofUnusedRotations(before: Roster, after: Roster, fromMs: number, untilMs: number): DutyChange[] {
  const used = new Set([...rotationsUsed(before), ...rotationsUsed(after)]);
  const lone = (after.rotations ?? []).filter(({ id }) => !used.has(id));
  return lone.flatMap(({ id }): DutyChange[] => {
    const [was, is] = [before, after].map((roster): Stretch[] => {
      const spans = timelineOf(roster, id)?.spans(fromMs, untilMs);
      return (
        spans?.map((span) => ({
          fromMs: span.fromMs,
          policy: '',
          levels: [span.person === null ? [] : [span.person]],
        })) ?? [{ fromMs, policy: '', levels: [[]] }]
      );
    });
    return differing(was ?? [], is ?? [], untilMs).map((one) => ({
      ...one,
      of: 'rotation',
      id,
      level: null,
    }));
  });
}

/** The rotations by which some service pages, now or when a rule of its policy says so. */
function rotationsUsed(roster: Roster): string[] {
  const own = new Set(roster.services.map((one) => one.policy));
  const policies = roster.policies.filter((one) => own.has(one.id));
  const byRules = policies.flatMap(({ rules = [] }) =>
    rules.flatMap(({ does }) => (does === 'wait' ? [] : [does.policy])),
  );
  return roster.policies
    .filter((one) => own.has(one.id) || byRules.includes(one.id))
    .flatMap((policy) => policy.levels.flatMap((level) => level.rotations ?? []));
}

/** Level by level; neighbours that differ in the same way are one. */
function differing(was: Stretch[], is: Stretch[], untilMs: number): Difference[] {
  const edges = [...new Set([...was, ...is].map((one) => one.fromMs))].sort((a, b) => a - b);
  let open = new Map<number | null, Difference>();
  const out: Difference[] = [];
  let [atWas, atIs] = [0, 0];
  for (const [index, fromMs] of edges.entries()) {
    const endMs = edges[index + 1] ?? untilMs;
    while ((was[atWas + 1]?.fromMs ?? Infinity) <= fromMs) atWas += 1;
    while ((is[atIs + 1]?.fromMs ?? Infinity) <= fromMs) atIs += 1;
    const still = new Map<number | null, Difference>();
    for (const found of differences(was[atWas], is[atIs])) {
      const last = open.get(found.level);
      const isSame = last !== undefined && sameDifference(last, found);
      const one = isSame ? last : { ...found, fromMs, untilMs: endMs };
      one.untilMs = endMs;
      if (!isSame) out.push(one);
      still.set(found.level, one);
    }
    open = still;
  }
  return out.sort(inOrder);
}

/** What is different between two moments: who is told at which levels, or that it waits. */
function differences(
  was: Stretch | undefined,
  is: Stretch | undefined,
): Omit<Difference, 'fromMs' | 'untilMs'>[] {
  const [waited, waits] = [was?.waits === true, is?.waits === true];
  // Where both wait, who would be told is compared all the same: a difference doesn't fall to pieces every night.
  if (waited !== waits) return [{ level: null, waits: waited ? 'before' : 'after', before: [], after: [] }];
  const [old, now] = [was?.levels ?? [], is?.levels ?? []];
  const count = Math.max(old.length, now.length);
  return Array.from({ length: count }, (_, index) => ({
    level: index + 1,
    before: old[index] ?? [],
    after: now[index] ?? [],
  })).filter(({ before, after }) => !samePeople(before, after));
}

const inOrder = (a: Difference, b: Difference): number =>
  (a.level ?? 0) - (b.level ?? 0) || a.fromMs - b.fromMs;

const sameDifference = (a: Difference, b: Pick<Difference, 'waits' | 'before' | 'after'>): boolean =>
  a.waits === b.waits && samePeople(a.before, b.before) && samePeople(a.after, b.after);

const samePeople = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
