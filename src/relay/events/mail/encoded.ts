/** Header text as it comes over the wire made readable: raw 8-bit bytes and RFC 2047 encoded words. Pure, never throws. */

/** Bytes to text: UTF-8 where they are that, else Windows-1252, which takes any byte. */
export function decodeBytes(bytes: Uint8Array): string {
  return decodeAs('utf-8', bytes) ?? decodeAs('windows-1252', bytes) ?? '';
}

/** Null when the charset is unknown, or the bytes are not valid UTF-8 though they should be. */
function decodeAs(charset: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(charset, { fatal: charset === 'utf-8' }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

const ENCODED = /=\?([A-Za-z0-9_.:()+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([BbQq])\?([^?\s]*)\?=/g;

/**
 * Decodes `=?charset?B|Q?…?=`. Neighbours in one charset are joined as bytes first, since some senders split a
 * character between two words. What can't be decoded stays as it is.
 */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  let out = '';
  let at = 0;
  let charset = '';
  let run: Uint8Array[] = [];
  const flush = (): void => {
    if (run.length > 0) out += decodeAs(charset, Buffer.concat(run)) ?? decodeBytes(Buffer.concat(run));
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
    if (!neighbours || named !== charset) flush();
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
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === 0x3d) {
      if (bytes[index + 1] === 0x0a) {
        index += 1;
        continue;
      }
      if (bytes[index + 1] === 0x0d && bytes[index + 2] === 0x0a) {
        index += 2;
        continue;
      }
      const high = hex(bytes[index + 1]);
      const low = hex(bytes[index + 2]);
      if (high >= 0 && low >= 0) {
        out[length++] = high * 16 + low;
        index += 2;
        continue;
      }
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

function hex(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
