/** Who is on call in an imported rotation, as the pager would find out. */
import { emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import type { Imported } from '../../../../src/relay/oncall/import/types.ts';
import { timelineOf } from '../../../../src/relay/oncall/rotations/timeline.ts';
import type { Roster } from '../../../../src/relay/oncall/types.ts';

/** A roster of nothing but what was imported. */
export function rosterOf({ parts }: Imported): Roster {
  return { ...emptyRoster(), ...parts };
}

/** Who is on call in the rotation at an instant; null: nobody. */
export function whoAt(imported: Imported, rotation: string, at: string): string | null {
  const timeline = timelineOf(rosterOf(imported), rotation);
  if (timeline === null) throw new Error(`there is no rotation ${rotation}`);
  return timeline.at(Temporal.Instant.from(at).epochMilliseconds).person;
}

/** The notes of one kind, as lines. */
export function said(imported: Imported, kind: 'taken' | 'approximated' | 'left'): string[] {
  return imported.notes.filter((note) => note.kind === kind).map((note) => `${note.what}: ${note.text}`);
}
