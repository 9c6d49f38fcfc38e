import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Alarm } from '../../../src/relay/daemon/own-alarm.ts';
import { PeerWatch } from '../../../src/relay/daemon/peer-watch.ts';
import { silent } from '../engine/one-engine.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { watched } from './watched.ts';

const MINUTE_MS = 60_000;

/** One host that looks after the relay in Berlin. */
async function watching() {
  const berlin = await watched('/readyz');
  const clock = new HandClock();
  const said: string[] = [];
  const raised: Alarm[] = [];
  let owner = 'a1';
  let failures = 0;
  const watch = new PeerWatch({
    peers: [{ name: 'berlin', readyUrl: berlin.url }],
    everyMs: MINUTE_MS,
    clock,
    log: { ...silent, info: () => void (failures += 1) },
    alarm: {
      raise: (key, alarm) => {
        said.push(`raise ${key}`);
        raised.push(alarm);
      },
      clear: (key) => void said.push(`clear ${key}`),
      forget: (key) => void said.push(`forget ${key}`),
    },
    membership: { self: 'a1', owner: () => owner },
  });
  onTestFinished(() => watch.stop());
  /** Resolves when a round is over: it has said something, or a failure was noted, and the next one waits. */
  const over = async (before: number): Promise<void> => {
    await vi.waitFor(() => expect(said.length + failures).toBeGreaterThan(before));
    await vi.waitFor(() => expect(clock.waiting).toBe(1));
  };
  const round = async (): Promise<void> => {
    const before = said.length + failures;
    clock.advance(MINUTE_MS);
    await over(before);
  };
  watch.start();
  await over(0);
  return { berlin, clock, said, raised, watch, round, own: (host: string) => void (owner = host) };
}

describe('another relay that is watched', () => {
  it('is asked each minute, and said to be well', async () => {
    const { berlin, said, round } = await watching();
    await round();
    await round();
    expect(berlin.asked.map(({ path }) => path)).toEqual(['/readyz', '/readyz', '/readyz']);
    expect(new Set(said)).toEqual(new Set(['clear peer berlin']));
  });

  it('is told of after three failures in a row, not after a restart, and until it is back', async () => {
    const { berlin, said, raised, round } = await watching();
    berlin.answers = 503;
    await round();
    await round();
    berlin.answers = 200;
    await round();
    expect(said.filter((one) => one.startsWith('raise'))).toEqual([]);
    berlin.answers = 503;
    for (let count = 0; count < 3; count += 1) await round();
    expect(said.at(-1)).toBe('raise peer berlin');
    expect(raised.at(-1)).toMatchObject({ severity: 'critical', summary: /./ });
    expect(raised.at(-1)?.summary).toMatch(/berlin.*answers 503/);
    berlin.answers = 200;
    await round();
    expect(said.at(-1)).toBe('clear peer berlin');
  });

  it('is left to whoever owns it; taken over, it has its three failures again', async () => {
    const { berlin, said, round, own } = await watching();
    berlin.answers = 500;
    await round();
    await round();
    own('b1');
    await round();
    expect(said.at(-1)).toBe('forget peer berlin');
    const asked = berlin.asked.length;
    own('a1');
    await round();
    await round();
    expect(said.filter((one) => one.startsWith('raise'))).toEqual([]);
    await round();
    expect(said.at(-1)).toBe('raise peer berlin');
    expect(berlin.asked.length).toBe(asked + 3);
  });
});
