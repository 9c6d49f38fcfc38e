/** A request as the team's rules see it. Its body must hold no key any more. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Fields } from '../formats/fields.ts';
import { type AlertMessage, NO_MESSAGE } from '../formats/rules/message.ts';
import { fieldsOf, formFields, multipartFields, parseJson, textOf } from './body.ts';
import { parseLoose } from './loose-json.ts';

/** They hold keys. */
const SECRET: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** `raw`: as it goes into the journal. */
export function messageOfRequest(raw: Uint8Array, headers: IncomingHttpHeaders): AlertMessage {
  const body = textOf(raw);
  let fields: Fields | null | undefined;
  return {
    ...NO_MESSAGE,
    headers: new Map(
      Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        value === undefined || SECRET.has(name.toLowerCase())
          ? []
          : [[name.toLowerCase(), Array.isArray(value) ? value.join('\n') : value]],
      ),
    ),
    body,
    fields: () => (fields === undefined ? (fields = fieldsIn(body, headers['content-type'] ?? '')) : fields),
  };
}

/** By what it looks like, as it is read; a list by the places in it. */
function fieldsIn(body: string, contentType: string): Fields | null {
  if (contentType.trim().toLowerCase().startsWith('multipart/')) {
    const parts = multipartFields(body);
    const whole = Object.values(parts ?? {}).find((part) => typeof part === 'string' && part.startsWith('{'));
    return (typeof whole === 'string' ? fieldsOf(parseJson(whole)?.value) : null) ?? parts;
  }
  if (/^\s*[[{]/u.test(body)) {
    const value = parseLoose(body)?.value;
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  }
  return body.includes('=') ? formFields(body) : null;
}
