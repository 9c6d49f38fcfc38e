/** The fields that rules match on and that texts name: of the message, and of what the built-in reader made of it. */
import type { AlertEvent } from '../../types.ts';
import type { Fields } from '../fields.ts';
import type { AlertMessage } from './message.ts';

/** Of a body only so much is looked at, in UTF-16 units. */
export const BODY_MAX = 16_000;
/** And of every other field. */
const VALUE_MAX = 2_000;

/** Without a point in their names. */
export const PLAIN_FIELDS = [
  'from',
  'to',
  'subject',
  'body',
  'list-id',
  'source',
  'action',
  'severity',
  'summary',
  'host',
  'check',
  'key',
  'service',
] as const;
/** With one: `header.X-Priority`, `json.alert.name`, `label.team`. */
export const FIELD_FAMILIES = ['header', 'json', 'label'] as const;

type Plain = (typeof PLAIN_FIELDS)[number];
type Family = (typeof FIELD_FAMILIES)[number];

/** A field's name, taken apart. */
export type Field = { family: null; name: Plain } | { family: Family; name: string };

/** These prove who sends: no rule sees them. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

/** Null: there is no such field. */
export function fieldNamed(text: string): Field | null {
  const point = text.indexOf('.');
  if (point === -1) {
    const name = PLAIN_FIELDS.find((one) => one === text.toLowerCase());
    return name === undefined ? null : { family: null, name };
  }
  const family = FIELD_FAMILIES.find((one) => one === text.slice(0, point).toLowerCase());
  const name = text.slice(point + 1);
  if (family === undefined || name.trim() === '') return null;
  return { family, name: family === 'header' ? name.trim().toLowerCase() : name };
}

/** Its text; '' when there is nothing. */
export function valueOf({ family, name }: Field, event: AlertEvent, message: AlertMessage): string {
  switch (family) {
    case null:
      return plainValue(name, event, message);
    case 'header':
      return SECRET_HEADERS.has(name) ? '' : (message.headers.get(name) ?? '').slice(0, VALUE_MAX);
    case 'label':
      return labelled(event.labels, name).slice(0, VALUE_MAX);
    case 'json':
      return textAt(message.fields(), name).slice(0, VALUE_MAX);
  }
}

function plainValue(name: Plain, event: AlertEvent, message: AlertMessage): string {
  switch (name) {
    case 'body':
      return message.body.slice(0, BODY_MAX);
    case 'from':
    case 'to':
    case 'subject':
      return message[name].slice(0, VALUE_MAX);
    case 'list-id':
      return (message.headers.get('list-id') ?? '').slice(0, VALUE_MAX);
    case 'key':
      return event.dedupKey;
    case 'source':
    case 'action':
    case 'severity':
    case 'summary':
    case 'service':
      return event[name];
    case 'host':
    case 'check':
      return event[name] ?? '';
  }
}

/** By the name as it is written, else in letters of either case. */
function labelled(labels: Readonly<Record<string, string>> | undefined, name: string): string {
  if (labels === undefined) return '';
  if (Object.hasOwn(labels, name)) return labels[name] ?? '';
  const wanted = name.toLowerCase();
  return Object.entries(labels).find(([one]) => one.toLowerCase() === wanted)?.[1] ?? '';
}

/** `alerts.0.labels.team`; a list of texts is one with commas. */
function textAt(fields: Fields | null, path: string): string {
  if (fields === null) return '';
  // A name may have points of its own.
  if (Object.hasOwn(fields, path)) return shown(fields[path]);
  let value: unknown = fields;
  for (const part of path.split('.', 20)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return '';
    value = (value as Fields)[part];
  }
  return shown(value);
}

const LISTED_MAX = 100;

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.slice(0, LISTED_MAX).map(scalar).filter(Boolean).join(', ');
  return scalar(value);
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
