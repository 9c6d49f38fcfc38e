/** Values out of JSON that anybody may have sent. */
import { parseBounded } from './bounded.ts';

export type Fields = Record<string, unknown>;

/** The fields of an object; none for anything else. */
export const objectIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The objects of a list, the first thousand; none for anything else. */
export const objectsIn = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.slice(0, 1_000).map(objectIn) : [];

/** A text, or a number or truth as text, trimmed; '' for anything else. */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The first of these that says something. */
export const firstOf = (...values: unknown[]): string => values.map(textIn).find((text) => text !== '') ?? '';

/** What is longer is no address that anybody would open. */
const LINK_MAX = 2_048;
const LINKS_MAX = 20;

/** Whether it is the address of a web page, fit to be shown and opened. */
export const isLink = (text: string): boolean =>
  text.length <= LINK_MAX && /^https?:\/\/[^\s\p{Cc}]+$/u.test(text) && text.isWellFormed();

/** What of these is an address of a web page, the first few. */
export const linksOf = (...values: unknown[]): string[] =>
  values.map(textIn).filter(isLink).slice(0, LINKS_MAX);

/** A name without what differs between those who write it: `ALERT_ID`, `alert-id` and `alertId` are one. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Fields of one object that are looked at, the first ones. */
export const FIELDS_MAX = 500;
/** And how much of a name. */
const NAME_MAX = 120;

/** The fields of an object by their plain names; of two alike the first. */
export function byPlainName(body: Fields): Fields {
  const named = Object.create(null) as Fields;
  for (const name of firstNames(body)) named[plainName(name.slice(0, NAME_MAX))] ??= body[name];
  return named;
}

/** Without making a list of all of them. */
export function firstNames(body: Fields): string[] {
  const found: string[] = [];
  for (const name in body) {
    if (found.length >= FIELDS_MAX) break;
    if (Object.hasOwn(body, name)) found.push(name);
  }
  return found;
}

/** Values that are text, by name: what a source labels something with. */
export function textsIn(...values: unknown[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const value of values) {
    for (const [name, one] of Object.entries(objectIn(value))) {
      const text = textIn(one);
      if (text !== '') texts[name] ??= text;
    }
  }
  return texts;
}

/** `env:prod` or `env=prod`, as a list or with commas between them, as labels; a tag without a value is its own. */
export function tagsIn(value: unknown): Record<string, string> {
  const tags = Array.isArray(value)
    ? value.slice(0, 200).map(textIn)
    : textIn(value).slice(0, 8_000).split(',', 200);
  const pairs: Record<string, string> = {};
  for (const tag of tags.map((one) => one.trim())) {
    const at = tag.search(/[:=]/u);
    const name = at < 1 ? tag : tag.slice(0, at).trim();
    if (name !== '') pairs[name] ??= at < 1 ? tag : tag.slice(at + 1).trim();
  }
  return pairs;
}

/** What a text holds that should be a JSON object; none for anything else. */
export function parsedIn(value: unknown): Fields {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return {};
  try {
    return objectIn(parseBounded(value));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
