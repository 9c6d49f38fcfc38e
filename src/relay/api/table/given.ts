/**
 * What a call takes, field by field: how it is read, and how it is described to others, in one place. The texts are for
 * people who use the API.
 */
import { isZone } from '../../oncall/times.ts';
import { Fields } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import type { JsonSchema } from './schema.ts';

export interface Given<T> {
  /** What is wrong goes to `fields`. */
  read(fields: Fields, name: string): T;
  json: JsonSchema;
  isNeeded?: true;
}

/** The fields of a body, or of a query. */
export type Givens = Readonly<Record<string, Given<unknown>>>;

/** What they are read as. */
export type ReadAs<B extends Givens> = { [K in keyof B]: B[K] extends Given<infer T> ? T : never };

/** Text of one line. */
export const text = (max: number, description: string): Given<string | undefined> => ({
  read: (fields, name) => fields.optionalText(name, max),
  json: { type: 'string', minLength: 1, maxLength: max, description },
});

/** Text that may have line breaks. */
export const lines = (max: number, description: string): Given<string | undefined> => ({
  read: (fields, name) => fields.lines(name, max),
  json: { type: 'string', minLength: 1, maxLength: max, description },
});

/** Text of one line; empty, it takes away what was there. */
export const textOrEmpty = (max: number, description: string): Given<string | undefined> => ({
  read: (fields, name) => fields.textOrEmpty(name, max),
  json: { type: 'string', maxLength: max, description },
});

export const whole = (min: number, max: number, description: string): Given<number | undefined> => ({
  read: (fields, name) => fields.integer(name, min, max),
  json: { type: 'integer', minimum: min, maximum: max, description },
});

/** As `whole`; 0 takes away what was there, which `read` gives as null. */
export const wholeOrNone = (max: number, description: string): Given<number | null | undefined> => ({
  read: (fields, name) => {
    const value = fields.integer(name, 0, max);
    return value === 0 ? null : value;
  },
  json: { type: 'integer', minimum: 0, maximum: max, description },
});

/** Absent: false. */
export const flag = (description: string): Given<boolean> => ({
  read: (fields, name) => fields.flag(name),
  json: { type: 'boolean', default: false, description },
});

/** Absent: as it is. */
export const yesOrNo = (description: string): Given<boolean | undefined> => ({
  read: (fields, name) => (fields.has(name) ? fields.flag(name) : undefined),
  json: { type: 'boolean', description },
});

export const choice = <const T extends string>(
  choices: readonly T[],
  description: string,
): Given<T | undefined> => ({
  read: (fields, name) => fields.choice(name, choices),
  json: { type: 'string', enum: [...choices], description },
});

/** The most names in one list. */
const NAMES_MOST = 100;

/** A list of texts of one line each, at least one unless `min` is 0. */
export const names = (description: string, max = 64, min = 1): Given<string[] | undefined> => ({
  read: (fields, name) => readNames(fields, name, max, min),
  json: {
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: max },
    ...(min > 0 ? { minItems: min } : {}),
    maxItems: NAMES_MOST,
    description,
  },
});

function readNames(fields: Fields, name: string, max: number, min: number): string[] | undefined {
  if (!fields.has(name) || (min === 0 && fields.isEmptyList(name))) return fields.has(name) ? [] : undefined;
  return fields.list(name, NAMES_MOST, (item, at) => {
    if (typeof item === 'string' && item.trim() !== '' && item.length <= max) return item.trim();
    fields.problem(`${at}: must be text of at most ${max} characters`);
    return '';
  });
}

/** A list of whole numbers from 1, at least one. */
export const numbers = (max: number, description: string): Given<number[] | undefined> => ({
  read: (fields, name) =>
    fields.has(name)
      ? fields.list(name, max, (item, at) => {
          if (typeof item === 'number' && Number.isSafeInteger(item) && item >= 1) return item;
          fields.problem(`${at}: must be a whole number from 1`);
          return 1;
        })
      : undefined,
  json: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, maxItems: max, description },
});

/** An object with fields of its own, made into something by `make`. */
export const group = <B extends Givens, T>(
  given: B,
  description: string,
  make: (read: ReadAs<B>, fields: Fields) => T,
): Given<T | undefined> => ({
  read: (fields, name) =>
    fields.has(name) ? readGroup(fields, fields.value(name), name, given, make) : undefined,
  json: { ...jsonOf(given), description },
});

