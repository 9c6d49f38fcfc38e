/** A row as the driver gives it, read with checks: a column of another type means another schema. */
import { types } from 'cassandra-driver';

export type Cells = Readonly<Record<string, unknown>>;

const wrong = (column: string, expected: string, found: unknown): TypeError =>
  new TypeError(`column ${column} should hold ${expected}, not ${found === null ? 'null' : typeof found}`);

/** Throws a TypeError for a cell that isn't there or holds something else. */
export function textOf(cells: Cells, column: string): string {
  const value = cells[column];
  if (typeof value === 'string') return value;
  throw wrong(column, 'text', value);
}

/** Null for a cell that isn't there. */
export function textOrNull(cells: Cells, column: string): string | null {
  return cells[column] === null || cells[column] === undefined ? null : textOf(cells, column);
}

/** Throws a TypeError for a cell that isn't there or holds something else. */
export function numberOf(cells: Cells, column: string): number {
  const value = cells[column];
  if (typeof value === 'number') return value;
  // bigint columns come as the driver's Long.
  if (value instanceof types.Long) return value.toNumber();
  throw wrong(column, 'a number', value);
}

/** Null for a cell that isn't there. */
export function numberOrNull(cells: Cells, column: string): number | null {
  return cells[column] === null || cells[column] === undefined ? null : numberOf(cells, column);
}

/** False for a cell that isn't there. */
export const isTrue = (cells: Cells, column: string): boolean => cells[column] === true;

/** Null for a cell that isn't there. */
export function bytesOrNull(cells: Cells, column: string): Uint8Array | null {
  const value = cells[column];
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  throw wrong(column, 'bytes', value);
}
