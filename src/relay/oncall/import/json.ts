/** Reading fields of parsed JSON whose shape nobody has checked. */

export type Fields = Record<string, unknown>;

/** The object that a value is; null when it is none. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The objects in a list; anything else has none. */
export function objectsIn(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): Fields[] => {
    const fields = fieldsOf(one);
    return fields === null ? [] : [fields];
  });
}

/** A text that says something; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** A whole number, also where it is written as a text; null for anything else. */
export function wholeOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** An instant with an offset, in milliseconds since the epoch; null when it can't be read. */
export function instantOf(value: unknown): number | null {
  const text = textOf(value);
  if (text === null) return null;
  try {
    // Some answers have their offset without a colon, which Temporal reads too.
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
