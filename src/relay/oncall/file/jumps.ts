/**
 * A member who comes or goes in a list that keeps its start makes the others' turns jump, since turns are counted from
 * there. What to write instead so that nobody moves is worked out as the commands do it. Pure.
 */
import { RosterError } from '../book.ts';
import { addMember, removeMember } from '../edits.ts';
import { timelineOf } from '../rotations/timeline.ts';
import type { Layer, Roster, Rotation } from '../types.ts';

export interface Jump {
  rotation: string;
  /** From 1. */
  layer: number;
  added: string[];
  removed: string[];
  /** With these nobody's turn moves. */
  instead: Pick<Layer, 'start' | 'handoff' | 'members'>;
  /** Whoever has the shift under way leaves: this one has it until it ends, by an override. */
  standIn: { person: string; untilMs: number } | null;
}

/** Longer than a round of most rotations. */
const LOOKED_AT_MS = 26 * 7 * 86_400_000;

/** Each layer whose turns jump. */
export function jumps(before: Roster, after: Roster, nowMs: number): Jump[] {
  return (after.rotations ?? []).flatMap((rotation) => {
    const was = before.rotations?.find((one) => one.id === rotation.id);
    if (was === undefined || was.zone !== rotation.zone) return [];
    return rotation.layers.flatMap((layer, index) => {
      const old = was.layers[index];
      const found = old === undefined ? null : jump({ before, after, nowMs }, was, index, layer, old);
      return found === null ? [] : [found];
    });
  });
}

function jump(
  { before, after, nowMs }: { before: Roster; after: Roster; nowMs: number },
  was: Rotation,
  index: number,
  layer: Layer,
  old: Layer,
): Jump | null {
  const anchor = ({ start, handoff, shift }: Layer): string => JSON.stringify([start, handoff, shift]);
  if (anchor(layer) !== anchor(old)) return null;
  const added = [...new Set(layer.members)].filter((one) => !old.members.includes(one));
  const removed = [...new Set(old.members)].filter((one) => !layer.members.includes(one));
  if (added.length + removed.length === 0) return null;
  const everybody = [...after.people, ...before.people.filter((one) => !isIn(after, one.id))];
  const start: Roster = { ...after, people: everybody, rotations: [was], overrides: [], absences: [] };
  const edited = attempt(() => {
    const edit = { rotation: was.id, layer: index + 1, nowMs };
    const fuller = added.reduce((roster, person) => addMember(roster, { ...edit, person }), start);
    return removed.reduce((roster, person) => removeMember(roster, { ...edit, person, by: '' }), fuller);
  });
  const instead = edited?.rotations?.[0]?.layers[index];
  if (edited === null || instead === undefined) return null;
  const turns = (roster: Roster, one: Layer): string => turnsOf(roster, was, one, nowMs);
  if (turns({ ...edited, overrides: [] }, layer) === turns(edited, instead)) return null;
  const [override] = edited.overrides;
  return {
    rotation: was.id,
    layer: index + 1,
    added,
    removed,
    instead: { start: instead.start, handoff: instead.handoff, members: instead.members },
    standIn:
      override === undefined || override.untilMs === null
        ? null
        : { person: override.person, untilMs: override.untilMs },
  };
}

/** Who has which stretch, by this layer alone and always. */
function turnsOf(roster: Roster, { id, zone }: Rotation, layer: Layer, nowMs: number): string {
  const { during: _during, ...always } = layer;
  const alone: Roster = { ...roster, rotations: [{ id, zone, layers: [always] }] };
  const spans = timelineOf(alone, id)?.spans(nowMs, nowMs + LOOKED_AT_MS) ?? [];
  const turns: [string | null, number][] = [];
  for (const { person, untilMs } of spans) {
    const last = turns.at(-1);
    if (last?.[0] === person) last[1] = untilMs;
    else turns.push([person, untilMs]);
  }
  return JSON.stringify(turns);
}

/** null: the edit is refused, so that there is nothing to say instead. */
function attempt(edit: () => Roster): Roster | null {
  try {
    return edit();
  } catch (error) {
    if (error instanceof RosterError) return null;
    throw error;
  }
}

const isIn = (roster: Roster, person: string): boolean => roster.people.some((one) => one.id === person);
