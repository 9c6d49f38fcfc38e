/** The keyed rows of the roster: its versions, and the texts that were applied. */
import type { RosterText } from '../oncall/book.ts';
import type { Roster } from '../oncall/types.ts';
import type { Row } from '../store/port.ts';

export const ROSTER = 'roster';
/** Row kind of the versions; key: versionKey(version), body: VersionRow. */
export const VERSION = 'version';
/** Row kind of the texts; key: versionKey of the version that it made, body: RosterText. */
export const TEXT = 'text';

export const versionKey = (version: number): string => String(version).padStart(10, '0');

export interface VersionRow {
  roster: Roster;
  by: string;
  atMs: number;
  /** The commit that made it: how an edit whose outcome was unknown finds out that it landed. */
  op: string;
}

/** The row that keeps a text with the version it made. */
export const textRow = (version: number, text: RosterText): Row => ({
  kind: TEXT,
  key: versionKey(version),
  body: text,
});
