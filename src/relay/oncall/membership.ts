/**
 * Somebody joins or leaves a rotation in the middle of a shift, and the others don't move: the layer is anchored anew
 * at the shift that is under way, with whoever has it first in the list. Pure.
 */
import { RosterError } from './book.ts';
import { findPerson, findRotation } from './checks.ts';
import { madeAfter, newOverrideId } from './overrides.ts';
import { ROTATION_LIMITS } from './rotation-checks.ts';
import { civilOf, DAY_MS, readDate, showClock, showDate } from './rotations/civil.ts';
import { Shifts } from './rotations/shifts.ts';
import { timelineOf } from './rotations/timeline.ts';
import { zoneOf } from './rotations/zone.ts';
import type { Layer, Override, Roster, Rotation } from './types.ts';

export interface MemberEdit {
  rotation: string;
  person: string;
  /** From 1. Absent: the only one, or for somebody who leaves every layer that has them. */
  layer?: number;
  nowMs: number;
}

/** A layer whose list begins with the shift that is under way. */
interface Anchored {
  /** From the shift under way on; before the first shift: from the first. */
  members: readonly string[];
  /** The layer with another list of members, which begins with the same shift. */
  withMembers: (members: readonly string[]) => Layer;
  /** When the shift under way ends; null before the first. */
  endMs: number | null;
}

/**
 * Adds a member to a layer. `place` counts the turns from now: 1 is the next to take over (before the first shift: the
 * first). Absent: at the end of the round, so that nobody's coming turn moves. Rejects with RosterError.
 */
export function addMember(roster: Roster, edit: MemberEdit & { place?: number }): Roster {
  const rotation = findRotation(roster, edit.rotation);
  findPerson(roster, edit.person);
  const index = layerIndex(rotation, edit.layer);
  const layer = rotation.layers[index] as Layer;
  const anchored = anchor(rotation.zone, layer, edit.nowMs);
  const first = anchored.endMs === null ? 0 : 1;
  const places = anchored.members.length + 1 - first;
  const place = edit.place ?? places;
  if (!Number.isInteger(place) || place < 1 || place > places) {
    throw new RosterError(
      'usage',
      `There is no place ${place} in the round`,
      `Places go from 1, the next to take over, to ${places}.`,
    );
  }
  if (layer.members.length >= ROTATION_LIMITS.members) {
    throw new RosterError(
      'usage',
      `Rotation ${rotation.id} has ${ROTATION_LIMITS.members} members already`,
      'Remove somebody first, or make another rotation.',
    );
  }
  const members = anchored.members.toSpliced(place - 1 + first, 0, edit.person);
  return withLayer(roster, rotation, index, anchored.withMembers(members));
}

/**
 * Removes a member. Whoever has the shift under way is replaced at once by the next, who keeps the own next turn too:
 * nobody else's turn moves. Rejects with RosterError, also when nobody would be left.
 */
export function removeMember(roster: Roster, edit: MemberEdit & { by: string }): Roster {
  const rotation = findRotation(roster, edit.rotation);
  const indexes = edit.layer === undefined ? everyLayer(rotation) : [layerIndex(rotation, edit.layer)];
  const having = indexes.filter((index) => rotation.layers[index]?.members.includes(edit.person));
  if (having.length === 0) {
    const members = [...new Set(indexes.flatMap((index) => rotation.layers[index]?.members ?? []))];
    throw new RosterError(
      'not_found',
      `${edit.person} is no member of rotation ${rotation.id}${edit.layer === undefined ? '' : `, layer ${edit.layer}`}`,
      `Members are: ${members.join(', ')}.`,
    );
  }
  return having.reduce((sum, index) => withoutMember(sum, index, edit), roster);
}

/** The place in the round that comes after somebody's next turn, for `addMember`. Rejects with RosterError. */
export function placeAfter(roster: Roster, edit: MemberEdit): number {
  const rotation = findRotation(roster, edit.rotation);
  const layer = rotation.layers[layerIndex(rotation, edit.layer)] as Layer;
  const { members, endMs } = anchor(rotation.zone, layer, edit.nowMs);
  const at = members.indexOf(edit.person);
  if (at >= 0) return at + (endMs === null ? 2 : 1);
  throw new RosterError(
    'not_found',
    `${edit.person} is no member of rotation ${rotation.id}`,
    `Members are: ${layer.members.join(', ')}.`,
  );
}

/** A layer (from 1) written from the shift under way on, so that another length doesn't change who has it. */
export function anchoredLayer(rotation: Rotation, layer: number | undefined, nowMs: number): Layer {
  const { members, withMembers } = anchor(
    rotation.zone,
    rotation.layers[layerIndex(rotation, layer)] as Layer,
    nowMs,
  );
  return withMembers(members);
}

