/** Header text as it comes over the wire made readable: raw 8-bit bytes and RFC 2047 encoded words. Pure, never throws. */
import { isAscii, isUtf8 } from 'node:buffer';

/** Bytes to text: UTF-8 where they are that, else Windows-1252, which takes any byte. */
export function decodeBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (!isUtf8(buffer)) return WINDOWS.decode(buffer);
  const text = buffer.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

const WINDOWS = new TextDecoder('windows-1252');

/** Bytes in a charset to text; null: it can't be read. */
export type Decode = (charset: string, bytes: Uint8Array) => string | null;

/** Null when the charset is unknown, or the bytes are not valid UTF-8 though they should be. */
function decodeAs(charset: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(charset, { fatal: charset === 'utf-8' }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

// Spaces have no place in it, and some senders leave them there.
const ENCODED = /=\?([A-Za-z0-9_.:()+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([BbQq])\?([^?]{0,2000})\?=/g;

/**
 * Decodes `=?charset?B|Q?…?=`. Neighbours in one charset are joined as bytes first, since some senders split a
 * character between two words. What can't be decoded stays as it is.
 */
export function decodeWords(text: string, decode: Decode = decodeAs): string {
  if (!text.includes('=?')) return text;
  let out = '';
  let at = 0;
  let charset = '';
  let run: Uint8Array[] = [];
  const flush = (): void => {
    if (run.length > 0) out += decode(charset, Buffer.concat(run)) ?? decodeBytes(Buffer.concat(run));
    run = [];
  };
  for (const match of text.matchAll(ENCODED)) {
    const between = text.slice(at, match.index);
    const named = (match[1] ?? 'utf-8').toLowerCase();
    const bytes =
      (match[2] ?? '').toLowerCase() === 'b'
        ? Buffer.from(match[3] ?? '', 'base64')
        : unquote(match[3] ?? '');
    // Space between two encoded words belongs to the encoding (RFC 2047, 6.2).
    const neighbours = run.length > 0 && between.trim() === '';
    // One that shifts between sets begins anew in each word, and escapes on end are no text to a decoder.
    if (!neighbours || named !== charset || named.startsWith('iso-2022-')) flush();
    if (!neighbours) out += between;
    charset = named;
    run.push(bytes);
    at = match.index + match[0].length;
  }
  flush();
  return out + text.slice(at);
}

function unquote(text: string): Uint8Array {
  return decodeQuoted(Buffer.from(text.replaceAll('_', ' '), 'latin1'));
}

/** Quoted-printable bytes, soft line breaks joined; what is no escape stays as it is. */
export function decodeQuoted(bytes: Uint8Array): Uint8Array {
  let from = bytes.indexOf(0x3d);
  if (from === -1) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  out.set(bytes.subarray(0, from));
  let length = from;
  while (from < bytes.length) {
    const byte = bytes[from] ?? 0;
    if (byte !== 0x3d) {
      out[length++] = byte;
      from += 1;
      continue;
    }
    const high = hex(bytes[from + 1]);
    const low = high < 0 ? -1 : hex(bytes[from + 2]);
    if (low >= 0) {
      out[length++] = high * 16 + low;
      from += 3;
      continue;
    }
    const next = softBreak(bytes, from + 1);
    if (next === from) out[length++] = byte;
    from = next === from ? from + 1 : next;
  }
  return out.subarray(0, length);
}

/** Behind the line end that follows, before which spaces may stand that were added on the way; else `at - 1`. */
function softBreak(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < at + PADDING_MAX && (bytes[end] === 0x20 || bytes[end] === 0x09)) end += 1;
  if (bytes[end] === 0x0d && bytes[end + 1] === 0x0a) return end + 2;
  return bytes[end] === 0x0a ? end + 1 : at - 1;
}

const PADDING_MAX = 80;

/** Base64 as mails hold it: with line ends, and now and then several pieces that are each padded. */
export function decodeBase64(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const pieces: Uint8Array[] = [];
  let from = 0;
  while (pieces.length < PIECES_MAX) {
    const pad = buffer.indexOf(0x3d, from);
    const end = pad === -1 ? buffer.length : pad;
    if (end > from) pieces.push(Buffer.from(buffer.toString('latin1', from, end), 'base64'));
    if (pad === -1) break;
    from = pad + 1;
  }
  const [only, ...more] = pieces;
  return only !== undefined && more.length === 0 ? only : Buffer.concat(pieces);
}

const PIECES_MAX = 5_000;

function hex(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
