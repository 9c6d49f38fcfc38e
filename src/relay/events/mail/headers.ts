/** A mail read from its plain headers alone. Pure; survives anything: no headers, broken ones, NULs, invalid UTF-8. */
import type { ParsedMail } from '../formats/mail.ts';
import { decodeBytes, decodeWords } from './encoded.ts';

/** Headers beyond this are not looked at. */
const HEAD_MAX_BYTES = 64 * 1024;
const VALUE_MAX = 8 * 1024;
const COUNT_MAX = 500;

export interface Head {
  headers: ReadonlyMap<string, string>;
  /** Where the body begins. */
  bodyStart: number;
}

/** The header block: names lower-cased, folded lines joined, encoded words decoded, repeated headers one a line. */
export function readHead(raw: Uint8Array): Head {
  const headers = new Map<string, string>();
  let at = 0;
  let name: string | null = null;
  let value = '';
  let count = 0;
  const keep = (): void => {
    if (name === null || count >= COUNT_MAX) return;
    count += 1;
    // A line break out of an encoded word must not pass for the one that joins repeated headers.
    const decoded = decodeWords(value.trim()).replace(/[\r\n]+/g, ' ');
    const before = headers.get(name);
    headers.set(name, before === undefined ? decoded : `${before}\n${decoded}`.slice(0, VALUE_MAX * 2));
  };
  while (at < raw.length && at < HEAD_MAX_BYTES) {
    const feed = raw.indexOf(0x0a, at);
    const end = feed === -1 ? raw.length : feed;
    const stop = end > at && raw[end - 1] === 0x0d ? end - 1 : end;
    const next = end + 1;
    if (stop === at) {
      keep();
      return { headers, bodyStart: Math.min(next, raw.length) };
    }
    const line = decodeBytes(raw.subarray(at, Math.min(stop, at + VALUE_MAX)));
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name !== null && value.length < VALUE_MAX) value += ` ${line.trim()}`;
    } else {
      const colon = line.indexOf(':');
      const key = colon > 0 ? line.slice(0, colon).trimEnd().toLowerCase() : '';
      if (!/^[!-9;-~]{1,100}$/.test(key)) {
        // mbox's "From " line goes; any other line that is no header starts the body of a mail without a blank line.
        if (!(at === 0 && line.startsWith('From '))) {
          keep();
          return { headers, bodyStart: at };
        }
      } else {
        keep();
        name = key;
        value = line.slice(colon + 1);
      }
    }
    at = next;
  }
  keep();
  return { headers, bodyStart: Math.min(at, raw.length) };
}

/** Puts headers and a text together to what the readers of formats/ take. */
export function mailOf(head: Head, text: string, tag: string | null): ParsedMail {
  const get = (name: string): string => head.headers.get(name) ?? '';
  const messageId = firstLine(get('message-id')).trim();
  const date = firstLine(get('date')).trim();
  return {
    from: addressOf(firstLine(get('from')) || firstLine(get('sender'))),
    to: get('to'),
    subject: firstLine(get('subject')),
    text,
    headers: head.headers,
    messageId: messageId === '' ? null : messageId.slice(0, 998),
    date: date === '' ? null : date.slice(0, 100),
    tag,
  };
}

/** The fallback when a mail can't be parsed: its headers, and as text the first lines of the body as they are. */
export function mailFromHeaders(raw: Uint8Array, tag: string | null): ParsedMail {
  const head = readHead(raw);
  // A mail without any header is all body: show its beginning rather than nothing.
  const text =
    head.headers.size === 0 ? decodeBytes(raw.subarray(head.bodyStart, head.bodyStart + 8 * 1024)) : '';
  return mailOf(head, text, tag);
}

function firstLine(value: string): string {
  const end = value.indexOf('\n');
  return end === -1 ? value : value.slice(0, end);
}

/** `Name <a@b>`, `a@b (Name)` or `a@b`: the address, lower-cased; empty when there is none. */
export function addressOf(text: string): string {
  const close = text.lastIndexOf('>');
  const open = close === -1 ? -1 : text.lastIndexOf('<', close);
  const inside =
    open === -1
      ? (text.split(/[\s,(]+/, 8).find((part) => part.includes('@')) ?? '')
      : text.slice(open + 1, close);
  const address = inside.trim().toLowerCase().slice(0, 320);
  return address.includes('@') ? address : '';
}
