/**
 * The token in a mail's reply address, and the one in the link of a message: it names the message and proves that it
 * was received (a sender alone is forged easily). `ana.47.` and 80 bits of HMAC-SHA-256 in base32: with `ack+` at most
 * 62 characters, which a local part may have, whatever case it comes back in. The two differ: what a mail server or
 * a browser's history shows is good for that one way only.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readMessageId } from '../notifications/rows.ts';

const MAC_BYTES = 10;
const LEAST_KEY_BYTES = 32;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const TOKEN = /^(([a-z0-9][a-z0-9_-]{0,31})\.([1-9]\d{0,7}))\.([a-z2-7]{16})$/;

/** What a token is for; signed with it. */
export type TokenPurpose = 'reply' | 'link';

/** The token of a message; `messageId` is `<person>.<code>`. The key has at least 32 bytes. */
export function makeToken(key: Uint8Array, messageId: string, purpose: TokenPurpose = 'reply'): string {
  if (readMessageId(messageId) === null)
    throw new Error(`${messageId} is no message id: it is <person>.<code>`);
  return `${messageId}.${proof(key, `${purpose} ${messageId}`)}`;
}

/** Whose message a token names; null when it was not made with this key, or for another purpose. */
export function readToken(
  key: Uint8Array,
  token: string,
  purpose: TokenPurpose = 'reply',
): { person: string; code: number } | null {
  const match = TOKEN.exec(token.toLowerCase());
  const [, messageId, person, code, given] = match ?? [];
  if (messageId === undefined || person === undefined || given === undefined) return null;
  if (!isProof(key, `${purpose} ${messageId}`, given)) return null;
  return { person, code: Number(code) };
}

/** Sixteen letters that only who has the key can make of a text; its first word says what for. */
export function proof(key: Uint8Array, text: string): string {
  if (key.length < LEAST_KEY_BYTES)
    throw new Error('the key for reply addresses is too short: 32 bytes or more');
  return base32(createHmac('sha256', key).update(`relay ${text}`).digest().subarray(0, MAC_BYTES));
}

/** Whether these are the letters of that text; takes as long whatever they are. */
export function isProof(key: Uint8Array, text: string, given: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(proof(key, text))];
  return a.length === b.length && timingSafeEqual(a, b);
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
