/**
 * The line that decides a mail reply: the first one that its writer wrote. Above the quoted mail, or, for those who
 * answer below it, after the last quoted line. Quoted text never decides (S8).
 */
import EmailReplyParser from 'email-reply-parser';

/** The parser's patterns take time by a power of the length: these keep the worst text we found under 20 ms. */
const MAX_LENGTH = 4_096;
const MAX_LINE = 240;
const MAX_LINES = 200;

/** One line, trimmed; empty when nothing visible is left. `text` is the mail's plain text, of any length. */
export function visibleLine(text: string): string {
  const fragments = new EmailReplyParser()
    .read(shortened(text))
    .getFragments()
    .filter((one) => one.getContent().trim() !== '');
  const [first] = fragments;
  // A signature or separator on top: nothing was written above what follows it.
  if (first === undefined || (first.isHidden() && !first.isQuoted())) return '';
  // Below a quotation only where its lines are marked: else nobody knows where it ends (forwarded mails, Outlook).
  const quotes = fragments.filter((one) => one.isQuoted());
  if (first.isQuoted() && !quotes.every((one) => /^>/m.test(one.getContent()))) return '';
  const from = first.isQuoted() ? fragments.findLastIndex((one) => one.isQuoted()) + 1 : 0;
  const deciding = fragments.slice(from).find((one) => !one.isHidden());
  return (
    deciding
      ?.getContent()
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '') ?? ''
  );
}

/** Ends with a colon, and names a time of day or an address: `W dniu 27.11.2025 o 14:00, Relay pisze:`. */
const ATTRIBUTION = /(?:\d{1,2}[:.]\d{2}|@).*[:：]$/u;
/** The longest are wrapped once, by mail programs that wrap; a line is wrapped only when it is long. */
const ATTRIBUTION_LINES = 2;
const WRAPPED_LENGTH = 40;

/** Takes the attribution from the end of what was kept so far; gives how many characters that were. */
function dropAttribution(lines: string[]): number {
  let end = lines.length;
  while (end > 0 && lines[end - 1] === '') end -= 1;
  for (let count = 1; count <= ATTRIBUTION_LINES; count += 1) {
    const start = end - count;
    // A paragraph of its own, so that no line of the writer's goes with it.
    if (start < 0 || (start > 0 && lines[start - 1] !== '')) continue;
    if (count > 1 && (lines[start]?.length ?? 0) < WRAPPED_LENGTH) continue;
    const said = lines.slice(start, end).join(' ');
    if (!ATTRIBUTION.test(said)) continue;
    return lines.splice(start).reduce((sum, line) => sum + line.length + 1, 0);
  }
  return 0;
}

/** Quoted lines in a row become one, long lines and long texts are cut: none of it can decide. */
function shortened(text: string): string {
  const lines: string[] = [];
  let length = 0;
  let quoted = false;
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw
      .replace(/[\p{Cc}\u200b\ufeff]/gu, ' ')
      .slice(0, MAX_LINE)
      .trimEnd();
    const isQuote = line.startsWith('>');
    // Blank lines within a quotation belong to it.
    if (quoted && (isQuote || line === '')) {
      if (line === '' && lines.at(-1) !== '') lines.push('');
      if (isQuote && lines.at(-1) === '') lines.pop();
      continue;
    }
    // The line that says whom is quoted, in whatever language: it belongs to the quotation.
    if (isQuote && !quoted) length -= dropAttribution(lines);
    quoted = isQuote;
    const kept = isQuote ? '>' : line;
    length += kept.length + 1;
    if (length > MAX_LENGTH || lines.length > MAX_LINES) break;
    lines.push(kept);
  }
  return lines.join('\n');
}
