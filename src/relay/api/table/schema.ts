/**
 * What an answer looks like, for others: JSON Schema, tied by the compiler to the type that the call answers with, so
 * that the two can't disagree. A property that is forgotten, or has another type, is an error of the compiler.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema, whatever it stands for. */
export interface AnySchema {
  readonly json: JsonSchema;
  /** Those with a name are described once and referred to. */
  readonly name?: string;
  /** Schemas that this one is made of. */
  readonly parts?: readonly AnySchema[];
}

/** The schema of exactly T. */
export interface Schema<T> extends AnySchema {
  readonly of?: (value: T) => T;
}

/** A property that may be absent. */
export interface Maybe<T> {
  readonly maybe: Schema<T>;
}

type Plain<T> = T extends readonly (infer U)[] ? U[] : T;

/** A schema for every property of T. */
export type FieldsOf<T> = {
  [K in keyof T]-?: object extends Pick<T, K> ? Maybe<Plain<Exclude<T[K], undefined>>> : Schema<Plain<T[K]>>;
};

const reference = (schema: AnySchema): JsonSchema =>
  schema.name === undefined ? schema.json : { $ref: `#/components/schemas/${schema.name}` };

export const string: Schema<string> = { json: { type: 'string' } };
/** ISO 8601 in UTC with milliseconds. */
export const instant: Schema<string> = { json: { type: 'string', format: 'date-time' } };
export const integer: Schema<number> = { json: { type: 'integer' } };
export const number: Schema<number> = { json: { type: 'number' } };
export const boolean: Schema<boolean> = { json: { type: 'boolean' } };
/** Present and true, or absent. */
export const yes: Schema<true> = { json: { const: true } };

/** One of some words. */
export const choice = <const T extends string>(choices: readonly T[]): Schema<T> => ({
  json: { type: 'string', enum: [...choices] },
});

export const nullable = <T>(schema: Schema<T>): Schema<T | null> => ({
  json: { anyOf: [reference(schema), { type: 'null' }] },
  parts: [schema],
});

export const listOf = <T>(item: Schema<T>): Schema<T[]> => ({
  json: { type: 'array', items: reference(item) },
  parts: [item],
});

/** By names that anybody may give. */
export const mapOf = <T>(item: Schema<T>): Schema<Record<string, T>> => ({
  json: { type: 'object', additionalProperties: reference(item) },
  parts: [item],
});

/** A property that may be absent. */
export const maybe = <T>(schema: Schema<T>): Maybe<T> => ({ maybe: schema });

/** The same with a word for people. */
export const about = <T>(schema: Schema<T>, text: string): Schema<T> => ({
  json: { ...reference(schema), description: text },
  parts: [schema],
});

/** Either of two; `A | B` where they aren't told apart by one property. */
export const either = <A, B>(a: Schema<A>, b: Schema<B>): Schema<A | B> => ({
  json: { anyOf: [reference(a), reference(b)] },
  parts: [a, b],
});

/** An object with a name of its own. Answers may get more properties in time: what isn't known is to be ignored. */
export function object<T extends object>(name: string, fields: FieldsOf<T>): Schema<T> {
  return { ...shape<T>(fields), name };
}

/** An object that is described where it stands. */
export function shape<T extends object>(fields: FieldsOf<T>): Schema<T> {
  const entries = Object.entries(fields) as [string, AnySchema | { maybe: AnySchema }][];
  const all = entries.map(([key, field]) =>
    'maybe' in field
      ? { key, schema: field.maybe, isRequired: false }
      : { key, schema: field, isRequired: true },
  );
  const required = all.filter((one) => one.isRequired).map((one) => one.key);
  return {
    json: {
      type: 'object',
      properties: Object.fromEntries(all.map(({ key, schema }) => [key, reference(schema)])),
      ...(required.length === 0 ? {} : { required }),
    },
    parts: all.map((one) => one.schema),
  };
}

/** Every schema with a name that some are made of. Rejects when two of them have the same name. */
export function named(schemas: readonly AnySchema[]): Map<string, AnySchema> {
  const found = new Map<string, AnySchema>();
  const seen = new Set<AnySchema>();
  const look = (schema: AnySchema): void => {
    if (seen.has(schema)) return;
    seen.add(schema);
    if (schema.name !== undefined) {
      if (found.has(schema.name)) throw new Error(`two schemas have the name ${schema.name}`);
      found.set(schema.name, schema);
    }
    schema.parts?.forEach(look);
  };
  schemas.forEach(look);
  return found;
}

/** How a schema is referred to: by its name, or as it is. */
export { reference };
