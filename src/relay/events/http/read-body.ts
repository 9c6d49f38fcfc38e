/** What a request's body says, read by what it looks like: JSON, a form that carries a text, plain text. Pure. */
import { FIELDS_MAX, firstNames } from '../formats/fields.ts';
import { readText } from '../formats/general.ts';
import { detailsEach, eventOf } from '../formats/source.ts';
import { WEBHOOK_SOURCES } from '../formats/webhooks/index.ts';
import type { AlertEvent } from '../types.ts';
import { fieldsOf, formFields, multipartFields, parseJson, textOf, unescapePlain } from './body.ts';
import { detailLines } from './details.ts';
import { FEW, type Room, hasRoom, roomForList, unreadAlerts } from './long-list.ts';
import { pairsOf, parseLoose, repaired } from './loose-json.ts';
import { type FieldError, isForm, readSimple } from './simple.ts';

export type BodyReading = { events: AlertEvent[] } | { errors: FieldError[] };

/**
 * `service`: in whose events it becomes some: those of a source that is known, or one by its words. `json`: of the body,
 * where it was parsed already; null: it is none.
 */
export function readBody(
  raw: Uint8Array,
  contentType: string,
  service: string,
  json?: { value: unknown } | null,
): BodyReading {
  const text = textOf(raw);
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type.startsWith('multipart/')) {
    const parts = multipartFields(text);
    // Read as text, its boundaries would be paged.
    return parts === null
      ? { errors: [{ field: 'body', message: 'is not multipart, as its Content-Type says' }] }
      : readParts(parts, service);
  }
  const saysJson = type === 'application/json' || type.endsWith('+json');
  if (saysJson || /^\s*[{["]/.test(text)) {
    const parsed = json ?? (json === null ? repaired(text) : parseLoose(text));
    const reading = parsed === null ? readBroken(text, service) : readParsed(parsed.value, service);
    if (reading !== null) return reading;
    if (saysJson)
      return {
        errors: [
          {
            field: 'body',
            message: parsed === null ? 'is not valid JSON' : 'must be a JSON object, or a list of them',
          },
        ],
      };
  }
  if (type === 'application/x-www-form-urlencoded') {
    const fields = formFields(text);
    const whole = wholeOf(fields);
    if (whole !== null) return readFields(whole, service, 'json');
    const found = known(fields, service);
    if (found !== null) return found;
    if (isForm(fields)) return readSimple(fields, service, 'form');
  }
  return readPlain(unescapePlain(text), service, type);
}

/** Null: it holds nothing that could be read. */
function readParsed(value: unknown, service: string): BodyReading | null {
  const room = roomForList();
  const reading = readValue(value, service, room);
  const unread = unreadAlerts(room, service);
  if (unread.length === 0) return reading;
  return { events: [...(reading !== null && 'events' in reading ? reading.events : []), ...unread] };
}

function readValue(value: unknown, service: string, room: Room, isOneOfMany = false): BodyReading | null {
  if (typeof value === 'string') {
    // JSON within JSON, from those who encode twice.
    const inner = /^\s*[{[]/u.test(value) ? parseJson(value) : null;
    return inner === null ? readPlain(value, service, '') : readValue(inner.value, service, room);
  }
  if (Array.isArray(value)) return readList(value, service, room);
  const fields = fieldsOf(value);
  return fields === null ? null : readFields(fields, service, 'json', isOneOfMany);
}

/** Each on its own; what of them says nothing doesn't take the others with it. */
function readList(list: readonly unknown[], service: string, room: Room): BodyReading | null {
  if (list.length === 0) return { events: [emptyList(service)] };
  const events: AlertEvent[] = [];
  let refused: BodyReading | null = null;
  for (const one of list) {
    if ((typeof one !== 'object' && typeof one !== 'string') || !hasRoom(room)) continue;
    const before = room.left;
    const reading = readValue(one, service, room, list.length > FEW);
    if (reading !== null && 'events' in reading) {
      events.push(...reading.events);
      // Those of a list in it have been counted one by one.
      if (room.left === before) room.left -= reading.events.length;
    } else {
      refused ??= reading;
      room.left -= 1;
    }
  }
  return events.length > 0 ? { events } : refused;
}

const emptyList = (service: string): AlertEvent => ({
  action: 'none',
  service,
  dedupKey: 'json/empty list',
  severity: 'unknown',
  summary: 'an empty list',
  source: 'json',
  reason: 'it holds no alert',
});

/** Of an object of tens of thousands the first ones tell what it is. */
function bounded(fields: Record<string, unknown>): Record<string, unknown> {
  const names = firstNames(fields);
  return names.length < FIELDS_MAX ? fields : Object.fromEntries(names.map((name) => [name, fields[name]]));
}

function readFields(
  given: Record<string, unknown>,
  service: string,
  source: string,
  isOneOfMany = false,
): BodyReading {
  const fields = bounded(given);
  const inner = unwrapped(fields);
  const found = known(fields, service) ?? (inner === null ? null : known(inner, service));
  return found ?? readSimple(inner ?? fields, service, source, isOneOfMany);
}

/** What only carries another body: a push of Google's Pub/Sub, a CloudEvent. */
function unwrapped(fields: Record<string, unknown>): Record<string, unknown> | null {
  const message = fieldsOf(fields['message']);
  if (message !== null && typeof message['data'] === 'string' && 'subscription' in fields)
    return fieldsOf(parseJson(Buffer.from(message['data'], 'base64').toString('utf8'))?.value);
  return 'specversion' in fields ? fieldsOf(fields['data']) : null;
}

/** The fields of an address: for senders that only fetch one, or put into it what belongs in a body. */
export const readQuery = (query: Record<string, unknown>, service: string): BodyReading =>
  known(query, service) ?? readSimple(query, service, 'url');

/** What should have been JSON: by the names and texts that can still be told apart. */
function readBroken(text: string, service: string): BodyReading | null {
  const fields = pairsOf(text);
  if (fields === null || !(isForm(fields) || known(fields, service) !== null)) return null;
  const reading = readFields(fields, service, 'json');
  if ('errors' in reading) return reading;
  return {
    events: reading.events.map((event) => ({
      ...event,
      reason: `its JSON is broken: ${event.reason ?? 'read as far as it goes'}`,
    })),
  };
}

/** Where one field is a whole JSON body, as Slack's `payload` and Uptime Kuma's `data` are, that is what is meant. */
function wholeOf(fields: Record<string, unknown>): Record<string, unknown> | null {
  for (const value of Object.values(fields)) {
    const whole =
      typeof value === 'string' && value.trimStart().startsWith('{')
        ? fieldsOf(parseJson(value)?.value)
        : null;
    if (whole !== null) return whole;
  }
  return null;
}

function readParts(parts: Record<string, unknown>, service: string): BodyReading {
  const whole = wholeOf(parts);
  const found = whole === null ? null : known(whole, service);
  if (found !== null) return found;
  const fields = isForm(parts) ? parts : (whole ?? parts);
  return readFields(fields, service, 'form');
}

/** Null: no source that we know. */
function known(fields: Record<string, unknown>, service: string): BodyReading | null {
  for (const { name, read } of WEBHOOK_SOURCES) {
    const readings = read(fields);
    if (readings === null || readings.length === 0) continue;
    const details = detailsEach(detailLines([['', fields]]) ?? '', readings.length);
    return {
      events: readings.map((reading) => ({
        ...eventOf(reading, service, name),
        ...(details === '' ? {} : { details }),
      })),
    };
  }
  return null;
}

/** What Healthchecks' manual proposes as a body, `$NAME is $STATUS`: as bad as its mails say. */
const HEALTHCHECKS = /^[^\r\n]{1,200} is down$/u;

function readPlain(text: string, service: string, type: string): BodyReading {
  const event = readText(text, service, 'plain');
  if (event.summary === '') {
    return {
      errors: [{ field: 'body', message: 'is empty; send the text of the alert, or JSON with a summary' }],
    };
  }
  const isTheirs = type === 'text/plain' && event.action === 'trigger' && HEALTHCHECKS.test(text.trim());
  return { events: [isTheirs ? { ...event, severity: 'error' } : event] };
}