/** A list of these; at least one unless `min` is 0. */
export const groups = <B extends Givens, T>(
  given: B,
  description: string,
  limits: { min?: number; max: number },
  make: (read: ReadAs<B>, fields: Fields) => T,
): Given<T[] | undefined> => {
  const { min = 1, max } = limits;
  return {
    read: (fields, name) => {
      if (!fields.has(name)) return undefined;
      if (min === 0 && fields.isEmptyList(name)) return [];
      return fields.list(name, max, (item, at) => readGroup(fields, item, at, given, make));
    },
    json: { type: 'array', items: jsonOf(given), minItems: min, maxItems: max, description },
  };
};

function readGroup<B extends Givens, T>(
  fields: Fields,
  value: unknown,
  at: string,
  given: B,
  make: (read: ReadAs<B>, fields: Fields) => T,
): T {
  const inner = fields.inner(value, at, Object.keys(given));
  return make(readGivens(given, inner), inner);
}

/** What must be there. */
export const needed = <T>(given: Given<T | undefined>): Given<T> => ({
  json: given.json,
  isNeeded: true,
  read: (fields, name) => {
    if (!fields.has(name)) fields.problem(`${name}: is missing`);
    // Where it is missing, the call ends before anybody looks at it.
    return given.read(fields, name) as T;
  },
});

/** What an absent one means; `shown` where it is the same everywhere. */
export const orElse = <T>(given: Given<T | undefined>, absent: () => T, shown?: T): Given<T> => ({
  json: shown === undefined ? given.json : { ...given.json, default: shown },
  read: (fields, name) => given.read(fields, name) ?? absent(),
});

/** A time zone; absent: undefined. */
export const zone = (description: string): Given<string | undefined> => ({
  json: { type: 'string', maxLength: 64, description, examples: ['Europe/Berlin'] },
  read: (fields, name) => {
    const value = fields.optionalText(name, 64);
    if (value !== undefined && !isZone(value))
      fields.problem(`${name}: must be a time zone such as Europe/Berlin`);
    return value;
  },
});

/** In which zone times in texts are told. */
export const ZONE = orElse(zone('In which times in texts are told; else that of the host.'), hostZone);
/** Who does it. */
export const BY = orElse(text(64, 'Who does it, for the history.'), () => 'api', 'api');

/** Who does it, of calls about incidents and people. */
export const AS = orElse(text(64, 'Who does it.'), () => 'api', 'api');

/** The year 2200: later is a mistake. */
const LATEST_MS = Date.UTC(2200, 0);
/** An instant in milliseconds since 1970. */
export const instantMs = (description: string): Given<number | undefined> => whole(0, LATEST_MS, description);

/** Of a query: an instant in ISO 8601, read as milliseconds. */
export const queryTime = (description: string): Given<number | undefined> => ({
  json: { type: 'string', format: 'date-time', description },
  read: (fields, name) => {
    const value = fields.optionalText(name, 64);
    if (value === undefined) return undefined;
    const ms = Date.parse(value);
    if (Number.isNaN(ms)) fields.problem(`${name}: must be a time in ISO 8601`);
    return ms;
  },
});

/** Of a query: a whole number. */
export const queryWhole = (min: number, description: string): Given<number | undefined> => ({
  json: { type: 'integer', minimum: min, description },
  read: (fields, name) => {
    const value = fields.optionalText(name, 16);
    if (value === undefined) return undefined;
    const isWhole = /^\d{1,15}$/.test(value) && Number(value) >= min;
    if (!isWhole) fields.problem(`${name}: must be a whole number from ${min}`);
    return isWhole ? Number(value) : undefined;
  },
});

/** Of a query: `1` for yes. */
export const queryFlag = (description: string): Given<boolean> => ({
  json: { type: 'string', enum: ['1'], description },
  read: (fields, name) => !['0', undefined].includes(fields.optionalText(name, 8)),
});

/** Reads all of them. */
export const readGivens = <B extends Givens>(given: B, fields: Fields): ReadAs<B> =>
  Object.fromEntries(Object.entries(given).map(([name, one]) => [name, one.read(fields, name)])) as ReadAs<B>;

/** A body that came by another way than a request, read as a call reads its own. Throws ApiError (usage). */
export function readWhole<B extends Givens>(given: B, body: unknown): ReadAs<B> {
  const fields = new Fields(body, Object.keys(given));
  const read = readGivens(given, fields);
  fields.check();
  return read;
}

/** The JSON Schema of an object with these fields. */
export function jsonOf(given: Givens): JsonSchema {
  const all = Object.entries(given);
  const required = all.filter(([, one]) => one.isNeeded === true).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([name, one]) => [name, one.json])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}
