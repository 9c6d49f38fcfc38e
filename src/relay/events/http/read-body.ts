/** What a request's body says, read by what it looks like: JSON, a form that carries a text, plain text. Pure. */
import { readText } from '../formats/general.ts';
import { eventOf } from '../formats/source.ts';
import { WEBHOOK_SOURCES } from '../formats/webhooks/index.ts';
import type { AlertEvent } from '../types.ts';
import { fieldsOf, formFields, multipartFields, parseJson, textOf, unescapePlain } from './body.ts';
import { detailLines } from './details.ts';
import { type FieldError, isForm, readSimple, type SimpleReading } from './simple.ts';

export type BodyReading = { events: AlertEvent[] } | { errors: FieldError[] };

/** `service`: in whose events it becomes some: those of a source that is known, or one by its words. */
export function readBody(raw: Uint8Array, contentType: string, service: string): BodyReading {
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
    const parsed = parseJson(text);
    const fields = fieldsOf(parsed?.value);
    if (fields !== null) return known(fields, service) ?? one(readSimple(fields, service, 'json'));
    if (typeof parsed?.value === 'string') return one(readPlain(parsed.value, service));
    if (saysJson)
      return {
        errors: [
          { field: 'body', message: parsed === null ? 'is not valid JSON' : 'must be one JSON object' },
        ],
      };
  }
  if (type === 'application/x-www-form-urlencoded') {
    const fields = formFields(text);
    const found = known(fields, service);
    if (found !== null) return found;
    if (isForm(fields)) return one(readSimple(fields, service, 'form'));
  }
  return one(readPlain(unescapePlain(text), service));
}

/** Where one part is a whole JSON body, as Uptime Kuma sends it, that is what is meant. */
function readParts(parts: Record<string, unknown>, service: string): BodyReading {
  const whole = Object.values(parts)
    .map((value) =>
      typeof value === 'string' && value.startsWith('{') ? fieldsOf(parseJson(value)?.value) : null,
    )
    .find((fields) => fields !== null);
  const found = whole === undefined || whole === null ? null : known(whole, service);
  if (found !== null) return found;
  const fields = isForm(parts) ? parts : (whole ?? parts);
  return known(fields, service) ?? one(readSimple(fields, service, 'form'));
}

const one = (reading: SimpleReading): BodyReading =>
  'errors' in reading ? reading : { events: [reading.event] };

/** Null: no source that we know. */
function known(fields: Record<string, unknown>, service: string): BodyReading | null {
  for (const { name, read } of WEBHOOK_SOURCES) {
    const readings = read(fields);
    if (readings === null || readings.length === 0) continue;
    const details = detailLines([['', fields]]);
    return {
      events: readings.map((reading) => ({
        ...eventOf(reading, service, name),
        ...(details === undefined ? {} : { details }),
      })),
    };
  }
  return null;
}

function readPlain(text: string, service: string): SimpleReading {
  const event = readText(text, service, 'plain');
  if (event.summary !== '') return { event };
  return {
    errors: [{ field: 'body', message: 'is empty; send the text of the alert, or JSON with a summary' }],
  };
}
