import { beforeEach, describe, expect, it } from 'vitest';
import { HEARING, Hearing, merged, type HearingState } from '../../../src/relay/engine/hearing.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { emptyDisk, type MemoryDisk } from '../../sim/memory-disk.ts';

const START_MS = Date.UTC(2026, 10, 20);

let monoMs: number;
let wallOffMs: number;
let live: string[];
let disk: MemoryDisk;
let ops: number;
let held: boolean;

beforeEach(() => {
  [monoMs, wallOffMs, live, ops, held] = [0, 0, ['h1'], 0, false];
  disk = emptyDisk();
});

const state = (): HearingState =>
  JSON.parse(disk.aggregates.get(HEARING)?.stateJson ?? 'null') as HearingState;

/** A process whose time is moved by hand. */
function process(): Hearing {
  return new Hearing({
    store: new MemoryStore({ nowMs: () => START_MS + monoMs, disk }),
    clock: {
      monoMs: () => monoMs,
      wallMs: () => START_MS + monoMs + wallOffMs,
      after: () => () => undefined,
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    nowMs: () => START_MS + monoMs,
    newOp: () => `op-${(ops += 1)}`,
    isMine: () => true,
    live: () => live,
    isIdle: () => held,
    isWanted: () => true,
  });
}

async function running(hearing: Hearing, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 10) {
    await hearing.note();
    monoMs += 10_000;
  }
}

/** In seconds since the start; what is before that isn't known. */
const shown = (gaps: HearingState['gaps']): string[] =>
  gaps.map(
    ({ fromMs, untilMs, jump }) =>
      `${fromMs === 0 ? '?' : (fromMs - START_MS) / 1_000}-${(untilMs - START_MS) / 1_000}${jump === true ? ' jump' : ''}`,
  );

describe('when relay could be heard', () => {
  it('is not known before the first note', async () => {
    expect(shown(await process().gaps())).toEqual(['?-30']);
  });

  it('has no gaps while one process runs', async () => {
    await running(process(), 300);
    expect(shown(state().gaps)).toEqual(['?-30']);
    expect(state().throughMs).toBe(START_MS + 290_000);
  });

  it('has a gap from the last note of a life to when the next one is there', async () => {
    await running(process(), 300);
    monoMs = 600_000;
    const next = process();
    expect(shown(await next.gaps())).toEqual(['?-30', '290-630']);
    await running(next, 60);
    expect(shown(state().gaps)).toEqual(['?-30', '290-630']);
  });

  it('has a gap where the process stood still, before its next tick', async () => {
    const hearing = process();
    await running(hearing, 300);
    monoMs += 400_000;
    expect(shown(await hearing.gaps())).toEqual(['?-30', '290-730']);
  });

  it('has a gap where a host without a quorum did nothing', async () => {
    const hearing = process();
    await running(hearing, 200);
    held = true;
    await running(hearing, 100);
    held = false;
    await running(hearing, 20);
    expect(shown(state().gaps)).toEqual(['?-30', '190-330']);
  });

  it('marks a jump of the clock, or a machine that slept', async () => {
    const hearing = process();
    await running(hearing, 200);
    wallOffMs = 3_600_000;
    expect(shown(await hearing.gaps())).toEqual(['?-30', '190-230 jump']);
    await running(hearing, 100);
    expect(shown(state().gaps)).toEqual(['?-30', '190-230 jump']);
  });

  it('begins anew when a process comes up in the past', async () => {
    await running(process(), 300);
    monoMs = 100_000;
    await running(process(), 20);
    expect(shown(state().gaps)).toEqual(['?-30', '100-290 jump']);
    expect(state().throughMs).toBe(START_MS + 110_000);
  });

  it('has a gap for a ping that was turned away', async () => {
    const hearing = process();
    await running(hearing, 200);
    hearing.refused();
    await running(hearing, 50);
    expect(shown(state().gaps)).toEqual(['?-30', '190-230']);
  });

  it('misses a host that is gone, and for ten minutes only', async () => {
    const hearing = process();
    live = ['h1', 'h2'];
    await running(hearing, 200);
    live = ['h1'];
    await running(hearing, 100);
    expect(shown(await hearing.gaps()).at(-1)).toBe('180-330');
    await running(hearing, 2_000);
    expect(shown(state().gaps)).toEqual(['?-30', '180-830']);
  });
});

describe('gaps', () => {
  it('that are close are one', () => {
    expect(
      merged([
        { fromMs: 0, untilMs: 10 },
        { fromMs: 1_000, untilMs: 1_010 },
        { fromMs: 900_000, untilMs: 900_010 },
      ]),
    ).toEqual([
      { fromMs: 0, untilMs: 1_010 },
      { fromMs: 900_000, untilMs: 900_010 },
    ]);
  });

  it('beyond what is kept become one with the nearest, and none is lost', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      fromMs: index * 600_000,
      untilMs: index * 600_000 + 5,
    }));
    const kept = merged(many);
    expect(kept).toHaveLength(200);
    for (const { fromMs, untilMs } of many)
      expect(kept.some((one) => one.fromMs <= fromMs && one.untilMs >= untilMs)).toBe(true);
  });
});
