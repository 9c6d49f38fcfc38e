/** Lines that fit the terminal: widths, columns, wrapping. In a pipe nothing is cut. */
import type { Io } from '../quick-command.ts';
import { clean } from './style.ts';

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NONE = /\p{Mn}|\p{Me}|\p{Cf}/u;
/** Nearly every text; spares it the look at each character. */
const PLAIN = /^[\u0020-\u007e]*$/;

/** Columns a text takes on a terminal. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : NONE.test(character) ? 0 : 1;
  return width;
}

/** The width lines may have: the terminal's, or null where nothing wraps (a pipe, a file). */
export const widthFor = (io: Pick<Io, 'tty' | 'columns'>): number | null =>
  io.tty ? Math.max(io.columns, 40) : null;

/** Cuts to `width` columns, the last one an ellipsis when something is missing. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const character of text) {
    const next = used + widthOf(character);
    if (next > width - 1) break;
    cut += character;
    used = next;
  }
  return `${cut}…`;
}

export const pad = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** A last column of fewer is no longer read well. */
const LEAST_TO_WRAP = 28;

export interface Cell {
  text: string;
  /** Applied to the text alone: colours don't count as width. */
  style?: (text: string) => string;
}

/**
 * Aligned columns, two spaces apart; each row ends without blanks. On a terminal the last column is cut to what is
 * left of the width; or, where nothing of it may be lost, wrapped, and below its row where too little is left.
 */
export function table(
  rows: (Cell | string)[][],
  width: number | null,
  indent = '',
  last: 'cut' | 'wrap' = 'cut',
): string {
  const cells = rows.map((row) =>
    row.map((cell) =>
      typeof cell === 'string' ? { text: clean(cell) } : { ...cell, text: clean(cell.text) },
    ),
  );
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...cells.map((row) => widthOf(row[column]?.text ?? ''))),
  );
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, widthOf(indent));
  const left = width === null ? Number.POSITIVE_INFINITY : Math.max(10, width - before);
  const isWrapped = last === 'wrap' && width !== null;
  const isBelow = isWrapped && left < LEAST_TO_WRAP;
  const hang = isBelow ? `${indent}    ` : ' '.repeat(before);
  const lastLines = ({ text, style = (plain) => plain }: Cell): string[] =>
    wrap('', text, isBelow ? width - hang.length : left)
      .trimEnd()
      .split('\n')
      .map((line) => style(line));
  return cells
    .map((row) => {
      const tail = row[columns - 1];
      if (isWrapped && tail !== undefined && tail.text !== '') {
        const [first = '', ...more] = lastLines(tail);
        const front = row.slice(0, -1).map(({ text, style = (plain) => plain }, column) => {
          return style(text) + ' '.repeat((widths[column] ?? 0) - widthOf(text));
        });
        const line = `${indent}${front.join('  ')}`;
        const lines = isBelow ? [line.trimEnd(), `${hang}${first}`] : [`${line}  ${first}`];
        return [...lines, ...more.map((one) => hang + one)].map((one) => `${one}\n`).join('');
      }
      const end = row.findLastIndex((cell) => cell.text !== '');
      const line = row.slice(0, end + 1).map((cell, column) => {
        const text = column === columns - 1 ? fit(cell.text, left) : cell.text;
        const blanks = column === end ? '' : ' '.repeat((widths[column] ?? 0) - widthOf(text));
        return (cell.style === undefined ? text : cell.style(text)) + blanks;
      });
      return `${indent}${line.join('  ')}\n`;
    })
    .join('');
}

/** Wraps at blanks; further lines start under the text, after `hang` columns. */
export function wrap(lead: string, text: string, width: number | null, hang = widthOf(lead)): string {
  if (width === null) return `${lead}${clean(text)}\n`;
  const room = Math.max(20, width - hang);
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text)
    .split(' ')
    .filter((one) => one !== '')
    .flatMap((one) => pieces(one, room))) {
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return `${lead}${lines.join(`\n${' '.repeat(hang)}`)}\n`;
}

/** A word longer than a line is broken; nothing of it is lost. */
function pieces(word: string, room: number): string[] {
  if (widthOf(word) <= room) return [word];
  const found: string[] = [''];
  for (const character of word) {
    const last = found.at(-1) ?? '';
    if (widthOf(last) + widthOf(character) > room) found.push(character);
    else found[found.length - 1] = last + character;
  }
  return found;
}
