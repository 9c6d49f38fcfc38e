import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueOf, expectedOf } from '../../../src/relay/heartbeats/judging.ts';
import type { Gap } from '../../../src/relay/heartbeats/types.ts';

const HOUR_MS = 3_600_000;
const DAILY = { everyMs: 24 * HOUR_MS, graceMs: HOUR_MS };
const AT_NIGHT = { sinceMs: 1_000 * HOUR_MS, startedMs: null };
const DUE_MS = 1_025 * HOUR_MS;

const dueWith = (gaps: Gap[]): number => {
  const expected = expectedOf(DAILY, AT_NIGHT);
  return expected === null ? 0 : dueOf(DAILY, expected, gaps).dueMs;
};
const away = (fromH: number, untilH: number): Gap => ({ fromMs: fromH * HOUR_MS, untilMs: untilH * HOUR_MS });

describe('when a report is due', () => {
  it('stays as it is when relay was away at another hour', () => {
    expect(dueWith([away(1_010, 1_011)])).toBe(DUE_MS);
  });

  it('is a period later when relay was away while it was expected', () => {
    expect(dueWith([away(1_023.5, 1_024.1)])).toBe(DUE_MS + DAILY.everyMs);
  });

  it('is never later than a period and the grace after relay came back', () => {
    expect(dueWith([away(1_020, 1_023)])).toBe((1_023 + 25) * HOUR_MS);
    expect(dueWith([away(1_020, 1_100)])).toBe(DUE_MS + 4 * DAILY.everyMs);
  });

  it('is not put off for ever by a restart in each night', () => {
    const nights = Array.from({ length: 20 }, (_, night) => away(1_024 + 24 * night, 1_024.1 + 24 * night));
    expect(dueWith(nights)).toBeLessThan(DUE_MS + 2 * DAILY.everyMs + HOUR_MS);
  });

  it('is put off by each outage that took all of its time', () => {
    expect(dueWith([away(1_020, 1_040), away(1_040, 1_070)])).toBe((1_070 + 25) * HOUR_MS);
  });

  it('counts from the end of a jump of the clock, wherever in the period that was', () => {
    expect(dueWith([{ ...away(1_005, 1_005.1), jump: true }])).toBe(1_005.1 * HOUR_MS + 25 * HOUR_MS);
    expect(dueWith([{ ...away(990, 995), jump: true }])).toBe(DUE_MS);
  });

  it('allows a run that has started its grace, and where relay was away, the next report', () => {
    const running = expectedOf(DAILY, { sinceMs: 0, startedMs: 1_000 * HOUR_MS });
    expect(running?.dueMs).toBe(1_001 * HOUR_MS);
    expect(running === null ? 0 : dueOf(DAILY, running, [away(1_000.5, 1_000.6)]).dueMs).toBe(
      Math.min(1_000.6 + 25, 1_001 + 24) * HOUR_MS,
    );
  });

  it('is never after the moment by which a regular job that is alive has been heard', () => {
    const gap = fc
      .tuple(fc.integer({ min: -300, max: 300 }), fc.integer({ min: 1, max: 200 }))
      .map(([from, length]): Gap => ({ fromMs: from * 600_000, untilMs: (from + length) * 600_000 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 60_000, max: 48 * HOUR_MS }),
        fc.integer({ min: 60_000, max: 12 * HOUR_MS }),
        fc.array(gap, { maxLength: 1 }),
        (everyMs, graceMs, gaps) => {
          const expected = expectedOf({ everyMs, graceMs }, { sinceMs: 0, startedMs: null });
          if (expected === null) throw new Error('a report is expected');
          const { dueMs } = dueOf({ everyMs, graceMs }, expected, gaps);
          // The first of its reports that relay was there for.
          let heardMs = everyMs;
          while (gaps.some(({ fromMs, untilMs }) => heardMs >= fromMs && heardMs <= untilMs))
            heardMs += everyMs;
          expect(dueMs).toBeGreaterThanOrEqual(heardMs);
          const last = Math.max(0, ...gaps.map(({ untilMs }) => untilMs));
          expect(dueMs).toBeLessThanOrEqual(Math.max(everyMs + graceMs, last + everyMs + graceMs));
        },
      ),
    );
  });
});
