/**
 * The text of the mails that most monitors send: one text/plain part. Read exactly and at a tenth of the full parser's
 * cost; whatever else a mail may be is left to that parser.
 */
import { decodeBytes, decodeQuoted } from './encoded.ts';
import type { Head } from './headers.ts';

const PLAIN_MAX_BYTES = 128 * 1024;

/** Null when the mail isn't a single plain text part in a charset and encoding that need no more than this. */
export function plainText(raw: Uint8Array, head: Head): string | null {
  // Without a single header it is no mail but a text that somebody sent as one.
  if (head.headers.size === 0)
    return decodeBytes(raw.subarray(head.bodyStart, head.bodyStart + PLAIN_MAX_BYTES));
  if (raw.length - head.bodyStart > PLAIN_MAX_BYTES) return null;
  const type = head.headers.get('content-type') ?? 'text/plain';
  if (!isPlain(type)) return null;
  const body = raw.subarray(head.bodyStart);
  switch ((head.headers.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase()) {
    case '7bit':
    case '8bit':
    case 'binary':
      return decodeBytes(body);
    case 'quoted-printable':
      return decodeBytes(decodeQuoted(body));
    case 'base64':
      return decodeBytes(
        Buffer.from(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'base64'),
      );
    default:
      return null;
  }
}

/** text/plain in ASCII or UTF-8. Flowed text has line ends of its own and goes to the full parser. */
function isPlain(type: string): boolean {
  const parts = type
    .toLowerCase()
    .split(';', 8)
    .map((part) => part.trim());
  if (parts[0] !== 'text/plain' && parts[0] !== 'text') return false;
  return parts
    .slice(1)
    .every(
      (part) =>
        part === '' ||
        /^charset\s*=\s*"?(us-ascii|ascii|utf-?8)"?$/.test(part) ||
        /^format\s*=\s*"?fixed"?$/.test(part),
    );
}
