import { describe, expect, it } from 'vitest';
import { QuorumWatch } from '../../../src/relay/engine/degraded/quorum-watch.ts';
import { HandClock } from '../../contract/hand-clock.ts';

describe('whether there is a quorum', () => {
  it('is lost after eight seconds of failures, not after a slow call or two', () => {
    const clock = new HandClock();
    const watch = new QuorumWatch(clock);
    expect(watch.note(true)).toBe(true);
    clock.pass(3_000);
    expect(watch.note(false)).toBe(true);
    expect(watch.isFailing).toBe(true);
    clock.pass(2_000);
    expect(watch.note(false)).toBe(true);
    clock.pass(3_000);
    expect(watch.note(false)).toBe(false);
    expect(watch.lostForMs).toBe(8_000);
  });

  it('is lost eight seconds after it was first looked for, at a start without one', () => {
    const clock = new HandClock();
    clock.pass(60_000);
    const watch = new QuorumWatch(clock, clock.monoMs() - 6_000);
    expect(watch.note(false)).toBe(true);
    clock.pass(2_000);
    expect(watch.note(false)).toBe(false);
    expect(watch.lostForMs).toBe(8_000);
  });

  it('one long silence alone is no proof: the process may have been frozen', () => {
    const clock = new HandClock();
    const watch = new QuorumWatch(clock);
    watch.note(true);
    clock.pass(60_000);
    expect(watch.note(false)).toBe(true);
    expect(watch.note(true)).toBe(true);
  });

  it('is back after two successes in a row', () => {
    const clock = new HandClock();
    const watch = new QuorumWatch(clock);
    clock.pass(9_000);
    watch.note(false);
    expect(watch.note(false)).toBe(false);
    expect(watch.note(true)).toBe(false);
    expect(watch.note(false)).toBe(false);
    expect(watch.note(true)).toBe(false);
    expect(watch.note(true)).toBe(true);
    expect(watch.lostForMs).toBeNull();
  });
});
