/** Puts imported parts into a roster: all of them, or with `keepOurs` those whose names are still free. Pure. */
import { RosterError } from '../book.ts';
import { checkLayers } from '../rotation-checks.ts';
import type { Person, Roster } from '../types.ts';
import { Notes } from './notes.ts';
import type { ImportedLevel, ImportedParts, ImportNote } from './types.ts';

export interface Merged {
  roster: Roster;
  /** What was kept instead of what was imported. */
  notes: ImportNote[];
}

const KINDS = {
  people: 'person',
  groups: 'group',
  rotations: 'rotation',
  policies: 'policy',
  services: 'service',
} as const;

type Kind = keyof typeof KINDS;

/**
 * The roster with the parts in it. Without `keepOurs` it rejects with RosterError (conflict) when a name, or an address
 * of a person, is in the roster already; with it those that are there stay as they are, and what was imported refers to
 * them: somebody with the same address is the same person.
 */
export function mergeParts(roster: Roster, parts: ImportedParts, keepOurs: boolean): Merged {
  const notes = new Notes();
  const same = samePeople(roster, parts);
  if (!keepOurs) refuseKnown(roster, parts, same);
  const rename = (id: string): string => same.get(id)?.id ?? id;
  const renamed = withRenamed(parts, rename);
  const fresh = <One extends { id: string }>(kind: Kind, imported: One[]): One[] => {
    const ours = new Set((roster[kind] ?? []).map((one) => one.id));
    return imported.filter((one) => {
      if (!ours.has(one.id)) return true;
      notes.left(`${KINDS[kind]} ${one.id}`, 'the roster has one of this name, which stays as it is');
      return false;
    });
  };
  for (const [id, person] of same)
    if (person.id !== id) notes.left(`person ${id}`, `is ${person.id} here, by the same address`);
  const people = fresh(
    'people',
    renamed.people.filter((one) => rename(one.id) === one.id),
  );
  // What a command refuses, an import refuses.
  const everybody = { ...roster, people: [...roster.people, ...people] };
  const rotations = fresh('rotations', renamed.rotations).map((one) => ({
    ...one,
    layers: checkLayers(everybody, one.layers),
  }));
  const madeAtMs = Math.max(0, ...roster.overrides.map((one) => one.madeAtMs));
  // An override of a rotation that stays as it is would change it.
  const overrides = renamed.overrides
    .filter((one) => one.rotation === undefined || rotations.some((other) => other.id === one.rotation))
    .map((one, index) => ({
      ...one,
      id: `${roster.version + 1}.import.${index + 1}`,
      madeAtMs: Math.max(one.madeAtMs, madeAtMs),
    }));
  return {
    roster: {
      ...roster,
      people: [...roster.people, ...people],
      services: [...roster.services, ...fresh('services', renamed.services)],
      policies: [...roster.policies, ...fresh('policies', renamed.policies)],
      overrides: [...roster.overrides, ...overrides],
      ...added('rotations', roster.rotations, rotations),
      ...added('groups', roster.groups, fresh('groups', renamed.groups)),
      ...added('absences', roster.absences, renamed.absences),
    },
    notes: notes.all,
  };
}

/** An absent list stays absent when nothing comes to it: what changes nothing makes no version. */
function added<Key extends string, One>(
  key: Key,
  ours: One[] | undefined,
  more: One[],
): { [K in Key]?: One[] } {
  if (more.length === 0) return {};
  return { [key]: [...(ours ?? []), ...more] } as { [K in Key]: One[] };
}

/** Imported people who are in the roster already, by id or by an address: their id there, and who it is. */
function samePeople(roster: Roster, parts: ImportedParts): Map<string, Person> {
  const same = new Map<string, Person>();
  for (const person of parts.people) {
    const addresses = new Set(person.contacts.map((one) => one.address.toLowerCase()));
    const byAddress = roster.people.find((one) =>
      one.contacts.some((contact) => addresses.has(contact.address.toLowerCase())),
    );
    const found = byAddress ?? roster.people.find((one) => one.id === person.id);
    if (found !== undefined) same.set(person.id, found);
  }
  return same;
}

function refuseKnown(roster: Roster, parts: ImportedParts, same: ReadonlyMap<string, Person>): void {
  const known = [...same].map(([id, person]) =>
    id === person.id ? `person ${id}` : `person ${id} (by an address of ${person.id})`,
  );
  for (const kind of ['groups', 'rotations', 'policies', 'services'] as const) {
    const ours = new Set((roster[kind] ?? []).map((one) => one.id));
    for (const one of parts[kind]) if (ours.has(one.id)) known.push(`${KINDS[kind]} ${one.id}`);
  }
  if (known.length === 0) return;
  throw new RosterError(
    'conflict',
    `The roster has ${known.slice(0, 10).join(', ')}${known.length > 10 ? ` and ${known.length - 10} more` : ''} already`,
    'Give --merge to keep those as they are and take over the rest, or write the import alone into a file and choose there: --out roster.yaml --empty.',
  );
}

function withRenamed(parts: ImportedParts, rename: (id: string) => string): ImportedParts {
  const all = (ids: string[]): string[] => [...new Set(ids.map(rename))];
  return {
    ...parts,
    groups: parts.groups.map((one) => ({ ...one, people: all(one.people) })),
    rotations: parts.rotations.map((one) => ({
      ...one,
      // The same person may well have two turns.
      layers: one.layers.map((layer) => ({ ...layer, members: layer.members.map(rename) })),
    })),
    policies: parts.policies.map((one) => ({
      ...one,
      levels: one.levels.map((level): ImportedLevel => ({ ...level, people: all(level.people) })),
    })),
    overrides: parts.overrides.map((one) => ({ ...one, person: rename(one.person) })),
    absences: parts.absences.map((one) => ({ ...one, person: rename(one.person) })),
  };
}
