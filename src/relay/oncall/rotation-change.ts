/** `relay rotation edit`: everything that one edit may change about a rotation, in one version. Pure. */
import { RosterError } from './book.ts';
import { findRotation } from './checks.ts';
import { addMember, anchoredLayer, layerIndex, placeAfter, removeMember } from './membership.ts';
import { editRotation } from './rotation-edits.ts';
import type { Hours, Layer, Roster, Rotation } from './types.ts';

export interface RotationChange {
  zone?: string;
  /** From 1; one more than there are makes a new one. Absent: the only one. */
  layer?: number;
  /** All of them, in their order. */
  members?: string[];
  shift?: Layer['shift'];
  start?: string;
  handoff?: string;
  /** None: the layer always answers. */
  during?: Hours[];
  /** The layer goes. */
  removeLayer?: boolean;
  /** Who joins, each after the one before: at the end of the round, or after `after`. */
  add: string[];
  after?: string;
  /** Who leaves: this layer, or all when none is named. */
  remove: string[];
}

/**
 * Changes what is given and leaves the rest. Those who join or leave move nobody else's turn, and whoever has the shift
 * under way keeps it when its length changes. Rejects with RosterError.
 */
export function changeRotation(
  roster: Roster,
  id: string,
  change: RotationChange,
  edit: { by: string; nowMs: number },
): Roster {
  const before = findRotation(roster, id);
  if (change.after !== undefined && change.add.length === 0) {
    throw new RosterError(
      'usage',
      `Nobody is to come after ${change.after}`,
      'Say who: --add dan --after ben.',
    );
  }
  const layers = changedLayers(before, change, edit.nowMs);
  let changed = roster;
  if (layers !== null || change.zone !== undefined) {
    const { zone } = change;
    changed = editRotation(roster, id, {
      ...(zone === undefined ? {} : { zone }),
      ...(layers === null ? {} : { layers }),
    });
  }
  const where = { rotation: id, ...(change.layer === undefined ? {} : { layer: change.layer }) };
  const { nowMs, by } = edit;
  let { after } = change;
  for (const person of change.add) {
    refuseMember(changed, id, change.layer, person);
    const place =
      after === undefined ? {} : { place: placeAfter(changed, { ...where, person: after, nowMs }) };
    changed = addMember(changed, { ...where, person, nowMs, ...place });
    if (after !== undefined) after = person;
  }
  for (const person of change.remove) changed = removeMember(changed, { ...where, person, nowMs, by });
  if (changed !== roster) return changed;
  throw new RosterError(
    'usage',
    `Nothing is to be changed about rotation ${id}`,
    'For example: --add dan, --remove ana, --every 2w, --at 10:00 or --zone Europe/Berlin.',
  );
}

/** Whoever is in already would have two shifts a round: that is to be meant, not slip in. */
function refuseMember(roster: Roster, id: string, layer: number | undefined, person: string): void {
  const rotation = findRotation(roster, id);
  const members = rotation.layers[layerIndex(rotation, layer)]?.members ?? [];
  if (!members.includes(person)) return;
  const number = layer === undefined ? '' : ` --layer ${layer}`;
  throw new RosterError(
    'conflict',
    `${person} is a member of rotation ${id}${layer === undefined ? '' : `, layer ${layer},`} already`,
    `For two shifts a round name all in their order: relay rotation edit ${id}${number} --members ${[...members, person].join(',')}`,
  );
}

/** null: nothing of any layer changes. */
function changedLayers(rotation: Rotation, change: RotationChange, nowMs: number): Layer[] | null {
  const { members, shift, start, handoff, during, layer } = change;
  const isNew = layer !== undefined && layer === rotation.layers.length + 1;
  if (change.removeLayer === true) {
    if (rotation.layers.length === 1) {
      throw new RosterError(
        'conflict',
        `Rotation ${rotation.id} has one layer only`,
        `Remove the rotation: relay rotation remove ${rotation.id}`,
      );
    }
    return rotation.layers.toSpliced(layerIndex(rotation, layer), 1);
  }
  const given = {
    ...(members === undefined ? {} : { members }),
    ...(shift === undefined ? {} : { shift }),
    ...(start === undefined ? {} : { start }),
    ...(handoff === undefined ? {} : { handoff }),
  };
  if (Object.keys(given).length === 0 && during === undefined) return null;
  if (isNew) return [...rotation.layers, withDuring({ ...newLayer(rotation, change), ...given }, during)];
  const index = layerIndex(rotation, layer);
  const before = rotation.layers[index] as Layer;
  const keepsTurns = shift !== undefined && members === undefined && start === undefined;
  const base = keepsTurns ? anchoredLayer(rotation, layer, nowMs) : before;
  return rotation.layers.with(index, withDuring({ ...base, ...given }, during));
}

/** What a new layer has that nothing is said about: as the one below it. */
function newLayer(rotation: Rotation, { members, layer }: RotationChange): Layer {
  const below = rotation.layers.at(-1) as Layer;
  if (members === undefined) {
    throw new RosterError(
      'usage',
      `Rotation ${rotation.id} gets a new layer ${layer}, which has no members`,
      'Name them in their order: --members ana,ben.',
    );
  }
  const { during: _always, ...rest } = below;
  return { ...rest, members };
}

function withDuring(layer: Layer, during: Hours[] | undefined): Layer {
  if (during === undefined) return layer;
  const { during: _before, ...rest } = layer;
  return during.length === 0 ? rest : { ...rest, during };
}
