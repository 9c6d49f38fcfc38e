import { expect, it } from 'vitest';
import { SteadyClock } from '../../../src/relay/engine/steady.ts';

it('a step of the wall clock is either followed or reported, whatever its size', () => {
  for (const stepMs of [-3_600_000, -2_500, -1_500, -700, -300, 300, 700, 1_500, 2_500, 3_600_000]) {
    let wallMs = 1_000_000_000;
    let monoMs = 0;
    const standing = new Set<string>();
    const steady = new SteadyClock(
      { wallMs: () => wallMs, monoMs: () => monoMs, after: () => () => {} },
      { raise: (id) => void standing.add(id), clear: (id) => void standing.delete(id) },
    );
    const beforeMs = steady.nowMs();
    wallMs += stepMs;
    expect(steady.nowMs(), 'never back').toBeGreaterThanOrEqual(beforeMs);
    monoMs += 10_000;
    wallMs += 10_000;
    const followed = steady.nowMs() === wallMs;
    expect([stepMs, followed !== standing.has('clock-jump')]).toEqual([stepMs, true]);
  }
});
