/** Splits one line into words with what their surroundings say: brackets, colons, arrows. Linear in its length. */

export interface Word {
  /** Lower-cased, without punctuation at its ends. */
  text: string;
  /** As written, without punctuation at its ends. */
  raw: string;
  /** The first word after an opening bracket. */
  boxed: boolean;
  /** The only word between brackets. */
  alone: boolean;
  /** Followed by a colon, a bar or a dash that separates it from the rest. */
  heads: boolean;
  /** Followed by a comma. */
  comma: boolean;
  /** An arrow stands between the word before and this one: OLD -> NEW. */
  arrow: boolean;
  /** A per cent sign follows. */
  percent: boolean;
  /** The n of `WORD:n`, as Alertmanager counts; null otherwise. */
  count: number | null;
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}._/:@%+'’-]*/gu;
const ENDS = "._/:@%+'’-";

/** The words of a cleaned line (see cleanSummary). */
export function splitWords(line: string): Word[] {
  const text = line.normalize('NFC');
  const found: { raw: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(WORD)) {
    const raw = trimEnd(match[0]);
    found.push({ raw, start: match.index, end: match.index + raw.length });
  }
  return found.map((one, index): Word => {
    const before = text.slice(found[index - 1]?.end ?? 0, one.start);
    const after = text.slice(one.end, found[index + 1]?.start ?? text.length).slice(0, 16);
    const boxed = /[[({]\W*$/u.test(tail(before));
    const counted = /^([a-z]+):(\d{1,9})$/i.exec(one.raw);
    const raw = counted?.[1] ?? one.raw;
    return {
      text: raw.toLowerCase().replaceAll('’', "'"),
      raw,
      boxed,
      alone: boxed && /^[^\])}]{0,3}[\])}]/u.test(after),
      heads: /^\s*[\])}*]*\s*[:|]|^\s*[\])}*]*\s+[-–—]+\s/u.test(after) || /^[\])}]/.test(after),
      comma: after.startsWith(','),
      arrow: before.includes('->') || before.includes('=>') || before.includes('→'),
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
