/**
 * The token in a mail's reply address: it names a message and proves that the mail with it was received (a sender
 * alone is forged easily). `ana.47.` and 80 bits of HMAC-SHA-256 in base32: with `ack+` at most 62 characters, which a
 * local part may have, whatever case it comes back in.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const MAC_BYTES = 10;
const LEAST_KEY_BYTES = 32;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const TOKEN = /^(([a-z0-9][a-z0-9_-]{0,31})\.([1-9]\d{0,7}))\.([a-z2-7]{16})$/;
const MESSAGE_ID = /^[a-z0-9][a-z0-9_-]{0,31}\.[1-9]\d{0,7}$/;

/** The token of a message; `messageId` is `<person>.<code>`. The key has at least 32 bytes. */
export function makeToken(key: Uint8Array, messageId: string): string {
  if (!MESSAGE_ID.test(messageId)) throw new Error(`${messageId} is no message id: it is <person>.<code>`);
  return `${messageId}.${base32(mac(key, messageId))}`;
}

/** Whose message a token names; null when it was not made with this key. */
export function readToken(key: Uint8Array, token: string): { person: string; code: number } | null {
  const match = TOKEN.exec(token.toLowerCase());
  const [, messageId, person, code, given] = match ?? [];
  if (messageId === undefined || person === undefined || given === undefined) return null;
  const expected = base32(mac(key, messageId));
  if (!timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(expected, 'latin1'))) return null;
  return { person, code: Number(code) };
}

function mac(key: Uint8Array, messageId: string): Uint8Array {
  if (key.length < LEAST_KEY_BYTES)
    throw new Error('the key for reply addresses is too short: 32 bytes or more');
  return createHmac('sha256', key).update(`relay reply ${messageId}`).digest().subarray(0, MAC_BYTES);
}

/** RFC 4648 in lower case; five bytes make eight letters, so ten need no padding. */
function base32(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 5) {
    let bits = 0n;
    for (const byte of bytes.subarray(at, at + 5)) bits = (bits << 8n) | BigInt(byte);
    for (let shift = 35n; shift >= 0n; shift -= 5n) out += ALPHABET[Number((bits >> shift) & 31n)] ?? '';
  }
  return out;
}
