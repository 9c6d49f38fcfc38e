/**
 * GSM-7, the alphabet in which an SMS segment holds 160 characters instead of 70. Everything we text is brought into
 * it, and counted as the networks count. Pure.
 */
import anyAscii from 'any-ascii';

/** The basic set of GSM 03.38 without line breaks, which no text of ours may hold. */
const BASIC = new Set(
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿' +
    'abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** Sent as an escape and a character: two septets each. */
const EXTENSION = new Set('^{}\\[~]|€');

const SINGLE_SEPTETS = 160;
/** Each part of a longer text gives 7 septets to the header that joins them. */
const PART_SEPTETS = 153;

/** Brings any text into one line of GSM-7: other scripts are romanised, emoji and control characters dropped. */
export function toGsm7(text: string): string {
  let out = '';
  for (const char of text.normalize('NFC'))
    out += BASIC.has(char) || EXTENSION.has(char) ? char : replace(char);
  return out.replace(/ {2,}/g, ' ').trim();
}

/** Whether a text goes out in GSM-7 as it stands, in one line. */
export function isGsm7(text: string): boolean {
  for (const char of text) if (!BASIC.has(char) && !EXTENSION.has(char)) return false;
  return true;
}

/** Septets that a GSM-7 text takes; extension characters count two. */
export function septets(text: string): number {
  let count = 0;
  for (const char of text) count += width(char);
  return count;
}

/** Segments that a GSM-7 text is sent and paid as. An extension character is never parted from its escape. */
export function segments(text: string): number {
  if (septets(text) <= SINGLE_SEPTETS) return 1;
  let parts = 1;
  let used = 0;
  for (const char of text) {
    const next = width(char);
    if (used + next > PART_SEPTETS) {
      parts += 1;
      used = 0;
    }
    used += next;
  }
  return parts;
}

/**
 * `lead` cut at its end so that lead and `ending` together take at most `maxSegments`; the ending stays whole.
 * What is cut shows as `...`, at a word's end where one is near.
 */
export function cutToSegments(lead: string, ending: string, maxSegments: number): string {
  if (segments(lead + ending) <= maxSegments) return lead;
  const chars = [...lead];
  let low = 0;
  let high = chars.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (segments(cutAt(chars, middle) + ending) <= maxSegments) low = middle;
    else high = middle - 1;
  }
  return cutAt(chars, low);
}

const cutAt = (chars: string[], count: number): string => `${atWordEnd(chars.slice(0, count).join(''))}...`;

/** A text of at most `maxSeptets`, cut with `...` at a word's end where one is near. */
export function cutToSeptets(text: string, maxSeptets: number): string {
  if (septets(text) <= maxSeptets) return text;
  let kept = '';
  let used = 3;
  for (const char of text) {
    used += width(char);
    if (used > maxSeptets) break;
    kept += char;
  }
  return `${atWordEnd(kept)}...`;
}

function width(char: string): number {
  return EXTENSION.has(char) ? 2 : 1;
}

function replace(char: string): string {
  if (char === '`') return "'";
  if (/^[\p{Cc}\p{Z}]$/u.test(char)) return ' ';
  if (/^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Cf}\p{Co}\p{Cs}]$/u.test(char))
    return '';
  let out = '';
  for (const ascii of anyAscii(char)) {
    if (BASIC.has(ascii) || EXTENSION.has(ascii)) out += ascii;
    else out += ascii === '`' ? "'" : ' ';
  }
  return out;
}

/** Drops a broken last word, unless that would cost more than 12 characters. */
function atWordEnd(text: string): string {
  const space = text.lastIndexOf(' ');
  const whole = space > 0 && text.length - space <= 12 ? text.slice(0, space) : text;
  return whole.replace(/[ ,;:.-]+$/, '');
}
