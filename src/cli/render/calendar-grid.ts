/**
 * The weeks of a calendar as columns: which character of a terminal stands for which stretch of time. Each day has as
 * many characters as the others, also those on which the clocks change. Pure.
 */
import type { CalendarLineJson, CalendarSpanJson } from '../../relay/api/oncall-wire.ts';

/** A day by the clock on the wall. */
export interface GridDay {
  date: Temporal.PlainDate;
  fromMs: number;
  untilMs: number;
}

/** Characters that the same span has, side by side. */
export interface Segment {
  /** The first character of it in its week. */
  at: number;
  length: number;
  /** null: outside of the calendar. */
  span: GridSpan | null;
  /** The span begins here; else it goes on from before. */
  begins: boolean;
}

export interface GridSpan extends Pick<CalendarSpanJson, 'people' | 'waits'> {
  fromMs: number;
  untilMs: number;
}

/** Whole weeks, each from Monday, that hold every day from one instant until before another. */
export function weeksOf(fromMs: number, untilMs: number, zone: string): GridDay[][] {
  const first = dateOf(fromMs, zone);
  const last = dateOf(untilMs - 1, zone);
  const weeks: GridDay[][] = [];
  for (
    let monday = first.subtract({ days: first.dayOfWeek - 1 });
    Temporal.PlainDate.compare(monday, last) <= 0;
    monday = monday.add({ weeks: 1 })
  ) {
    weeks.push(
      Array.from({ length: 7 }, (_, index) => {
        const date = monday.add({ days: index });
        return { date, fromMs: startOf(date, zone), untilMs: startOf(date.add({ days: 1 }), zone) };
      }),
    );
  }
  return weeks;
}

/**
 * One line of a week, `cell` characters a day. A gap shows wherever it touches a character; else whoever is on call
 * for less than one has one all the same.
 */
export function segmentsOf(week: readonly GridDay[], cell: number, spans: readonly GridSpan[]): Segment[] {
  const chars = week.flatMap((day) =>
    Array.from({ length: cell }, (_, index) => ({
      fromMs: day.fromMs + ((day.untilMs - day.fromMs) * index) / cell,
      untilMs: day.fromMs + ((day.untilMs - day.fromMs) * (index + 1)) / cell,
    })),
  );
  const shown = chars.map(({ fromMs, untilMs }): GridSpan | null => {
    if (fromMs === untilMs) return null;
    const middleMs = (fromMs + untilMs) / 2;
    const gap = spans.find((one) => isGap(one) && one.fromMs < untilMs && one.untilMs > fromMs);
    return gap ?? spans.find((one) => one.fromMs <= middleMs && middleMs < one.untilMs) ?? null;
  });
  for (const span of spans) {
    if (span.fromMs >= span.untilMs) continue;
    const [weekFromMs, weekUntilMs] = [chars[0]?.fromMs ?? 0, chars.at(-1)?.untilMs ?? 0];
    const middleMs = (Math.max(span.fromMs, weekFromMs) + Math.min(span.untilMs, weekUntilMs)) / 2;
    if (shown.includes(span) || span.untilMs <= weekFromMs || span.fromMs >= weekUntilMs) continue;
    const at = chars.findIndex((one) => one.fromMs <= middleMs && middleMs < one.untilMs);
    const there = shown[at];
    // Whoever has a moment beside a gap stands in the list below only.
    if (there !== undefined && (there === null || !isGap(there))) shown[at] = span;
  }
  const out: Segment[] = [];
  for (const [at, span] of shown.entries()) {
    const last = out.at(-1);
    if (last !== undefined && last.span === span) last.length += 1;
    else out.push({ at, length: 1, span, begins: span !== null && isHere(span, shown, at, chars) });
  }
  return out;
}

/** Whether a span begins in this week, and not before: then its first character is where it does. */
const isHere = (
  span: GridSpan,
  shown: readonly (GridSpan | null)[],
  at: number,
  chars: readonly { fromMs: number }[],
): boolean => shown.indexOf(span) === at && span.fromMs >= (chars[0]?.fromMs ?? 0);

/** The spans of a line, with times as numbers. */
export const gridSpans = ({ spans }: CalendarLineJson): GridSpan[] =>
  spans.map(({ from, until, people, waits }) => ({
    fromMs: Date.parse(from),
    untilMs: Date.parse(until),
    people,
    ...(waits === undefined ? {} : { waits }),
  }));

/** Nobody is on call, and not because of a rule. */
export const isGap = ({ people, waits }: GridSpan): boolean => people.length === 0 && waits === undefined;

const dateOf = (atMs: number, zone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate();

const startOf = (date: Temporal.PlainDate, zone: string): number =>
  date.toZonedDateTime(zone).epochMilliseconds;
