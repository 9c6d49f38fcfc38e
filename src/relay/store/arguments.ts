/** Checks on what callers pass to a store, the same for every engine. */

/** A count or limit of at least 1; anything else is a mistake in the caller and a RangeError. */
export function atLeastOne(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be a whole number of at least 1, not ${String(value)}`);
  }
  return value;
}

/** Everything is kept as JSON, so what is loaded never shares an object with what was written. */
export function toJson(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
