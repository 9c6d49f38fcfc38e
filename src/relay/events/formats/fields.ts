/** Values out of JSON that anybody may have sent. */

export type Fields = Record<string, unknown>;

/** The fields of an object; none for anything else. */
export const objectIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The objects of a list, the first thousand; none for anything else. */
export const objectsIn = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.slice(0, 1_000).map(objectIn) : [];

/** A text, or a number or truth as text, trimmed; '' for anything else. */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The first of these that says something. */
export const firstOf = (...values: unknown[]): string => values.map(textIn).find((text) => text !== '') ?? '';

/** What of these is an address of a web page. */
export const linksOf = (...values: unknown[]): string[] =>
  values.map(textIn).filter((text) => /^https?:\/\//u.test(text));
