/** Text from outside made safe to show in one line: an SMS, a header, a terminal. */

/** The longest summary, in UTF-16 units. */
export const SUMMARY_MAX = 1_024;
/** The longest details text, in UTF-16 units. */
export const DETAILS_MAX = 4_000;

// C0, DEL and C1 (Cc); zero-width characters; line and paragraph separators; bidi marks, embeddings, overrides and isolates;
// the byte order mark; interlinear annotations. The tag block could hide whole sentences.
const UNSAFE =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const UNSAFE_BUT_LINES =
  /(?!\n)\p{Cc}|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Cuts to at most `max` UTF-16 units without leaving half a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/**
 * One line without control characters (C0, C1, bidi overrides, line separators), spaces collapsed, well-formed
 * Unicode, at most 1,024 UTF-16 units. May be empty.
 */
export function cleanSummary(text: string): string {
  // Four times the result is looked at and no more, so a subject of megabytes costs what a long one does.
  const line = cut(text, SUMMARY_MAX * 4)
    .toWellFormed()
    .replace(UNSAFE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return cut(line, SUMMARY_MAX).trimEnd();
}

/** Several lines without control characters but line feeds, runs of blank lines collapsed, at most 4,000 units. */
export function cleanDetails(text: string): string {
  const lines = cut(text, DETAILS_MAX * 4)
    .toWellFormed()
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replaceAll('\t', ' ')
    .replace(UNSAFE_BUT_LINES, ' ')
    .split('\n')
    .map((line) => line.trimEnd());
  const kept: string[] = [];
  for (const line of lines) {
    if (line !== '' || (kept.length > 0 && kept.at(-1) !== '')) kept.push(line);
  }
  while (kept.at(-1) === '') kept.pop();
  return cut(kept.join('\n'), DETAILS_MAX);
}
