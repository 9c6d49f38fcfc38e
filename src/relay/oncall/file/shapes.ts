/**
 * The small language the roster file's fields are described in. A shape reads a value, writes it and gives its JSON
 * Schema, so that the three can't disagree. Pure.
 */
import { nearest } from '../checks.ts';
import { RosterError } from '../book.ts';
import { described, type Findings, type KeyPath, type Named } from './findings.ts';

export type JsonSchema = Record<string, unknown>;

export interface Shape<T> {
  /** What is wrong goes to `to`; undefined then. */
  read(value: unknown, path: KeyPath, to: Findings): T | undefined;
  write(value: T): unknown;
  schema: JsonSchema;
}

/** A field of a record. */
export interface Field<T> {
  /** Its key in the file, where it is another than the property's. */
  key?: string;
  /** For people who write the file; editors show it. */
  about: string;
  shape: Shape<T>;
  /** What an absent field means; not written either. Absent here: the field is required unless it is `optional`. */
  absent?: T;
  optional?: true;
}

/** Every property of T has its field: one that is forgotten is an error of the compiler. */
export type Fields<T> = { [K in keyof T]-?: Field<Exclude<T[K], undefined>> };

/** Text of one line, not empty, at most `max` characters; `what` says in words what is expected. */
export function text(
  what: string,
  max: number,
  more: { pattern?: string; isSecret?: boolean } = {},
): Shape<string> {
  const { isSecret = false, ...schema } = more;
  const pattern = more.pattern === undefined ? null : new RegExp(more.pattern, 'u');
  const got = (value: unknown): string =>
    isSecret && value !== null ? 'something else (not shown)' : described(value);
  return {
    schema: { type: 'string', minLength: 1, maxLength: max, ...schema },
    write: (value) => value,
    read: (value, path, to) => {
      if (typeof value !== 'string' || value.trim() === '' || pattern?.test(value) === false)
        return to.wrong(path, `expected ${what}, got ${got(value)}`);
      if (value.length > max) return to.wrong(path, `expected ${what}, got over ${max} characters`);
      if (/\p{Cc}/u.test(value) || !value.isWellFormed())
        return to.wrong(path, `expected ${what}, got control characters or broken text`);
      return value;
    },
  };
}

export const whole = (min: number, max: number): Shape<number> => ({
  schema: { type: 'integer', minimum: min, maximum: max },
  write: (value) => value,
  read: (value, path, to) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : to.wrong(path, `expected a whole number from ${min} to ${max}, got ${described(value)}`),
});

/** One of some words. */
export function choice<T extends string>(choices: readonly T[]): Shape<T> {
  return {
    schema: { enum: [...choices] },
    write: (value) => value,
    read: (value, path, to) =>
      choices.find((one) => one === value) ??
      to.wrong(path, `expected one of ${choices.join(', ')}, got ${described(value)}`),
  };
}

/** The id of something else in the roster. */
export function nameOf(kind: Named): Shape<string> {
  const plain = text(`the name of a ${kind}`, 64);
  return {
    ...plain,
    read: (value, path, to) => {
      const id = plain.read(value, path, to);
      if (id !== undefined) to.uses(kind, id, path);
      return id;
    },
  };
}

/** `min` and `max` entries; `unique`: none may come twice. */
export function list<T>(item: Shape<T>, limits: { min?: number; max: number; unique?: boolean }): Shape<T[]> {
  const { min = 0, max, unique = false } = limits;
  return {
    schema: {
      type: 'array',
      items: item.schema,
      ...(min > 0 ? { minItems: min } : {}),
      maxItems: max,
      ...(unique ? { uniqueItems: true } : {}),
    },
    write: (values) => values.map((value) => item.write(value)),
    read: (value, path, to) => {
      if (!Array.isArray(value)) return to.wrong(path, `expected a list, got ${described(value)}`);
      if (value.length < min)
        return to.wrong(path, `expected at least ${min === 1 ? 'one entry' : `${min} entries`}, got none`);
      if (value.length > max) return to.wrong(path, `expected at most ${max} entries, got ${value.length}`);
      const seen = new Set<unknown>();
      const read = value.map((one: unknown, index) => {
        const at = [...path, index];
        if (unique && seen.has(one)) to.wrong(at, `${described(one)} stands here twice: once is enough`);
        seen.add(one);
        return item.read(one, at, to);
      });
      return read.filter((one) => one !== undefined);
    },
  };
}

