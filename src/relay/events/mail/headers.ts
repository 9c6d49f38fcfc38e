/** A mail read from its plain headers alone. Pure; survives anything: no headers, broken ones, NULs, invalid UTF-8. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { ParsedMail } from '../formats/mail.ts';
import { decodeBytes, decodeWords, type Decode } from './encoded.ts';

/** Headers beyond this are not looked at. */
const HEAD_MAX_BYTES = 64 * 1024;
/** Most heads end before that. */
const NEAR_BYTES = 4 * 1024;
const VALUE_MAX = 8 * 1024;
const LINE_FEED = 0x0a;
const COUNT_MAX = 500;
/** Twice what is ever shown of one. */
const SUBJECT_MAX = 2_048;

export interface Head {
  headers: ReadonlyMap<string, string>;
  /** Where the body begins. */
  bodyStart: number;
  /** It holds bytes that are neither ASCII nor UTF-8: of a charset that nothing names. */
  isForeign: boolean;
}

/** How what is no ASCII is read. */
export interface HeadDecoding {
  /** Encoded words. */
  decode?: Decode;
  /** The charset of bytes that stand there as they are. */
  charset?: string;
}

/**
 * The header block: names lower-cased, folded lines joined, encoded words decoded, repeated headers one a line. Of the
 * block `maxBytes` are looked at.
 */
export function readHead(
  raw: Uint8Array,
  maxBytes = HEAD_MAX_BYTES,
  { decode, charset }: HeadDecoding = {},
): Head {
  const headers = new Map<string, string>();
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const block = blockOf(bytes, maxBytes);
  // All but a few heads are ASCII, which costs a tenth of anything else to make a string of.
  const ascii = isAscii(block) ? block.toString('latin1') : null;
  const isForeign = ascii === null && !isUtf8(block);
  const textOf = (line: Uint8Array): string =>
    (isForeign && charset !== undefined ? decode?.(charset, line) : null) ?? decodeBytes(line);
  let at = 0;
  let name: string | null = null;
  let value = '';
  let count = 0;
  const keep = (): void => {
    if (name === null || count >= COUNT_MAX) return;
    count += 1;
    // A line break out of an encoded word must not pass for the one that joins repeated headers.
    const decoded = decodeWords(value.trim(), decode).replace(/[\r\n]+/g, ' ');
    const before = headers.get(name);
    headers.set(name, before === undefined ? decoded : `${before}\n${decoded}`.slice(0, VALUE_MAX * 2));
  };
  while (at < block.length) {
    const feed = block.indexOf(LINE_FEED, at);
    const end = feed === -1 ? block.length : feed;
    const stop = end > at && block[end - 1] === 0x0d ? end - 1 : end;
    const next = end + 1;
    if (stop === at) {
      keep();
      return { headers, bodyStart: Math.min(next, bytes.length), isForeign };
    }
    const last = Math.min(stop, at + VALUE_MAX);
    const line = ascii === null ? textOf(block.subarray(at, last)) : ascii.slice(at, last);
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name !== null && value.length < VALUE_MAX) value += ` ${line.trim()}`;
    } else {
      const colon = line.indexOf(':');
      const key = colon > 0 ? line.slice(0, colon).trimEnd().toLowerCase() : '';
      if (!/^[!-9;-~]{1,100}$/.test(key)) {
        // mbox's "From " line goes; any other line that is no header starts the body of a mail without a blank line.
        if (!(at === 0 && line.startsWith('From '))) {
          keep();
          return { headers, bodyStart: at, isForeign };
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
  return { headers, bodyStart: bodyBehind(bytes, Math.min(at, bytes.length)), isForeign };
}

/** Up to its blank line and with it, or its first `maxBytes`. */
function blockOf(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes[0] === LINE_FEED || (bytes[0] === 0x0d && bytes[1] === LINE_FEED)) return bytes.subarray(0, 2);
  for (const size of [NEAR_BYTES, maxBytes]) {
    const near = bytes.subarray(0, Math.min(size, maxBytes));
    const found = blankLine(near);
    if (found !== -1) return near.subarray(0, found);
  }
  return bytes.subarray(0, maxBytes);
}

/** A head that is longer than what was looked at: the body still begins behind its blank line. */
function bodyBehind(bytes: Buffer, at: number): number {
  const found = at === 0 || at >= bytes.length ? -1 : blankLine(bytes.subarray(at - 1));
  return found === -1 ? at : at - 1 + found;
}

/** Where the first line behind a blank one begins; -1: there is none. */
function blankLine(bytes: Buffer): number {
  const plain = bytes.indexOf('\n\n', 0, 'latin1');
  const before = plain === -1 ? bytes : bytes.subarray(0, plain);
  const dos = before.indexOf('\n\r\n', 0, 'latin1');
  return dos !== -1 ? dos + 3 : plain === -1 ? -1 : plain + 2;
}

/** Puts headers and a text together to what the readers of formats/ take. */
export function mailOf(head: Head, text: string, tag: string | null): ParsedMail {
  const get = (name: string): string => head.headers.get(name) ?? '';
  const messageId = firstLine(get('message-id')).trim();
  const date = firstLine(get('date')).trim();
  return {
    from: addressOf(firstLine(get('from')) || firstLine(get('sender'))),
    to: get('to'),
    subject: firstLine(get('subject'))
      .slice(0, SUBJECT_MAX)
      .replace(/[\u2028\u2029]/g, ' '),
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
