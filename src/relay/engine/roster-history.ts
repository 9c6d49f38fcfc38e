/** What the roster was before: its versions, and the texts that were applied. */
import type { RosterHistory, RosterText, RosterVersion } from '../oncall/book.ts';
import type { Row, Store } from '../store/port.ts';
import { ROSTER, TEXT, VERSION, versionKey, type VersionRow } from './roster-rows.ts';

/** Reads what is kept of former versions. */
export function rosterHistory(store: Pick<Store, 'rows'>): RosterHistory {
  return {
    versions: async (limit) => {
      const rows = await store.rows(ROSTER, VERSION, { reverse: true, limit });
      return rows.map((row) => versionOf(row));
    },
    version: async (version) => {
      const [row] = await store.rows(ROSTER, VERSION, { prefix: versionKey(version), limit: 1 });
      return row === undefined ? null : versionOf(row);
    },
    textAt: async (version) => {
      const [row] = await lastTexts(store, version, 1);
      return row === undefined ? null : { ...(row.body as RosterText), version: Number(row.key) };
    },
  };
}

/**
 * The text that nobody needs once `version` is the oldest that is kept for ever: a text belongs to its own version and
 * those after it, until the next text.
 */
export async function textPushedOut(
  store: Pick<Store, 'rows'>,
  version: number,
  atMs: number,
): Promise<Row[]> {
  // The first text there could be has none before it.
  if (version < 2) return [];
  const [newest, older] = await lastTexts(store, version, 2);
  if (newest?.key !== versionKey(version) || older === undefined) return [];
  return [{ ...older, endedAtMs: atMs }];
}

/** The newest texts up to a version. */
const lastTexts = (store: Pick<Store, 'rows'>, version: number, limit: number): Promise<Row[]> =>
  store.rows(ROSTER, TEXT, { reverse: true, after: versionKey(version + 1), limit });

function versionOf(row: Row): RosterVersion {
  const { roster, by, atMs } = row.body as VersionRow;
  return { roster, by, atMs };
}
