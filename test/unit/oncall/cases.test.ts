/** `relay oncall --at` for hard cases; the rows stand in `cases/`. */
import { describe, expect, it } from 'vitest';
import { oncallOf } from '../../../src/relay/oncall/upcoming.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { CLOCK_CHANGES } from './cases/clock-changes.ts';
import { HOURS_OF_DAY } from './cases/hours-of-day.ts';
import { LENGTHS } from './cases/lengths.ts';
import { MEMBERS } from './cases/members.ts';
import type { Row } from './cases/row.ts';
import { STAND_INS } from './cases/stand-ins.ts';

const TABLES: [title: string, rows: Row[]][] = [
  ['when clocks change', CLOCK_CHANGES],
  ['of shifts long and short', LENGTHS],
  ['at some hours of the day', HOURS_OF_DAY],
  ['when somebody stands in', STAND_INS],
  ['when somebody joins or leaves', MEMBERS],
];

const iso = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

describe.each(TABLES)('who is on call %s', (_title, rows) => {
  it.each(rows)('$name', ({ roster, at, person, until, because }) => {
    const atMs = Date.parse(at);
    const zone = roster.people[0]?.zone ?? 'UTC';
    const now = oncallOf(roster, 'db', atMs, [], zone);
    const [level] = now.levels;
    const names = level?.people.map((one) => one.person).join(', ');
    expect(names === '' ? null : names).toBe(person);
    const [first] = level?.people ?? [];
    const untilMs = first === undefined ? (now.next?.atMs ?? null) : first.untilMs;
    expect(iso(untilMs)).toBe(until === null ? null : iso(Date.parse(until)));
    expect(first?.because ?? level?.nobody).toContain(because);
    expect(duty(roster, 'db', atMs, [], zone).levels[0]?.people).toEqual(
      level?.people.map((one) => one.person),
    );
  });
});

describe('the table of hard cases', () => {
  it('has no row twice', () => {
    const all = TABLES.flatMap(([, rows]) => rows);
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(new Set(all.map((one) => one.name)).size).toBe(all.length);
  });
});
