/** What an importer reads and gives. Types only. */
import type { Absence, Group, Override, Person, Policy, PolicyLevel, Rotation, Service } from '../types.ts';

/** One file that was given, already parsed. */
export interface ImportDocument {
  /** The file's name: answers of an API that don't say what they belong to are named for it. */
  name: string;
  value: unknown;
}

/** A level as it is imported: whom it tells may be people, rotations and groups. */
export interface ImportedLevel extends PolicyLevel {
  rotations?: string[];
  groups?: string[];
}

/** The parts of a roster that came over; ids are unique among themselves. */
export interface ImportedParts {
  people: Person[];
  groups: Group[];
  rotations: Rotation[];
  policies: (Omit<Policy, 'levels'> & { levels: ImportedLevel[] })[];
  services: Service[];
  overrides: Override[];
  absences: Absence[];
}

/** What became of one thing. */
export interface ImportNote {
  /** `left`: it did not come over. `approximated`: it came over, and will behave differently in what `text` says. */
  kind: 'taken' | 'approximated' | 'left';
  /** Its name where it comes from: `schedule Ops, rotation Nights`. */
  what: string;
  text: string;
}

export interface Imported {
  parts: ImportedParts;
  notes: ImportNote[];
}

/** What is passed in, because pure code can't know it. */
export interface ImportOptions {
  nowMs: number;
  /** Who imports; stands in the overrides that come over. */
  by: string;
}
