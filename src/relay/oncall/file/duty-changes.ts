/** Who would be on call differently under another roster, found by comparing the two lines of time. Pure. */
import { peopleAt } from '../level.ts';
import { timelineOf } from '../rotations/timeline.ts';
import type { Roster } from '../types.ts';
import { dutyHoldsUntilMs } from '../upcoming.ts';
import { policyOf } from '../who.ts';

/** How far a plan looks. */
export const PLAN_MS = 28 * 86_400_000;

/** Other people for a stretch of time. */
export interface DutyChange {
  of: 'service' | 'rotation';
  id: string;
  /** From 1; null for a rotation. */
  level: number | null;
  fromMs: number;
  untilMs: number;
  /** Nobody: empty. */
  before: string[];
  after: string[];
}

/** A stretch in which the same people are told at each level. */
interface Stretch {
  fromMs: number;
  levels: string[][];
}

/**
 * Every difference from `nowMs` on for four weeks: of each service that is there afterwards, level by level, and of each
 * rotation that no policy names.
 */
export function dutyChanges(before: Roster, after: Roster, nowMs: number): DutyChange[] {
  const untilMs = nowMs + PLAN_MS;
  const known = new Map<string, Difference[]>();
  const ofServices = after.services.flatMap(({ id }): DutyChange[] => {
    const isNew = !before.services.some((one) => one.id === id);
    const was = isNew ? '' : policyOf(before, id).policyId;
    const key = `${was} ${policyOf(after, id).policyId}`;
    // Services with the same policy before and after have the same differences.
    const found =
      known.get(key) ??
      differing(
        isNew ? [{ fromMs: nowMs, levels: [] }] : stretchesOf(before, id, nowMs, untilMs),
        stretchesOf(after, id, nowMs, untilMs),
        untilMs,
      );
    known.set(key, found);
    return found.map((one) => ({ of: 'service', id, ...one }));
  });
  return [...ofServices, ...ofUnnamedRotations(before, after, nowMs, untilMs)];
}

type Difference = Omit<DutyChange, 'of' | 'id'> & { level: number };

function ofUnnamedRotations(before: Roster, after: Roster, fromMs: number, untilMs: number): DutyChange[] {
  const named = new Set(
    [...before.policies, ...after.policies].flatMap((policy) =>
      policy.levels.flatMap((level) => level.rotations ?? []),
    ),
  );
  const lone = (after.rotations ?? []).filter(({ id }) => !named.has(id));
  return lone.flatMap(({ id }): DutyChange[] => {
    const [was, is] = [before, after].map((roster): Stretch[] => {
      const spans = timelineOf(roster, id)?.spans(fromMs, untilMs);
      return (
        spans?.map((span) => ({
          fromMs: span.fromMs,
          levels: [span.person === null ? [] : [span.person]],
        })) ?? [{ fromMs, levels: [[]] }]
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

/** Who is told at each level of a service, stretch by stretch. */
function stretchesOf(roster: Roster, service: string, fromMs: number, untilMs: number): Stretch[] {
  const { policy } = policyOf(roster, service);
  if (policy === null) return [{ fromMs, levels: [] }];
  const out: Stretch[] = [];
  for (let atMs = fromMs; atMs < untilMs; atMs = dutyHoldsUntilMs(roster, service, atMs)) {
    const ms = atMs;
    out.push({
      fromMs: ms,
      levels: policy.levels.map((_, index) => peopleAt(roster, policy, index + 1, ms)),
    });
  }
  return out;
}

/** Level by level; neighbours that differ in the same way are one. */
function differing(was: Stretch[], is: Stretch[], untilMs: number): Difference[] {
  const edges = [...new Set([...was, ...is].map((one) => one.fromMs))].sort((a, b) => a - b);
  const open = new Map<number, Difference>();
  const out: Difference[] = [];
  let [atWas, atIs] = [0, 0];
  for (const [index, fromMs] of edges.entries()) {
    const endMs = edges[index + 1] ?? untilMs;
    while ((was[atWas + 1]?.fromMs ?? Infinity) <= fromMs) atWas += 1;
    while ((is[atIs + 1]?.fromMs ?? Infinity) <= fromMs) atIs += 1;
    const [old, now] = [was[atWas]?.levels ?? [], is[atIs]?.levels ?? []];
    for (let level = 1; level <= Math.max(old.length, now.length); level += 1) {
      const [before, after] = [old[level - 1] ?? [], now[level - 1] ?? []];
      const last = open.get(level);
      if (samePeople(before, after)) open.delete(level);
      else if (last !== undefined && samePeople(last.before, before) && samePeople(last.after, after))
        last.untilMs = endMs;
      else {
        const found: Difference = { level, fromMs, untilMs: endMs, before, after };
        open.set(level, found);
        out.push(found);
      }
    }
    for (const level of open.keys()) if (level > Math.max(old.length, now.length)) open.delete(level);
  }
  return out.sort((a, b) => a.level - b.level || a.fromMs - b.fromMs);
}

const samePeople = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
