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
    quoted = isQuote;
    const kept = isQuote ? '>' : line;
    length += kept.length + 1;
    if (length > MAX_LENGTH || lines.length > MAX_LINES) break;
    lines.push(kept);
  }
  return lines.join('\n');
}
