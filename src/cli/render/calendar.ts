/** `relay oncall calendar`: a month drawn in the terminal. Pure: width, colours and the time are passed in. */
import type { CalendarJson, CalendarLineJson } from '../../relay/api/oncall-wire.ts';
import { pad, widthOf, wrap } from './layout.ts';
import { clean } from './style.ts';
import type { Paint, Style } from './style.ts';
import {
  gridSpans,
  isGap,
  segmentsOf,
  weeksOf,
  type GridDay,
  type GridSpan,
  type Segment,
} from './calendar-grid.ts';

export interface View {
  /** Columns of the terminal. */
  width: number;
  style: Style;
  /** Coloured blocks; null: names and lines instead. */
  paint: Paint | null;
  nowMs: number;
}

interface Row {
  name: string;
  spans: GridSpan[];
}

const CELL_MOST = 16;
const GAPS_SHOWN = 6;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** One calendar: its weeks, who has how much, gaps, and what is special about its days. */
export function drawCalendar(calendar: CalendarJson, view: View): string {
  const { zone, lines } = calendar;
  const [fromMs, untilMs] = [Date.parse(calendar.from), Date.parse(calendar.until)];
  const rows = lines.map((line): Row => ({ name: nameOf(line, lines.length), spans: gridSpans(line) }));
  const lead = Math.max(...rows.map((row) => widthOf(row.name)));
  const cell = Math.min(CELL_MOST, Math.max(5, Math.floor((view.width - lead) / 7)));
  const weeks = weeksOf(fromMs, untilMs, zone);
  const marks = marksOf(rows);
  const untold = new Set<string>();
  let text = `${title(calendar, view.style)}\n`;
  for (const week of weeks) {
    text += `${' '.repeat(lead)}${week
      .map((day) => dayCell(day, cell, { fromMs, untilMs }, view))
      .join('')
      .trimEnd()}\n`;
    for (const { name, spans } of rows) {
      const segments = segmentsOf(week, cell, spans).map((one) =>
        // What it is cut at is no handoff.
        one.span?.fromMs === fromMs ? { ...one, begins: false } : one,
      );
      text += `${pad(name, lead)}${segments
        .map((one) => drawn(one, marks, view))
        .join('')
        .trimEnd()}\n`;
      const times = handoffTimes(segments, zone, untold);
      if (times !== '') text += `${' '.repeat(lead)}${view.style.dim(times)}\n`;
    }
  }
  return text + legend(rows, marks, view) + gaps(rows, zone, view) + notes(calendar, weeks, untold, view);
}

const nameOf = ({ level }: CalendarLineJson, count: number): string =>
  level === null || count === 1 ? '' : `${level} `;

function title({ of, id, zone, from, until }: CalendarJson, style: Style): string {
  const first = Temporal.Instant.from(from).toZonedDateTimeISO(zone);
  const last = Temporal.Instant.from(until).toZonedDateTimeISO(zone);
  const isMonth = first.day === 1 && last.day === 1 && first.add({ months: 1 }).month === last.month;
  const date = (at: Temporal.ZonedDateTime, options: Intl.DateTimeFormatOptions): string =>
    at.toLocaleString('en-GB', options).replace('Sept', 'Sep');
  const weeks = Math.round(first.until(last, { largestUnit: 'days' }).days / 7);
  const what = isMonth
    ? date(first, { month: 'long', year: 'numeric' })
    : `${weeks === 1 ? '1 week' : `${weeks} weeks`} from ${date(first, { day: 'numeric', month: 'short', year: 'numeric' })}`;
  return `${style.bold(`${of} ${clean(id)}`)}  ${what}  ${style.dim(zone)}`;
}

/** `Tue 01`, with a dot for today and a star where the clocks change; blank outside of the calendar. */
function dayCell(
  { date, fromMs, untilMs }: GridDay,
  cell: number,
  within: { fromMs: number; untilMs: number },
  { style, nowMs }: View,
): string {
  if (untilMs <= within.fromMs || fromMs >= within.untilMs) return ' '.repeat(cell);
  const isToday = fromMs <= nowMs && nowMs < untilMs;
  const number = String(date.day).padStart(2, '0');
  const day = cell < 8 ? number : `${DAYS[date.dayOfWeek - 1]} ${number}`;
  const text = `${day}${isToday ? '•' : ''}${isOdd({ fromMs, untilMs }) ? '*' : ''}`;
  return (isToday ? style.bold(text) : style.dim(text)) + ' '.repeat(cell - widthOf(text));
}

const DAY_MS = 86_400_000;

const isOdd = ({ fromMs, untilMs }: Pick<GridDay, 'fromMs' | 'untilMs'>): boolean =>
  untilMs - fromMs !== DAY_MS;

type Marks = ReadonlyMap<string, { colour: number; letter: string }>;

/** Everybody who has a stretch: a colour's number, and a letter where there is room for one only. */
function marksOf(rows: readonly Row[]): Marks {
  const names = [...new Set(rows.flatMap((row) => row.spans.map(labelOf)))]
    .filter((name) => name !== '')
    .sort();
  const taken = new Set<string>();
  return new Map(
    names.map((name, colour) => {
      const letters = `${name}abcdefghijklmnopqrstuvwxyz0123456789`.match(/[a-z0-9]/g) ?? [];
      const letter = letters.find((one) => !taken.has(one)) ?? '?';
      taken.add(letter);
      return [name, { colour, letter }];
    }),
  );
}

