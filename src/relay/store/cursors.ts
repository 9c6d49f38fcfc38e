/** Cursors of a store that keeps its work rows in one order: the place of the last row given, as text. */
import type { WorkId } from './port.ts';

export const journalCursor = (position: number): string => String(position);

/** 0, which is before every row, for null. Throws a RangeError for what is no cursor of the journal. */
export function journalPosition(cursor: string | null): number {
  return cursor === null ? 0 : numberOf(cursor, cursor);
}

export const dueCursor = ({ dueAtMs, id }: { dueAtMs: number; id: WorkId }): string => `${dueAtMs}/${id}`;

/** Before every row for null. Throws a RangeError for what is no cursor of due rows. */
export function duePosition(cursor: string | null): { dueAtMs: number; id: WorkId } {
  if (cursor === null) return { dueAtMs: -Infinity, id: '' };
  const end = cursor.indexOf('/');
  return { dueAtMs: numberOf(cursor.slice(0, Math.max(end, 0)), cursor), id: cursor.slice(end + 1) };
}

function numberOf(text: string, cursor: string): number {
  const number = text === '' ? NaN : Number(text);
  if (!Number.isNaN(number)) return number;
  throw new RangeError(`'${cursor}' is no cursor of this walk: pass the \`next\` of its last page, or null`);
}
