/** How long rows live: whatever the times, nothing outlives what says that it is done. */
import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lifetimes } from '../../../../src/relay/store/cassandra/lifetimes.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-11-21T00:00:00Z');
/** Cassandra 5.0 refuses what expires after this. */
const LAST_EXPIRY_MS = Date.parse('2038-01-19T03:14:06Z');
const lifetimes = new Lifetimes(30);
const anyTime = double({ min: START_MS - 2_000 * DAY_MS, max: START_MS + 2_000 * DAY_MS, noNaN: true });
const delay = integer({ min: 0, max: 37 * DAY_MS });

describe('a work row', () => {
  it('lives for the retention after its time: acceptance, or when it is due', () => {
    expect(lifetimes.rowS(START_MS, START_MS)).toBe(30 * 86_400);
    expect(lifetimes.rowS(START_MS + 100 * DAY_MS, START_MS)).toBe(130 * 86_400);
    expect(lifetimes.rowS(START_MS - 29 * DAY_MS, START_MS)).toBe(2 * 86_400);
  });

  it('never outlives a mark set later, nor one set before a replay within the retention', () => {
    assert(
      property(anyTime, anyTime, delay, delay, (atMs, firstMs, untilMarkMs, untilReplayMs) => {
        const nowMs = Math.max(firstMs, atMs - 1_000 * DAY_MS);
        const markEndsMs = nowMs + untilMarkMs + lifetimes.markS(atMs, nowMs + untilMarkMs) * 1_000;
        const rowEndsMs = nowMs + lifetimes.rowS(atMs, nowMs) * 1_000;
        expect(markEndsMs).toBeGreaterThan(rowEndsMs);
        const replayMs = Math.min(nowMs + untilReplayMs, atMs + 30 * DAY_MS);
        if (replayMs >= nowMs)
          expect(markEndsMs).toBeGreaterThan(replayMs + lifetimes.rowS(atMs, replayMs) * 1_000);
      }),
    );
  });

  it('never outlives the list that says where to look for it', () => {
    assert(
      property(anyTime, anyTime, (atMs, nowMs) => {
        expect(lifetimes.listS(atMs, nowMs)).toBeGreaterThan(lifetimes.markS(atMs, nowMs));
      }),
    );
  });

  it('is never given a life that Cassandra refuses', () => {
    for (const atMs of [0, START_MS, 8.64e15]) {
      const longestS = Math.max(lifetimes.markS(atMs, START_MS), lifetimes.listS(atMs, START_MS));
      expect(START_MS + longestS * 1_000).toBeLessThan(LAST_EXPIRY_MS);
      expect(Number.isSafeInteger(longestS)).toBe(true);
    }
  });
});
