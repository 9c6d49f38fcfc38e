/** A month drawn in the terminal, as somebody sees it. */
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { monthOf } from '../../../src/cli/quick/month.ts';
import { segmentsOf, weeksOf, type GridSpan } from '../../../src/cli/render/calendar-grid.ts';
import { drawCalendar, type View } from '../../../src/cli/render/calendar.ts';
import { paintFor, styleFor } from '../../../src/cli/render/style.ts';
import type { CalendarJson } from '../../../src/relay/api/oncall-wire.ts';
import { NOW_MS, standIn, type StandIn } from '../api/stand-in.ts';
import { runQuick } from './run-quick.ts';

const BERLIN = 'Europe/Berlin';
const pipe = { tty: false, columns: 80, env: {} };
const terminal = { tty: true, columns: 80, env: {} };
const seen = (width: number, io = pipe): View => ({
  width,
  style: styleFor(io),
  paint: paintFor(io),
  nowMs: 0,
});
const at = (local: string, zone: string): string =>
  new Date(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds).toISOString();

/** `from`, then who has it from when on, then the end. */
function calendar(zone: string, from: string, turns: [string, string[]][], until: string): CalendarJson {
  const spans = turns.map(([begin, people], index) => ({
    from: at(begin, zone),
    until: at(turns[index + 1]?.[0] ?? until, zone),
    people,
  }));
  return {
    of: 'rotation',
    id: 'ops',
    zone,
    from: at(from, zone),
    until: at(until, zone),
    lines: [{ level: null, spans }],
  };
}

const OCTOBER = calendar(
  BERLIN,
  '2026-10-01',
  [
    ['2026-10-01', ['ana']],
    ['2026-10-05T09:00', ['ben']],
    ['2026-10-12T09:00', ['ana']],
    ['2026-10-17T12:00', []],
    ['2026-10-19T09:00', ['ben']],
    ['2026-10-25T02:30', ['cleo']],
    ['2026-10-26T09:00', ['ana']],
  ],
  '2026-11-01',
);

