/**
 * Which rotations have gone from one person to another since they were looked at last (S7). What was found is compared
 * with who was found before, so that an edit right at a boundary, or a look that comes late, makes no second handoff of
 * one. Pure.
 */
import { DAY_MS } from './rotations/civil.ts';
import { timelineOf, type Timeline } from './rotations/timeline.ts';
import type { Policy, Roster } from './types.ts';

/** Who was found on call in a rotation; null: nobody. */
export interface Holder {
  person: string | null;
  /** When they took over, or were first looked at. */
  atMs: number;
  /** With nobody on call: who was, and may still have what was open then. */
  had?: string[];
}

/** What is known from the looks before. */
export interface Holders {
  /** Everything up to then has been looked at. */
  throughMs: number;
  rotations: Record<string, Holder>;
}

/** A rotation has gone from one person to another. */
export interface Handoff {
  rotation: string;
  /** Who was on call until then; null: nobody was. */
  from: string | null;
  to: string | null;
  atMs: number;
  /** Others who may still have what `from` had: they were found, or were to be, on call before. */
  also: string[];
  /** No shift ended then: an edit put somebody else on call. */
  isEdit: boolean;
}

export interface Found {
  holders: Holders;
  /** To be told of now. */
  handoffs: Handoff[];
  /** Longer ago than a day: nobody is told any more. */
  skipped: Handoff[];
}

/** Looks further apart have missed something: what the calendar says counts, not who was found before. */
const MISSED_MS = 10 * 60_000;
/** Looked at so far ahead of now, a clock was wrong then: nobody waits until it is right. */
const ASTRAY_MS = 2 * 60 * 60_000;
/** Nobody is told of older ones. */
const LATEST_MS = DAY_MS;
/** Further back a shift's begin isn't looked for. */
const SEEN_MS = 2 * DAY_MS;

/**
 * With no `known`, and for rotations that it doesn't have, who is found is only noted. Time never goes back (rule 4),
 * but for what was known from a clock hours ahead: then all is noted anew, and `throughMs` is less than it was.
 */
export function handoffsDue(roster: Roster, before: Holders | null, nowMs: number): Found {
  const known = before !== null && before.throughMs - nowMs > ASTRAY_MS ? null : before;
  const throughMs = Math.max(nowMs, known?.throughMs ?? nowMs);
  const found: Found = { holders: { throughMs, rotations: {} }, handoffs: [], skipped: [] };
  for (const { id } of roster.rotations ?? []) {
    const timeline = timelineOf(roster, id);
    if (timeline === null) continue;
    const holder = known === null ? undefined : known.rotations[id];
    if (holder !== undefined && known !== null && nowMs < known.throughMs) {
      found.holders.rotations[id] = holder;
      continue;
    }
    const handoff =
      holder === undefined ? null : handoffOf(timeline, id, holder, known?.throughMs ?? nowMs, nowMs);
    if (handoff === null) {
      found.holders.rotations[id] = holder ?? { person: timeline.at(nowMs).person, atMs: nowMs };
      continue;
    }
    found.holders.rotations[id] = holderAfter(handoff);
    if (isTooLate(handoff, nowMs)) found.skipped.push(handoff);
    else found.handoffs.push(handoff);
  }
  return found;
}

function holderAfter({ from, to, also, atMs }: Handoff): Holder {
  const had = [from, ...also].filter((person) => person !== null);
  return { person: to, atMs, ...(to !== null || had.length === 0 ? {} : { had }) };
}

/** Nobody is told of it any more. */
export const isTooLate = ({ atMs }: Pick<Handoff, 'atMs'>, nowMs: number): boolean =>
  atMs < nowMs - LATEST_MS;

function handoffOf(
  timeline: Timeline,
  rotation: string,
  before: Holder,
  throughMs: number,
  nowMs: number,
): Handoff | null {
  const to = timeline.at(nowMs).person;
  const hasMissed = nowMs - throughMs > MISSED_MS;
  // Found all the while: an edit may have changed where the shift began, nobody else has been on call.
  if (to === before.person && !hasMissed) return null;
  const { beganMs, follows, isSeen } = beginOf(timeline, to, throughMs, nowMs);
  if (!isSeen && to === before.person) return null;
  if (beganMs === null) {
    return { rotation, from: before.person, to, atMs: nowMs, also: othersOf(before, to), isEdit: true };
  }
  const from = hasMissed ? follows : before.person;
  const also = [follows, before.person, ...(before.had ?? [])].filter(
    (one) => one !== null && one !== from && one !== to,
  );
  return { rotation, from, to, atMs: beganMs, also: [...new Set(also)] as string[], isEdit: false };
}

const othersOf = ({ had }: Holder, to: string | null): string[] => (had ?? []).filter((one) => one !== to);

/** Since when this person is on call without a break, if that began after `sinceMs`, and who was before. */
function beginOf(
  timeline: Timeline,
  person: string | null,
  sinceMs: number,
  nowMs: number,
): { beganMs: number | null; follows: string | null; isSeen: boolean } {
  const earliestMs = Math.max(sinceMs, nowMs - SEEN_MS);
  const spans = timeline.spans(earliestMs, nowMs + 1);
  const at = spans.findLastIndex((span) => span.person !== person);
  const last = spans[at];
  if (last !== undefined) return { beganMs: last.untilMs, follows: last.person, isSeen: true };
  // It began before anything that can be seen: long ago, if that is not since the last look.
  return { beganMs: earliestMs > sinceMs ? earliestMs : null, follows: null, isSeen: false };
}

/** The services that are paged by a rotation: by their policy, or by one that its rules lead to. */
export function servicesOf(roster: Roster, rotation: string): { id: string; handsOver: boolean }[] {
  const uses = (policy: Policy | undefined): boolean =>
    policy?.levels.some((level) => level.rotations?.includes(rotation) === true) === true;
  return roster.services.flatMap(({ id, policy: named }) => {
    const own = roster.policies.find((one) => one.id === named);
    const others = (own?.rules ?? []).flatMap(({ does }) => (does === 'wait' ? [] : [does.policy]));
    const all = [own, ...others.map((other) => roster.policies.find((one) => one.id === other))];
    const using = all.filter(uses);
    return using.length === 0 ? [] : [{ id, handsOver: using.some((one) => one?.handover === true) }];
  });
}

/** Until when whoever is on call in a rotation stays so; null: no end is known, or there is no such rotation. */
export const rotationUntilMs = (roster: Roster, rotation: string, atMs: number): number | null =>
  timelineOf(roster, rotation)?.untilMs(atMs) ?? null;
