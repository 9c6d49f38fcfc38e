/** What a rotation's turns are, as people type it: `--every 1w --at 09:00 --start mon --during "mon-fri 09:00-17:00"`. */
import { CliError, EXIT } from '../exit.ts';
import type { QuickValues } from '../quick-command.ts';
import { readDay } from './days.ts';
import { textOf } from './values.ts';

/** As the control API takes it. */
export interface LayerValues {
  shift?: string;
  handoff?: string;
  start?: string;
  during?: string[];
}

/** parseArgs' options of these. */
export const LAYER_FLAGS = {
  every: { type: 'string' },
  at: { type: 'string' },
  start: { type: 'string' },
  during: { type: 'string', multiple: true },
} as const;

const UNITS: [RegExp, string][] = [
  [/^h(?:(?:ou)?rs?)?$/, 'hour'],
  [/^d(?:ays?)?$/, 'day'],
  [/^w(?:eeks?)?$/, 'week'],
  [/^mo(?:n(?:ths?)?)?$/, 'month'],
];
const WORDS: Record<string, string> = { daily: '1 day', weekly: '1 week', monthly: '1 month' };

/** What is given of them. Rejects with exit code 2. */
export function layerValues(values: QuickValues, nowMs: number, zone: string): LayerValues {
  const every = textOf(values, 'every');
  const at = textOf(values, 'at');
  const start = textOf(values, 'start');
  const during = values['during'];
  return {
    ...(every === undefined ? {} : { shift: shiftOf(every) }),
    ...(at === undefined ? {} : { handoff: clockOf(at) }),
    ...(start === undefined ? {} : { start: startOf(start, nowMs, zone) }),
    ...(during === undefined ? {} : { during: [during].flat().map((one) => hoursOf(String(one))) }),
  };
}

/** `1w`, `12h`, `2 weeks`, `1 month`, `daily` as `1 week`. */
export function shiftOf(text: string): string {
  const words = text.trim().toLowerCase();
  const known = WORDS[words];
  if (known !== undefined) return known;
  const [, count = '', letters = ''] = /^(\d{1,3}) ?([a-z]+)$/.exec(words) ?? [];
  const unit = UNITS.find(([pattern]) => pattern.test(letters))?.[1];
  if (unit !== undefined && Number(count) > 0)
    return `${Number(count)} ${unit}${Number(count) === 1 ? '' : 's'}`;
  throw new CliError(
    EXIT.usage,
    `--every: "${text}" is no length of a shift.`,
    'Write it like 12h, 1d, 2w or 1mo (a month).',
  );
}

/** `9:00`, `09:00` as `09:00`. */
function clockOf(text: string): string {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  if (hour !== '' && Number(hour) < 24 && Number(minute) < 60) return `${hour.padStart(2, '0')}:${minute}`;
  throw new CliError(EXIT.usage, `--at: "${text}" is no time of day.`, 'Write it like 09:00.');
}

function startOf(text: string, nowMs: number, zone: string): string {
  const day = readDay(text, nowMs, zone);
  if (day !== null) return day;
  throw new CliError(EXIT.usage, `--start: "${text}" is no day.`, 'Write it like mon, today or 2026-11-23.');
}

/** `Mon-Fri 9:00-17:00` as `mon-fri 09:00-17:00`; whether it can be is for the daemon to say. */
const hoursOf = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/\s*([-,])\s*/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/(^|[ -])(\d):/g, '$10$2:');