describe('a month', () => {
  it('at 60 columns without colour: names, lines, handoffs, gaps, and the day with 25 hours', () => {
    expect(drawCalendar(OCTOBER, { ...seen(60), nowMs: Date.parse('2026-10-13T10:00:00Z') })).toBe(
      `rotation ops  October 2026  Europe/Berlin
                        Thu 01  Fri 02  Sat 03  Sun 04
                        -ana----------------------------
Mon 05  Tue 06  Wed 07  Thu 08  Fri 09  Sat 10  Sun 11
-an|ben-------------------------------------------------
   09:00
Mon 12  Tue 13• Wed 14  Thu 15  Fri 16  Sat 17  Sun 18
-be|ana-------------------------------------!nobody!!!!!
   09:00
Mon 19  Tue 20  Wed 21  Thu 22  Fri 23  Sat 24  Sun 25*
!!!|ben------------------------------------------|cleo--
   09:00                                         02:30
Mon 26  Tue 27  Wed 28  Thu 29  Fri 30  Sat 31
-cl|ana-----------------------------------------
   09:00

a=ana 363 h   b=ben 305.5 h   c=cleo 31.5 h
Nobody is on call:
  Sat 17 Oct 12:00 until Mon 19 Oct 09:00
* Sun 25 Oct has 25 hours: the clocks change.
`,
    );
  });

  it('in colour says the same in the same places', () => {
    const coloured = drawCalendar(OCTOBER, seen(60, terminal));
    expect(coloured).toContain('\u001b[4');
    const plain = stripVTControlCharacters(coloured).split('\n');
    expect(plain[4]).toMatch(/^ an ben +$/);
    expect(plain.slice(0, 4)).toEqual(
      drawCalendar(OCTOBER, seen(60))
        .replace('-ana----------------------------', ' ana'.padEnd(32))
        .split('\n')
        .slice(0, 4),
    );
    expect(coloured.split('\n').find((line) => line.includes('nobody!'))).toMatch(/!nobody!/);
  });

  test.each<[string, string, string, RegExp]>([
    ['Berlin in spring', BERLIN, '2026-03', /^\* Sun 29 Mar has 23 hours/m],
    ['New York in autumn', 'America/New_York', '2026-11', /^\* Sun 1 Nov has 25 hours/m],
    ['Sydney in spring', 'Australia/Sydney', '2026-10', /^\* Sun 4 Oct has 23 hours/m],
    ['Lord Howe, by half an hour', 'Australia/Lord_Howe', '2026-04', /^\* Sun 5 Apr has 24\.5 hours/m],
    ['a zone without a change', 'Asia/Kolkata', '2026-10', /^(?![^]*clocks change)/],
    ['Apia, where a day is missing', 'Pacific/Apia', '2011-12', /Thu 29 +Fri 30\* *Sat 31\n/],
    ['a month whose days begin at 01:00', 'America/Asuncion', '2016-10', /^\* Sun 2 Oct has 23 hours/m],
  ])('%s has every day once, from handoff to handoff at the same local time', (_what, zone, month, note) => {
    const first = Temporal.PlainDate.from(`${month}-01`);
    const last = first.add({ months: 1 });
    const days = Array.from({ length: first.daysInMonth }, (_, index) =>
      first.add({ days: index }).toString(),
    );
    const turns = days.map((day, index): [string, string[]] => [
      `${day}T09:00`,
      [index % 2 === 0 ? 'ana' : 'ben'],
    ]);
    const drawn = drawCalendar(
      calendar(zone, first.toString(), [[first.toString(), ['ben']], ...turns], last.toString()),
      seen(80),
    );
    const grid = drawn.slice(0, drawn.indexOf('\n\n'));
    const shown = [...grid.matchAll(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d\d)\b/g)].map(([, day]) =>
      Number(day),
    );
    expect(shown).toEqual(Array.from({ length: first.daysInMonth }, (_, index) => index + 1));
    expect(drawn).toMatch(note);
    const times = [...grid.matchAll(/\d\d:\d\d/g)].map(([time]) => time);
    expect(new Set(times)).toEqual(new Set(['09:00']));
    const there = Temporal.PlainDate.compare(first, '2011-12-01') === 0 ? days.length - 1 : days.length;
    expect(times.length).toBe(there);
  });

  it('of weeks, with levels, what waits, and the roster that answers', () => {
    const span = (people: string[], more: object = {}) => ({
      from: at('2026-11-30', BERLIN),
      until: at('2026-12-07', BERLIN),
      people,
      ...more,
    });
    const text = drawCalendar(
      {
        of: 'service',
        id: 'db',
        zone: BERLIN,
        from: at('2026-11-30', BERLIN),
        until: at('2026-12-07', BERLIN),
        lines: [
          { level: 1, spans: [span(['ana', 'ben'])] },
          { level: 2, spans: [span([])] },
          { level: 3, spans: [span([], { waits: true })] },
        ],
        asOf: { version: 3, from: null, text: 'By version 3 of the roster.' },
      },
      seen(60),
    );
    expect(text).toMatch(/^service db {2}1 week from 30 Nov 2026 {2}Europe\/Berlin\n/);
    expect(text).toMatch(/\n1 -ana,ben-{48}\n2 !nobody!{49}\n3 \.waits\.{50}\n/);
    expect(text).toMatch(/Nobody is on call:\n {2}Mon 30 Nov 00:00 until Mon 7 Dec 00:00 at level 2\n/);
    expect(text).toMatch(/\nBy version 3 of the roster\.\n$/);
  });

  it('says by letters who is who where names begin alike, and which handoffs have no room', () => {
    const days = Array.from({ length: 14 }, (_, half): [string, string[]] => [
      `2026-11-${String(2 + Math.floor(half / 2)).padStart(2, '0')}T${half % 2 === 0 ? '08:00' : '11:00'}`,
      [half % 2 === 0 ? 'ana' : 'amy'],
    ]);
    const text = drawCalendar(
      calendar(BERLIN, '2026-11-02', [['2026-11-02', ['amy']], ...days], '2026-11-09'),
      seen(40),
    );
    expect(text).toMatch(/a=amy [\d.]+ h {3}n=ana 21 h\n/);
    expect(text).toMatch(/Handoffs at .*11:00.* too\.\n/);
  });
});

