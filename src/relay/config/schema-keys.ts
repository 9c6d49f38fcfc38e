/** The keys a schema knows below a path, read from the schema itself so that they can't differ. */
import type { KeyPath } from './problems.ts';

/** Empty where there is no such path, or no keys. */
export function keysAt(whole: unknown, path: KeyPath): string[] {
  let schema = whole;
  for (const part of path)
    schema = typeof part === 'number' ? elementOf(schema) : (shapeOf(schema)[part] ?? null);
  return Object.keys(shapeOf(schema));
}

function elementOf(schema: unknown): unknown {
  const list = unwrapped(schema);
  return hasDef(list) ? list.def['element'] : null;
}

function unwrapped(schema: unknown): unknown {
  let inner = schema;
  while (hasDef(inner) && 'innerType' in inner.def) inner = inner.def['innerType'];
  return inner;
}

function shapeOf(schema: unknown): Record<string, unknown> {
  const inner = unwrapped(schema);
  if (!hasDef(inner) || !isRecord(inner.def['shape'])) return {};
  return inner.def['shape'];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const hasDef = (value: unknown): value is { def: Record<string, unknown> } =>
  isRecord(value) && isRecord(value['def']);
