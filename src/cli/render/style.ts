/** How output looks: colour only where a person sees it, and never a control character of somebody else's. */
import { styleText } from 'node:util';
import type { Io } from '../quick-command.ts';

type Format = Parameters<typeof styleText>[0];

export interface Style {
  bold: (text: string) => string;
  dim: (text: string) => string;
  red: (text: string) => string;
  yellow: (text: string) => string;
  green: (text: string) => string;
}

/** On a terminal, unless NO_COLOR is set (https://no-color.org) or TERM says dumb. */
const hasColours = (io: Pick<Io, 'tty' | 'env'>): boolean =>
  io.tty && (io.env['NO_COLOR'] ?? '') === '' && io.env['TERM'] !== 'dumb';

/** Colours where a person sees them. */
export function styleFor(io: Pick<Io, 'tty' | 'env'>): Style {
  const on = hasColours(io);
  const as =
    (format: Format) =>
    (text: string): string =>
      on ? styleText(format, text, { validateStream: false }) : text;
  return { bold: as('bold'), dim: as('dim'), red: as('red'), yellow: as('yellow'), green: as('green') };
}

/** A block in one of several colours, by number. */
export type Paint = (colour: number, text: string) => string;

const COLOURS = ['bgCyan', 'bgYellow', 'bgGreen', 'bgMagenta', 'bgBlueBright', 'bgWhite'] as const;

/** Coloured blocks where `styleFor` would colour; null: none. */
export function paintFor(io: Pick<Io, 'tty' | 'env'>): Paint | null {
  if (!hasColours(io)) return null;
  return (colour, text) => {
    const background = COLOURS[colour % COLOURS.length] ?? 'bgWhite';
    // More people than colours: the next round is underlined.
    const round = colour < COLOURS.length ? [] : ['underline' as const];
    return styleText([background, 'black', ...round], text, { validateStream: false });
  };
}

/** Control characters (C0, C1) and those that turn the reading direction: they would act on the terminal. */
// oxlint-disable-next-line no-control-regex -- taking control characters out is the point
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of others (summaries, replies) as one harmless line. */
export const clean = (text: string): string => text.replace(UNSAFE, ' ');
