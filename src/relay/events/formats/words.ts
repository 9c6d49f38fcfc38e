/** Splits one line into words with what their surroundings say: brackets, colons, arrows. Linear in its length. */
import { withSpaces } from './vocabulary/cjk.ts';

export interface Word {
  /** Lower-cased, without punctuation at its ends. */
  text: string;
  /** The same without marks on its letters, as the vocabulary has it. */
  folded: string;
  /** As written, without punctuation at its ends. */
  raw: string;
  /** The first word after an opening bracket. */
  boxed: boolean;
  /** The only word between brackets. */
  alone: boolean;
  /** Followed by a colon, a bar or a dash that separates it from the rest. */
  heads: boolean;
  /** Followed by a comma or a semicolon. */
  comma: boolean;
  /** Punctuation or an opening bracket follows: a clause ends here. */
  stops: boolean;
  /** A question mark follows. */
  asks: boolean;
  /** An arrow stands between the word before and this one: OLD -> NEW. */
  arrow: boolean;
  /** In capitals, and longer than one letter. */
  shouted: boolean;
  /** A per cent sign follows. */
  percent: boolean;
  /** The n of `WORD:n`, as Alertmanager counts; null otherwise. */
  count: number | null;
}

/** `FIRING:2`; `tcp:443` is a name. */
const COUNTED = /^(firing|resolved|alerting|pending|ok|normal|critical|warning|error|unknown):(\d{1,9})$/i;
const ARROW = /[-=]>|[→⇒➜➔]/u;
const MARKS = /\p{M}/gu;
const BEYOND_ASCII = /[^\u0020-\u007e]/;

/** Lower-cased text without marks on its letters: `gestört` and `gestort` are one word to the vocabulary. */
export const fold = (text: string): string =>
  BEYOND_ASCII.test(text)
    ? text.normalize('NFD').replace(MARKS, '').replaceAll('ł', 'l').replaceAll('ø', 'o')
    : text;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}._/:@%+'’-]*/gu;
const ENDS = "._/:@%+'’-";

/** The words of a cleaned line (see cleanSummary). */
export function splitWords(line: string): Word[] {
  const text = withSpaces(line.normalize('NFC'));
  const found: { raw: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(WORD)) {
    const raw = trimEnd(match[0]);
    found.push({ raw, start: match.index, end: match.index + raw.length });
  }
  return found.map((one, index): Word => {
    const before = text.slice(found[index - 1]?.end ?? 0, one.start);
    const after = text.slice(one.end, found[index + 1]?.start ?? text.length).slice(0, 16);
    const boxed = /[[({（［【「]\W{0,7}$/u.test(tail(before));
    const counted = COUNTED.exec(one.raw);
    const raw = counted?.[1] ?? one.raw;
    const lower = raw.toLowerCase().replaceAll('’', "'");
    return {
      text: lower,
      folded: fold(lower),
      raw,
      boxed,
      alone: boxed && /^[^\])}）］】」]{0,3}[\])}）］】」]/u.test(after),
      heads:
        /^\s{0,8}[\])}*）］】」]{0,8}\s{0,8}(?:[:|：]|\s[-–—]{1,8}\s)/u.test(after) ||
        /^\s?[\])}）］】」]/u.test(after),
      comma: after.startsWith(',') || after.startsWith(';'),
      stops: after === '' || /^\s?[。、，；！？）］】」]|^[.,;!?)\]}"”]|^\s*[[({（［【「]/u.test(after),
      asks: after.startsWith('?'),
      arrow: ARROW.test(before.slice(-16)),
      shouted: raw.length > 1 && raw === raw.toUpperCase() && raw !== lower,
      percent: /^\s?%/.test(after),
      count: counted === null ? null : Number(counted[2]),
    };
  });
}

/** Without punctuation at its end; by hand, since /[…]+$/ costs the square of what it scans. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 1 && ENDS.includes(text[end - 1] ?? 'x')) end -= 1;
  return text.slice(0, end);
}

/** The last few characters: all that decides whether a bracket opened just before. */
function tail(text: string): string {
  return text.slice(-8);
}
