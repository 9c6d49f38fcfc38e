/** Request bodies read by what they are, not by what Content-Type says: curl and some clients say form and send another. */
import { parseBounded } from '../formats/bounded.ts';

/** Null when the bytes are no JSON. Invalid UTF-8 becomes replacement characters rather than a refusal. */
export function parseJson(text: string): { value: unknown } | null {
  try {
    return { value: parseBounded(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** UTF-8, with U+FFFD for what is not, and without a byte order mark. */
export function textOf(raw: Uint8Array): string {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** The fields of a JSON object; null for anything else. */
export function fieldsOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** Fields of a form-urlencoded text; the first of each name counts. */
export function formFields(text: string): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if ((count += 1) > 200) break;
    if (!(name in fields)) fields[name] = value;
  }
  return fields;
}

const PARTS_MAX = 50;

/**
 * The fields of a multipart body, by the boundary that it begins with; the first of each name counts, files are left out.
 * Null: it is none.
 */
export function multipartFields(text: string): Record<string, unknown> | null {
  const boundary = /^\s{0,4}(?<line>--[^\r\n]{1,200})\r?\n/u.exec(text)?.groups?.['line'];
  if (boundary === undefined) return null;
  const fields: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const part of text.split(boundary, PARTS_MAX).slice(1)) {
    const end = /\r?\n\r?\n/u.exec(part.slice(0, 2_000));
    if (end === null) continue;
    const head = part.slice(0, end.index);
    const name = /\bname="(?<name>[^"\r\n]{1,200})"/u.exec(head)?.groups?.['name'];
    if (name === undefined || /\bfilename=/u.test(head) || name in fields) continue;
    fields[name] = part.slice(end.index + end[0].length).replace(/\r?\n$/u, '');
  }
  return fields;
}

/** `disk%20full` as plain text means "disk full"; anything with a space in it is left as it is. */
export function unescapePlain(text: string): string {
  if (/\s/.test(text) || !/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