describe('the weeks of it', () => {
  const week = weeksOf(Date.parse('2026-10-19T00:00:00Z'), Date.parse('2026-10-25T20:00:00Z'), BERLIN);

  it('fill every character, show every span, and hide no gap', () => {
    expect(week).toHaveLength(1);
    const days = week[0] ?? [];
    const [fromMs, untilMs] = [days[0]?.fromMs ?? 0, days[6]?.untilMs ?? 0];
    expect(untilMs - fromMs).toBe(169 * 3_600_000);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 168 * 60 }), fc.constantFrom('ana', 'ben', '')), {
          maxLength: 12,
        }),
        fc.integer({ min: 5, max: 16 }),
        (cuts, cell) => {
          const edges = [...new Map([[0, 'ana'] as const, ...cuts]).entries()].sort(([a], [b]) => a - b);
          const spans = edges.map(
            ([minute, who], index): GridSpan => ({
              fromMs: fromMs + minute * 60_000,
              untilMs: index + 1 < edges.length ? fromMs + (edges[index + 1]?.[0] ?? 0) * 60_000 : untilMs,
              people: who === '' ? [] : [who],
            }),
          );
          const segments = segmentsOf(days, cell, spans);
          expect(segments.reduce((sum, one) => sum + one.length, 0)).toBe(7 * cell);
          expect(segments.every((one) => one.span !== null)).toBe(true);
          // A gap beside one that is shown in the same character is told in the list below.
          const gaps = spans.filter((one) => one.people.length === 0);
          if (gaps.length > 0) expect(segments.some((one) => one.span?.people.length === 0)).toBe(true);
        },
      ),
    );
  });
});

describe('relay oncall calendar', () => {
  let relay: StandIn;
  beforeEach(async () => {
    vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
    relay = await standIn();
  });
  afterEach(async () => {
    expect(relay.faults).toEqual([]);
    await relay.close();
    vi.useRealTimers();
  });
  const run = (args: string[], values: Record<string, string | boolean> = {}) =>
    runQuick(relay, 'oncall-calendar', args, values);
  const rotation = () =>
    runQuick(relay, 'rotation-add', ['ops', 'ana', 'ben'], {
      every: '1w',
      at: '09:00',
      zone: BERLIN,
      start: '2026-11-16',
    });

  it('draws every service while there is no rotation, and rotations then', async () => {
    expect((await run([])).out).toMatch(/^service default {2}November 2026/);
    await rotation();
    const month = await run([]);
    expect(month.out).toMatch(/^rotation ops {2}November 2026 {2}Europe\/Berlin\n/);
    expect(month.out).toMatch(/Mon 16 .*Sat 21•/);
    expect(month.out).toMatch(/ {2}Sun 1 Nov 00:00 until Mon 16 Nov 09:00\n/);
  });

  it('is data for scripts, by the zone that is asked for', async () => {
    await rotation();
    const [one] = (await run(['ops'], { month: 'dec', zone: 'UTC', json: true })).json() as CalendarJson[];
    expect(one).toMatchObject({
      of: 'rotation',
      id: 'ops',
      zone: 'UTC',
      from: '2026-12-01T00:00:00.000Z',
      until: '2027-01-01T00:00:00.000Z',
    });
    expect(one?.lines[0]?.spans.slice(0, 2)).toEqual([
      { from: '2026-12-01T00:00:00.000Z', until: '2026-12-07T08:00:00.000Z', people: ['ana'] },
      { from: '2026-12-07T08:00:00.000Z', until: '2026-12-14T08:00:00.000Z', people: ['ben'] },
    ]);
    const [weeks] = (
      await run(['default'], { weeks: '2', json: true, zone: 'UTC' })
    ).json() as CalendarJson[];
    expect(weeks).toMatchObject({
      of: 'service',
      from: '2026-11-16T00:00:00.000Z',
      until: '2026-11-30T00:00:00.000Z',
    });
    expect(weeks?.lines.map((line) => line.spans[0]?.people)).toEqual([['ana'], ['ben']]);
  });

  it('of a time that is over is by the roster in force then, which is said', async () => {
    await rotation();
    const past = await run(['default'], { at: '2026-10-05 12:00' });
    expect(past.out).toMatch(/^service default {2}October 2026/);
    expect(past.out).toMatch(/There was no roster yet then: by version 2, in force now\.\n$/);
  });

  test.each([
    [['ghost'], {}, 4, /no rotation or service ghost/],
    [['ops'], { service: true }, 4, /no service ops/],
    [[], { month: 'soon' }, 2, /no month/],
    [[], { weeks: '0' }, 2, /no number of weeks/],
    [[], { weeks: '2', month: 'dec' }, 2, /not both/],
    [[], { zone: 'Mars' }, 2, /no time zone/],
  ])('%j %j exits with %s', async (args, values, exit, words) => {
    expect(await run(args, values as Record<string, string | boolean>)).toMatchObject({
      exit,
      err: expect.stringMatching(words),
    });
  });

  test.each([
    ['dec', '2026-12'],
    ['november', '2026-11'],
    ['January', '2027-01'],
    ['next', '2026-12'],
    ['last', '2026-10'],
    ['2027-02', '2027-02'],
  ])('the month %s is %s', (text, month) => {
    expect(monthOf(text, NOW_MS, BERLIN)).toBe(month);
  });
});
