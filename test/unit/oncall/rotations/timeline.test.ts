import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameAnswer, type Span } from '../../../../src/relay/oncall/rotations/answers.ts';
import { Timeline, timelineOf } from '../../../../src/relay/oncall/rotations/timeline.ts';
import type { Layer, Roster, Rotation } from '../../../../src/relay/oncall/types.ts';
import { slowly } from './slowly.ts';
import { absence, DAY, HOUR, layers, minutes, override, rosterOf, rosters, zones } from './teams.ts';

const rotationOf = (roster: Roster): Rotation => roster.rotations?.[0] as Rotation;
const lineOf = (roster: Roster): Timeline => timelineOf(roster, 'ops') as Timeline;

/** Holes, overlaps and spans that should have been one. */
function faults(spans: Span[], fromMs: number, untilMs: number): string[] {
  const out: string[] = [];
  let atMs = fromMs;
  for (const [index, span] of spans.entries()) {
    if (span.fromMs !== atMs) out.push(`begins ${span.fromMs}, not ${atMs}`);
    if (span.untilMs <= span.fromMs) out.push(`empty at ${span.fromMs}`);
    const before = spans[index - 1];
    if (before !== undefined && sameAnswer(before, span)) out.push(`cut at ${span.fromMs}`);
    atMs = span.untilMs;
  }
  return atMs === untilMs ? out : [...out, `ends ${atMs}, not ${untilMs}`];
}

describe('the line of time of any rotation', () => {
  it('has whom Temporal’s arithmetic finds', () => {
    const property = fc.property(
      rosters,
      fc.array(minutes, { minLength: 5, maxLength: 5 }),
      (roster, times) => {
        for (const atMs of times)
          expect(lineOf(roster).at(atMs).person).toBe(slowly(roster, rotationOf(roster), atMs));
      },
    );
    fc.assert(property, { numRuns: 1_500, seed: 5 });
  }, 60_000);

  it('has whom Temporal’s arithmetic finds on both sides of every edge', () => {
    const property = fc.property(rosters, minutes, (roster, fromMs) => {
      const spans = lineOf(roster).spans(fromMs, fromMs + 20 * DAY);
      for (const { fromMs: edgeMs } of spans.slice(1, 25)) {
        for (const atMs of [edgeMs - 1, edgeMs]) {
          expect(lineOf(roster).at(atMs).person).toBe(slowly(roster, rotationOf(roster), atMs));
        }
      }
    });
    fc.assert(property, { numRuns: 150, seed: 6 });
  }, 60_000);

  it('has no hole and no overlap, and says the same by the instant as by the calendar', () => {
    const length = fc.integer({ min: 1, max: 800 * 24 * 60 }).map((count) => count * 60_000);
    const property = fc.property(
      rosters,
      minutes,
      length,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (roster, fromMs, lengthMs, share) => {
        const untilMs = fromMs + lengthMs;
        const spans = lineOf(roster).spans(fromMs, untilMs);
        expect(faults(spans, fromMs, untilMs)).toEqual([]);
        const atMs = Math.min(fromMs + Math.floor(lengthMs * share), untilMs - 1);
        const span = spans.find((one) => one.fromMs <= atMs && atMs < one.untilMs) as Span;
        const answer = lineOf(roster).at(atMs);
        expect(sameAnswer(span, answer)).toBe(true);
        expect(answer.fromMs).toBeLessThanOrEqual(atMs);
        expect(answer.untilMs).toBeGreaterThan(atMs);
      },
    );
    fc.assert(property, { numRuns: 500, seed: 7 });
  }, 60_000);

  it('tiles ten years in every zone', () => {
    const every = Intl.supportedValuesOf('timeZone').map((zone, index): Roster => {
      const night: Layer = {
        members: ['ben', 'cleo'],
        shift: { every: 1, unit: 'weeks' },
        start: '2021-01-04',
        handoff: '02:30',
        during: [{ from: '22:00', until: `0${index % 7}:30` }],
      };
      const always: Layer = {
        members: ['ana', 'ben', 'cleo'],
        shift: { every: 1, unit: 'days' },
        start: '2021-01-01',
        handoff: '09:00',
      };
      return rosterOf(['ana', 'ben', 'cleo'], { zone, layers: [always, night] });
    });
    const [fromMs, untilMs] = [Date.UTC(2021, 0), Date.UTC(2031, 0)];
    for (const roster of every) {
      const spans = lineOf(roster).spans(fromMs, untilMs);
      expect(spans.length).toBeGreaterThan(7_000);
      expect(faults(spans, fromMs, untilMs)).toEqual([]);
    }
  }, 120_000);

  it('knows when somebody really stops', () => {
    const property = fc.property(rosters, minutes, (roster, atMs) => {
      const line = lineOf(roster);
      const stopMs = line.untilMs(atMs);
      const { person } = line.at(atMs);
      const lookedAtMs = Math.min(stopMs ?? Infinity, atMs + 200 * DAY);
      expect(line.spans(atMs, lookedAtMs).every((span) => span.person === person)).toBe(true);
      if (stopMs !== null) expect(line.at(stopMs).person).not.toBe(person);
    });
    fc.assert(property, { numRuns: 500, seed: 8 });
  }, 60_000);

  it('is the same whatever was asked before', () => {
    const property = fc.property(
      rosters,
      fc.array(minutes, { minLength: 30, maxLength: 30 }),
      (roster, times) => {
        const line = new Timeline(roster, rotationOf(roster));
        const forth = times.map((atMs) => line.at(atMs).person);
        const other = new Timeline(roster, rotationOf(roster));
        expect(
          times
            .toReversed()
            .map((atMs) => other.at(atMs).person)
            .toReversed(),
        ).toEqual(forth);
      },
    );
    fc.assert(property, { numRuns: 100, seed: 9 });
  }, 60_000);

  it('gives each member the same number of turns', () => {
    const property = fc.property(zones, layers, (zone, layer) => {
      const members = ['ana', 'ben', 'cleo'];
      const whole = { members, shift: layer.shift, start: '2021-01-01', handoff: layer.handoff };
      const roster = rosterOf(members, { zone, layers: [whole] });
      const spans = lineOf(roster).spans(Date.UTC(2021, 1), Date.UTC(2023, 1));
      const order = spans.slice(1, -1).map((span) => members.indexOf(span.person ?? ''));
      for (const [index, member] of order.entries()) {
        if (index > 0) expect(member).toBe(((order[index - 1] ?? 0) + 1) % 3);
      }
    });
    fc.assert(property, { numRuns: 200, seed: 10 });
  }, 60_000);
});

