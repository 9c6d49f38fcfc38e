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

/** Colours on a terminal, unless NO_COLOR is set (https://no-color.org) or TERM says dumb. */
export function styleFor(io: Pick<Io, 'tty' | 'env'>): Style {
  const on = io.tty && (io.env['NO_COLOR'] ?? '') === '' && io.env['TERM'] !== 'dumb';
  const as =
    (format: Format) =>
    (text: string): string =>
      on ? styleText(format, text, { validateStream: false }) : text;
  return { bold: as('bold'), dim: as('dim'), red: as('red'), yellow: as('yellow'), green: as('green') };
}

/** Control characters (C0, C1) and those that turn the reading direction: they would act on the terminal. */
// oxlint-disable-next-line no-control-regex -- taking control characters out is the point
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of others (summaries, replies) as one harmless line. */
export const clean = (text: string): string => text.replace(UNSAFE, ' ');