/** Keys with values; `what` names it in problems: "a person". */
export function record<T extends object>(what: string, fields: Fields<T>): Shape<T> {
  const all = Object.entries<Field<unknown>>(fields).map(([property, field]) => ({
    ...field,
    property,
    key: field.key ?? property,
  }));
  const known = all.map((one) => one.key);
  const required = all.filter((one) => isRequired(one)).map((one) => one.key);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        all.map((one) => [
          one.key,
          {
            ...one.shape.schema,
            description: one.about,
            ...(one.absent === undefined || one.absent === ''
              ? {}
              : { default: one.shape.write(one.absent) }),
          },
        ]),
      ),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    },
    write: (value) => {
      const out: Record<string, unknown> = {};
      for (const one of all) {
        const property = (value as Record<string, unknown>)[one.property];
        if (property === undefined || same(property, one.absent)) continue;
        out[one.key] = one.shape.write(property);
      }
      return out;
    },
    read: (value, path, to) => {
      if (!isKeys(value)) {
        return to.wrong(path, `expected ${what} with keys (${known.join(', ')}), got ${described(value)}`);
      }
      refuseUnknown(value, known, path, to);
      const out: Record<string, unknown> = {};
      let isWhole = true;
      for (const one of all) {
        if (!Object.hasOwn(value, one.key)) {
          if (one.absent !== undefined) out[one.property] = one.absent;
          if (!isRequired(one)) continue;
          to.wrong(path, `${one.key} is missing: ${one.about}`, 'key');
          isWhole = false;
          continue;
        }
        const read = one.shape.read(value[one.key], [...path, one.key], to);
        if (read === undefined) isWhole = false;
        else out[one.property] = read;
      }
      // The table has a field for every property of T, and each that is required was there.
      return isWhole ? (out as T) : undefined;
    },
  };
}

/** Entries by their ids, each a T with its `id`. */
export function byId<T extends { id: string }>(
  entry: Shape<Omit<T, 'id'>>,
  limits: { max: number; idSchema: JsonSchema },
): Shape<T[]> {
  return {
    schema: {
      type: 'object',
      propertyNames: limits.idSchema,
      additionalProperties: entry.schema,
      maxProperties: limits.max,
    },
    write: (values) => {
      const out = emptyKeys();
      for (const { id, ...rest } of values) out[id] = entry.write(rest);
      return out;
    },
    read: (value, path, to) => {
      if (!isKeys(value)) {
        return to.wrong(
          path,
          `expected names with what they stand for, got ${described(value)}: write {} for none, or leave ${String(path.at(-1))} out to keep what is there`,
        );
      }
      const ids = Object.keys(value);
      if (ids.length > limits.max)
        return to.wrong(path, `expected at most ${limits.max} entries, got ${ids.length}`);
      return ids.flatMap((id): T[] => {
        const read = entry.read(value[id], [...path, id], to);
        return read === undefined ? [] : [{ id, ...read } as T];
      });
    },
  };
}

/** A text that must pass a check of the commands too, which tells what is wrong by a RosterError. */
export const checked = (shape: Shape<string>, check: (value: string) => unknown): Shape<string> => ({
  ...shape,
  read: (value, path, to) => {
    // A number that was meant as text: only quotes are missing.
    if (typeof value === 'number' && shape.schema['type'] === 'string')
      return to.wrong(path, `expected text, got ${described(value)}: write it in quotes`);
    const read = shape.read(value, path, to);
    if (read === undefined) return undefined;
    try {
      check(read);
      return read;
    } catch (error) {
      if (!(error instanceof RosterError)) throw error;
      const cure = error.cure === undefined ? '' : `. ${error.cure.replace(/--(\w)/g, '$1')}`;
      return to.wrong(path, `${error.message}${cure}`.replace(/\.$/, ''));
    }
  },
});

/** The same value in another form: `to` for the file, `from` for the roster. */
export const mapped = <T, F>(
  shape: Shape<F>,
  forms: { from: (value: F, path: KeyPath, to: Findings) => T | undefined; to: (value: T) => F },
): Shape<T> => ({
  schema: shape.schema,
  write: (value) => shape.write(forms.to(value)),
  read: (value, path, to) => {
    const read = shape.read(value, path, to);
    return read === undefined ? undefined : forms.from(read, path, to);
  },
});

/** Tells every key that isn't known, and which was meant. */
export function refuseUnknown(
  value: Record<string, unknown>,
  known: readonly string[],
  path: KeyPath,
  to: Findings,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    to.wrong([...path, key], `expected one of ${known.join(', ')}, got an unknown key${hint}`, 'key');
  }
}

export const isKeys = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object without a prototype: a person named like a method of Object is no trouble. */
export const emptyKeys = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

const isRequired = (field: Field<unknown>): boolean =>
  field.absent === undefined && field.optional === undefined;

const same = (a: unknown, b: unknown): boolean =>
  a === b || (b !== undefined && JSON.stringify(a) === JSON.stringify(b));
