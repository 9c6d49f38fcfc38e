/** Lines such as `Host: web1` of a mail's body. */

const LINES_MAX = 400;
const LINE_MAX = 1_000;

/** By lower-cased label; the first of each counts. Values are trimmed and may be empty. */
export type Labels = ReadonlyMap<string, string>;

/** The labelled lines among the first of a text. */
export const labelsOf = ofLast((text): Labels => {
  const labels = new Map<string, string>();
  for (const line of linesOf(text)) {
    const at = line.indexOf(':');
    if (at < 1 || at > 40) continue;
    const label = line.slice(0, at).replaceAll(/[*_]/g, '').trim().toLowerCase();
    if (label !== '' && !labels.has(label)) labels.set(label, line.slice(at + 1).trim());
  }
  return labels;
});

/** The first lines of a text, each cut; their ends are trimmed. No line holds anything that ends one: `.` takes all of it. */
export const linesOf = ofLast((text): readonly string[] =>
  text
    .slice(0, LINES_MAX * LINE_MAX)
    .split(/\r\n?|[\n\u2028\u2029]/, LINES_MAX)
    .map((line) => line.slice(0, LINE_MAX).trim()),
);

/** Ten readers ask the same of one mail, one after the other: the last answer is kept. */
function ofLast<Found>(find: (text: string) => Found): (text: string) => Found {
  let last: { text: string; found: Found } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, found: find(text) };
    return last.found;
  };
}

/** What follows a line, up to the next blank one. */
export function paragraphAfter(text: string, isStart: (line: string) => boolean): string {
  const lines = linesOf(text);
  const start = lines.findIndex(isStart);
  if (start === -1) return '';
  const rest = lines.slice(start + 1);
  const from = rest.findIndex((line) => line !== '');
  if (from === -1) return '';
  const end = rest.findIndex((line, at) => at > from && line === '');
  return rest.slice(from, end === -1 ? undefined : end).join(' ');
}

/** Addresses of web pages in a text, the first few. */
export const linksIn = (text: string): string[] =>
  [
    ...new Set(
      [...text.slice(0, 64 * 1024).matchAll(/https?:\/\/[^\s<>"')\]]{1,500}/gu)].map(([link]) => link),
    ),
  ].slice(0, 5);