describe('a line of time', () => {
  const daily: Layer = {
    members: ['ana', 'ben'],
    shift: { every: 1, unit: 'days' },
    start: '2026-11-16',
    handoff: '09:00',
  };
  const at = (text: string): number => Date.parse(text);

  it('of one member has no end', () => {
    const roster = rosterOf(['ana'], { zone: 'UTC', layers: [{ ...daily, members: ['ana'] }] });
    expect(lineOf(roster).untilMs(at('2026-11-20T12:00Z'))).toBeNull();
    expect(lineOf(roster).spans(at('2026-11-16T09:00Z'), at('2030-01-01T00:00Z'))).toHaveLength(1);
    expect(lineOf(roster).untilMs(at('2026-11-01T12:00Z'))).toBe(at('2026-11-16T09:00Z'));
  });

  it('ends the only member’s time with an absence or an override', () => {
    const away = { fromMs: at('2026-12-01T00:00Z'), untilMs: at('2026-12-02T00:00Z') };
    const lone = { zone: 'UTC', layers: [{ ...daily, members: ['ana'] }] };
    const absent = lineOf(rosterOf(['ana'], lone, { absences: [absence(away)] }));
    expect(absent.untilMs(at('2026-11-20T12:00Z'))).toBe(away.fromMs);
    expect(absent.at(away.fromMs)).toMatchObject({
      person: null,
      because: { kind: 'gap', absent: [{ person: 'ana', why: 'holiday' }] },
    });
    expect(absent.untilMs(at('2026-12-01T12:00Z'))).toBe(away.untilMs);
    expect(absent.untilMs(away.untilMs)).toBeNull();
    const overridden = lineOf(
      rosterOf(['ana', 'ben'], lone, { overrides: [override({ ...away, untilMs: null })] }),
    );
    expect(overridden.untilMs(at('2026-11-20T12:00Z'))).toBe(away.fromMs);
    expect(overridden.untilMs(away.fromMs)).toBeNull();
  });

  it('sees the end of an absence that falls within an endless override', () => {
    const roster = rosterOf(
      ['ana', 'ben'],
      { zone: 'UTC', layers: [daily] },
      {
        overrides: [override({ person: 'ben', fromMs: at('2026-11-20T00:00Z'), madeAtMs: 1 })],
        absences: [
          absence({
            person: 'ben',
            fromMs: at('2026-12-01T00:00Z'),
            untilMs: at('2026-12-03T00:00Z'),
            madeAtMs: 2,
          }),
        ],
      },
    );
    expect(lineOf(roster).untilMs(at('2026-11-25T00:00Z'))).toBe(at('2026-12-01T00:00Z'));
    expect(lineOf(roster).at(at('2026-12-01T12:00Z')).person).toBe('ana');
    expect(lineOf(roster).untilMs(at('2026-12-10T00:00Z'))).toBeNull();
  });

  it('counts touching shifts of one person as one stretch', () => {
    const roster = rosterOf(['ana', 'ben'], {
      zone: 'UTC',
      layers: [{ ...daily, members: ['ana', 'ana', 'ben'] }],
    });
    expect(lineOf(roster).untilMs(at('2026-11-16T12:00Z'))).toBe(at('2026-11-18T09:00Z'));
    expect(lineOf(roster).spans(at('2026-11-16T09:00Z'), at('2026-11-19T09:00Z'))).toHaveLength(3);
  });

  it('is a gap that says why where the rotation can’t be read, and never an error', () => {
    const broken: Rotation[] = [
      { id: 'ops', zone: 'Mars/Olympus', layers: [daily] },
      { id: 'ops', zone: 'UTC', layers: [{ ...daily, start: 'soon' }] },
      { id: 'ops', zone: 'UTC', layers: [{ ...daily, during: [{ from: '9', until: '17:00' }] }] },
    ];
    for (const rotation of broken) {
      const roster = rosterOf(['ana'], rotation, { overrides: [override({ person: 'ana' })] });
      const span = lineOf(roster).at(at('2026-11-20T12:00Z'));
      expect(span).toMatchObject({ person: null, layer: null, because: { kind: 'gap' } });
      expect(span.because).toHaveProperty('broken', expect.stringMatching(/Mars|soon|"9"/));
      expect(lineOf(roster).untilMs(at('2026-11-20T12:00Z'))).toBeNull();
    }
  });

  it('answers at the ends of time as well', () => {
    const line = lineOf(rosterOf(['ana', 'ben'], { zone: 'Europe/Berlin', layers: [daily] }));
    expect(line.at(-8.64e15).person).toBeNull();
    expect(line.at(8.64e15).person).toMatch(/ana|ben/);
    expect(line.spans(at('2026-11-20T12:00Z'), at('2026-11-20T12:00Z'))).toEqual([]);
  });

  it('is remembered as long as the roster is, by name', () => {
    const roster = rosterOf(['ana', 'ben'], { zone: 'UTC', layers: [daily] });
    expect(timelineOf(roster, 'ops')).toBe(timelineOf(roster, 'ops'));
    expect(timelineOf({ ...roster }, 'ops')).not.toBe(timelineOf(roster, 'ops'));
    expect(timelineOf(roster, 'web')).toBeNull();
  });

  it('stays right when more is asked than it keeps', () => {
    const hourly: Layer = { ...daily, shift: { every: 1, unit: 'hours' }, start: '2000-01-01' };
    const line = lineOf(rosterOf(['ana', 'ben'], { zone: 'UTC', layers: [hourly] }));
    const first = line.at(at('2000-01-01T09:30Z'));
    expect(line.spans(at('2000-01-01T09:00Z'), at('2020-01-01T00:00Z'))).toHaveLength(175_311);
    expect(line.at(at('2000-01-01T09:30Z'))).toEqual(first);
    expect(line.at(at('2019-12-31T23:30Z')).person).toBe(line.at(at('2019-12-31T21:30Z')).person);
    expect(first.untilMs - first.fromMs).toBe(HOUR);
  });
});