const labelOf = ({ people }: GridSpan): string => people.map(clean).join(',');

function drawn({ span, length, begins }: Segment, marks: Marks, { paint, style }: View): string {
  if (span === null) return ' '.repeat(length);
  if (isGap(span)) return style.red(style.bold(filled('!', 'nobody', length)));
  if (span.waits === true) return style.dim(filled('.', 'waits', length));
  const name = labelOf(span);
  const mark = marks.get(name);
  if (mark === undefined) return ' '.repeat(length);
  if (length === 1) return paint === null ? mark.letter : paint(mark.colour, mark.letter);
  if (paint !== null) return paint(mark.colour, ` ${name}`.slice(0, length).padEnd(length));
  return `${begins ? '|' : '-'}${name}`.slice(0, length).padEnd(length, '-');
}

/** `!nobody!!!`, or only marks where the word has no room. */
const filled = (mark: string, word: string, length: number): string =>
  (length > word.length ? `${mark}${word}` : '').padEnd(length, mark);

/** The clock at each handoff, under the place where it is; what has no room goes to `untold`. */
function handoffTimes(segments: readonly Segment[], zone: string, untold: Set<string>): string {
  let text = '';
  for (const { at, span, begins } of segments) {
    if (span === null || !begins || span.people.length === 0) continue;
    const clock = clockOf(span.fromMs, zone);
    const start = text === '' ? 0 : text.length + 1;
    if (at < start) untold.add(clock);
    else text = text.padEnd(at) + clock;
  }
  return text;
}

/** Everybody with how long they are on call. */
function legend(rows: readonly Row[], marks: Marks, { paint, width }: View): string {
  const hours = new Map<string, number>();
  for (const { spans } of rows)
    for (const span of spans)
      hours.set(labelOf(span), (hours.get(labelOf(span)) ?? 0) + (span.untilMs - span.fromMs) / 3_600_000);
  const entries = [...marks].map(([name, { colour, letter }]) => {
    const total = `${Math.round((hours.get(name) ?? 0) * 10) / 10} h`;
    return paint === null
      ? { text: `${letter}=${name} ${total}`, shown: `${letter}=${name} ${total}` }
      : { text: `  ${name} ${total}`, shown: `${paint(colour, '  ')} ${name} ${total}` };
  });
  let line = '';
  let used = 0;
  let text = '\n';
  for (const entry of entries) {
    const entryWidth = widthOf(entry.text) + 3;
    if (used > 0 && used + entryWidth > width) {
      text += `${line.trimEnd()}\n`;
      [line, used] = ['', 0];
    }
    line += `${entry.shown}   `;
    used += entryWidth;
  }
  return line === '' ? text : `${text}${line.trimEnd()}\n`;
}

function gaps(rows: readonly Row[], zone: string, { style, width }: View): string {
  const all = rows.flatMap(({ name, spans }) =>
    spans.filter(isGap).map((span) => ({ span, level: name.trim() })),
  );
  const lines = all.slice(0, GAPS_SHOWN).map(({ span, level }) => {
    const where = level === '' ? '' : ` at level ${level}`;
    return wrap('  ', `${dayTime(span.fromMs, zone)} until ${dayTime(span.untilMs, zone)}${where}`, width);
  });
  if (lines.length === 0) return '';
  const more = all.length > lines.length ? `  … and ${all.length - lines.length} more: --json\n` : '';
  return `${style.red('Nobody is on call:')}\n${lines.join('')}${more}`;
}

function notes(
  { asOf, zone }: CalendarJson,
  weeks: readonly GridDay[][],
  untold: ReadonlySet<string>,
  { style, width }: View,
): string {
  const times = [...untold].sort();
  const more =
    times.length === 0
      ? ''
      : wrap(
          '',
          times.length > 8
            ? 'More handoffs than there is room for: --json'
            : `Handoffs at ${times.join(', ')} too.`,
          width,
        );
  const odd = weeks
    .flat()
    .filter(isOdd)
    .map(({ fromMs, untilMs }) => {
      const hours = (untilMs - fromMs) / 3_600_000;
      const day = dayTime(fromMs, zone).replace(/ [\d:]+$/, '');
      return hours === 0 ? '' : wrap('* ', `${day} has ${hours} hours: the clocks change.`, width);
    });
  return `${more}${odd.join('')}${asOf === undefined ? '' : style.yellow(clean(asOf.text)) + '\n'}`;
}

const clockOf = (atMs: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainTime().toString({
    smallestUnit: 'minute',
  });

/** `Sat 12 Dec 09:00`. */
function dayTime(atMs: number, zone: string): string {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const month = at.toLocaleString('en-GB', { month: 'short' }).slice(0, 3);
  return `${DAYS[at.dayOfWeek - 1]} ${at.day} ${month} ${clockOf(atMs, zone)}`;
}