function withoutMember(roster: Roster, index: number, edit: MemberEdit & { by: string }): Roster {
  const rotation = findRotation(roster, edit.rotation);
  const layer = rotation.layers[index] as Layer;
  const { members, withMembers, endMs } = anchor(rotation.zone, layer, edit.nowMs);
  const rest = members.filter((member) => member !== edit.person);
  const [next] = rest;
  const last = rest.at(-1);
  if (next === undefined || last === undefined) {
    throw new RosterError(
      'conflict',
      `Nobody would be left in rotation ${rotation.id}${rotation.layers.length > 1 ? `, layer ${index + 1}` : ''}`,
      'Add somebody else first, or remove the whole rotation.',
    );
  }
  if (endMs === null || members[0] !== edit.person)
    return withLayer(roster, rotation, index, withMembers(rest));
  // The shift under way was of whoever leaves. Going round without them gives it to the one before the next; for the
  // rest of this shift the next has it instead, and the coming turns stay where they are.
  const moved = withLayer(roster, rotation, index, withMembers([last, ...rest.slice(0, -1)]));
  const standIn = rest.find((member) => isThere(roster, member, edit.nowMs)) ?? next;
  if (standIn === last) return moved;
  const common = {
    policy: '',
    level: 0,
    rotation: rotation.id,
    why: `${edit.person} left the rotation`,
    person: standIn,
    by: edit.by,
    madeAtMs: madeAfter(roster, edit.nowMs),
  };
  const away = (roster.absences ?? []).filter((one) => one.person === standIn);
  const parts = outside(answeredBy(moved, rotation.id, index, edit.nowMs, endMs), away);
  const times: Pick<Override, 'fromMs' | 'untilMs' | 'instead'>[] =
    parts.length <= PARTS_MAX ? parts : [{ fromMs: edit.nowMs, untilMs: endMs, instead: last }];
  return times.reduce(
    (base, time) => ({
      ...base,
      overrides: [...base.overrides, { id: newOverrideId(base, rotation.id), ...common, ...time }],
    }),
    moved,
  );
}

interface Part {
  fromMs: number;
  untilMs: number;
}

/** What is left of some parts outside others. */
const outside = (parts: Part[], others: readonly Part[]): Part[] =>
  others.reduce(
    (left, other) =>
      left
        .flatMap((one) => [
          { fromMs: one.fromMs, untilMs: Math.min(one.untilMs, other.fromMs) },
          { fromMs: Math.max(one.fromMs, other.untilMs), untilMs: one.untilMs },
        ])
        .filter((one) => one.fromMs < one.untilMs),
    parts,
  );

/** More nights than this of one shift are not named one by one, but as all of whoever would have them. */
const PARTS_MAX = 40;

/** When a layer answers in a rotation: not where another above it does, nor where somebody stands in already. */
function answeredBy(
  roster: Roster,
  rotation: string,
  layer: number,
  fromMs: number,
  untilMs: number,
): Part[] {
  const parts: Part[] = [];
  for (const span of timelineOf(roster, rotation)?.spans(fromMs, untilMs) ?? []) {
    const before = parts.at(-1);
    if (span.layer !== layer) continue;
    if (before?.untilMs === span.fromMs) before.untilMs = span.untilMs;
    else parts.push({ fromMs: span.fromMs, untilMs: span.untilMs });
  }
  return parts;
}

function anchor(zoneId: string, layer: Layer, nowMs: number): Anchored {
  const shifts = new Shifts(zoneOf(zoneId), layer);
  const n = shifts.indexAt(nowMs);
  const count = layer.members.length;
  if (n < 0) {
    return {
      members: layer.members,
      withMembers: (members) => ({ ...layer, members: [...members] }),
      endMs: null,
    };
  }
  const turn = n % count;
  const back = shiftsBack(layer, shifts, n);
  const localMs = shifts.localMs(n - back);
  const anchored: Layer = {
    ...layer,
    start: showDate(Math.floor(localMs / DAY_MS)),
    handoff: showClock(((localMs % DAY_MS) + DAY_MS) % DAY_MS),
  };
  return {
    members: [...layer.members.slice(turn), ...layer.members.slice(0, turn)],
    withMembers: (members) => {
      const from = members.length - (back % members.length);
      return { ...anchored, members: [...members.slice(from), ...members.slice(0, from)] };
    },
    endMs: shifts.beginMs(n + 1),
  };
}

/** A monthly handoff on the 31st must start in a month that has one, or it would never come back to its day. */
function shiftsBack(layer: Layer, shifts: Shifts, n: number): number {
  const day = readDate(layer.start)?.day ?? 1;
  if (layer.shift.unit !== 'months' || day <= 28) return 0;
  let back = 0;
  while (back < n && civilOf(Math.floor(shifts.localMs(n - back) / DAY_MS)).day !== day) back += 1;
  return back;
}

function withLayer(roster: Roster, rotation: Rotation, index: number, layer: Layer): Roster {
  const layers = rotation.layers.map((one, at) => (at === index ? layer : one));
  const rotations = (roster.rotations ?? []).map((one) =>
    one.id === rotation.id ? { ...one, layers } : one,
  );
  return { ...roster, rotations };
}

const everyLayer = (rotation: Rotation): number[] => rotation.layers.map((_, index) => index);

/** Which layer is meant (from 1; absent: the only one), as an index. Rejects with RosterError. */
export function layerIndex(rotation: Rotation, layer: number | undefined): number {
  const count = rotation.layers.length;
  if (layer === undefined && count === 1) return 0;
  if (layer !== undefined && Number.isInteger(layer) && layer >= 1 && layer <= count) return layer - 1;
  throw new RosterError(
    layer === undefined ? 'usage' : 'not_found',
    layer === undefined
      ? `Rotation ${rotation.id} has ${count} layers`
      : `Rotation ${rotation.id} has no layer ${layer}`,
    `Say which: layers go from 1 to ${count}.`,
  );
}

function isThere(roster: Roster, person: string, atMs: number): boolean {
  const isAway = (roster.absences ?? []).some(
    (one) => one.person === person && one.fromMs <= atMs && atMs < one.untilMs,
  );
  return roster.people.some((one) => one.id === person) && !isAway;
}
