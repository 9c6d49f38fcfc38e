/** A template and a message become one request. Pure; whatever stands in a message stays data where it is put. */
import { filled, type Placeholder } from '../placeholders.ts';
import type { Values } from '../values.ts';
import type { HttpTemplate, Json } from './template.ts';

export interface HttpRequest {
  /** `https://sms.example.net`, never from a message. */
  origin: string;
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

/** A value that can't stand in a path: `..` would lead elsewhere. */
export class AddressError extends Error {
  override name = 'AddressError';
}

/** Throws AddressError. */
export function requestOf(template: HttpTemplate, values: Values): HttpRequest {
  const headers = filledHeaders(template.headers, values);
  const { idempotencyHeader, body } = template;
  if (idempotencyHeader !== null) headers[idempotencyHeader] = headerValue(values.id);
  const type = Object.keys(headers).find((name) => name.toLowerCase() === 'content-type');
  if (body !== null && type === undefined) headers['Content-Type'] = TYPES[body.kind];
  return {
    ...target(template.url, values),
    method: template.method,
    headers,
    body: body === null ? null : filledBody(body, values, type === undefined ? '' : (headers[type] ?? '')),
  };
}

/** The same URL rules and headers for a GET beside the sending. Throws AddressError. */
export const readOf = (url: string, template: HttpTemplate, values: Values): HttpRequest => {
  const headers = filledHeaders(template.headers, values);
  for (const name of Object.keys(headers)) if (name.toLowerCase() === 'content-type') delete headers[name];
  return { ...target(url, values), method: 'GET', headers, body: null };
};

const TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
} as const;

/** Placeholders stand behind the origin only (config/schema-providers.ts). */
function target(url: string, values: Values): { origin: string; path: string } {
  const origin = /^https?:\/\/[^/?#]+/u.exec(url)?.[0] ?? '';
  const rest = url.slice(origin.length);
  const [path = '', ...query] = rest.split('?');
  const segments = path.split('/').map((segment) => {
    const whole = filled(segment, (name) =>
      name === 'secret' ? pathOf(values.secret) : encoded(values[name]),
    );
    if (isDots(whole)) throw new AddressError(`"${whole}" can't stand in a path`);
    return whole;
  });
  const filledQuery = query.map((part) => filled(part, (name) => encoded(values[name]))).join('?');
  const joined = segments.join('/');
  return {
    origin,
    path: (joined === '' ? '/' : joined) + (query.length === 0 ? '' : `?${filledQuery}`),
  };
}

const encoded = (value: string): string =>
  encodeURIComponent(value).replace(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A webhook's secret is often several segments of its path. */
const pathOf = (secret: string): string => secret.split('/').map(encoded).join('/');

const isDots = (segment: string): boolean => /^(?:\.|%2e){1,2}$/iu.test(segment);

const filledHeaders = (headers: HttpTemplate['headers'], values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      filled(value, (placeholder) => headerValue(values[placeholder])),
    ]),
  );

/** One line of printable ASCII: what a header can hold everywhere. */
const headerValue = (value: string): string => value.replace(/\s+/gu, ' ').replace(/[^ -~]/gu, '?');

function filledBody(body: NonNullable<HttpTemplate['body']>, values: Values, type: string): string {
  switch (body.kind) {
    case 'json':
      return JSON.stringify(filledJson(body.json, values));
    case 'form':
      return new URLSearchParams(
        Object.entries(body.form).map(([name, value]): [string, string] => [
          name,
          filled(value, (placeholder) => values[placeholder]),
        ]),
      ).toString();
    case 'text': {
      const escape = escapeFor(type);
      return filled(body.text, (placeholder: Placeholder) => escape(values[placeholder]));
    }
  }
}

function filledJson(json: Json, values: Values): Json {
  if (typeof json === 'string') return filled(json, (name) => values[name]);
  if (isList(json)) return json.map((one) => filledJson(one, values));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, one]) => [key, filledJson(one, values)]));
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);

/** A body written out by hand is escaped by its Content-Type; plain text needs nothing. */
function escapeFor(type: string): (value: string) => string {
  if (/json/iu.test(type)) return (value) => JSON.stringify(value).slice(1, -1);
  if (/xml|html/iu.test(type)) return inMarkup;
  if (/x-www-form-urlencoded/iu.test(type)) return encoded;
  return (value) => value;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const inMarkup = (value: string): string => value.replace(/[&<>"']/gu, (char) => ENTITIES[char] ?? char);
