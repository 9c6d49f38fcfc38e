import { describe, expect, it } from 'vitest';
import { Skew } from '../../../src/relay/engine/skew.ts';
import type { ClockReading } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { calm } from './calm.ts';
import { silent } from './one-engine.ts';

function measuring(readings: ClockReading[]) {
  const clock = new HandClock();
  let jumpedMs = 0;
  clock.wallMs = () => clock.monoMs() + jumpedMs;
  const problems = new Map<string, string>();
  const trust: boolean[] = [];
  const skew = new Skew({
    store: { clocks: () => Promise.resolve(readings) },
    clock,
    log: silent,
    problems: {
      raise: (id, text) => void problems.set(id, text),
      clear: (id) => void problems.delete(id),
    },
    onTrust: (trusted) => void trust.push(trusted),
  });
  const again = async (): Promise<void> => {
    clock.pass(20_000);
    await calm();
  };
  const jump = (byMs: number): void => {
    jumpedMs += byMs;
  };
  return { skew, jump, problems, trust, again, readings };
}

const says = (machine: string, offsetMs: number, errorMs = 5): ClockReading => ({
  machine,
  offsetMs,
  errorMs,
});

describe("this host's clock", () => {
  it('is right when most machines of the store agree with it, whatever one of them says', async () => {
    const { skew, problems, trust } = measuring([says('a', 3), says('b', -8), says('c', 3_600_000)]);
    await skew.start();
    expect(skew.offMs).toBe(-3);
    expect(skew.trusted).toBe(true);
    expect([...problems.keys()]).toEqual([]);
    expect(trust).toEqual([]);
    skew.stop();
  });

  it('is not trusted over a second off, and is again when it is right', async () => {
    const { skew, problems, trust, again, readings } = measuring([
      says('a', -1_500),
      says('b', -1_490),
      says('c', -1_510),
    ]);
    await skew.start();
    expect(skew.trusted).toBe(false);
    expect(problems.get('clock-skew')).toContain('1500 ms ahead');
    readings.splice(0, 3, says('a', 2), says('b', 2), says('c', 2));
    await again();
    expect(skew.trusted).toBe(true);
    expect(trust).toEqual([false, true]);
    expect(problems.size).toBe(0);
    skew.stop();
  });

  it('is a problem from 100 ms on, while it is still trusted, until it is well below', async () => {
    const off = (ms: number): ClockReading[] => ['a', 'b', 'c'].map((machine) => says(machine, -ms));
    const { skew, problems, trust, again, readings } = measuring(off(90));
    const next = async (ms: number): Promise<string[]> => {
      readings.splice(0, 3, ...off(ms));
      await again();
      return [...problems.keys()];
    };
    await skew.start();
    expect([...problems.keys()]).toEqual([]);
    expect(await next(150)).toEqual(['clock-off']);
    expect(problems.get('clock-off')).toContain('150 ms ahead of the others');
    expect(await next(70), 'it comes and goes with no reading').toEqual(['clock-off']);
    expect(await next(1_500), 'the larger one says it all').toEqual(['clock-skew']);
    expect(await next(150)).toEqual(['clock-off']);
    expect(await next(40)).toEqual([]);
    expect(trust).toEqual([false, true]);
    skew.stop();
  });

  it('is not judged by slow answers, nor by two machines', async () => {
    const slow = measuring([says('a', 1_500, 900), says('b', 1_400, 900), says('c', 1_600, 900)]);
    await slow.skew.start();
    expect(slow.skew.trusted).toBe(true);
    slow.skew.stop();
    const two = measuring([says('a', 5_000), says('b', 5_000)]);
    await two.skew.start();
    expect(two.skew.trusted).toBe(true);
    expect(two.problems.get('clock-skew')).toContain('5000 ms behind');
    two.skew.stop();
  });

  it('is not trusted from the moment it jumps, and before it was ever compared', async () => {
    const { skew, jump, again } = measuring([says('a', 0), says('b', 0), says('c', 0)]);
    expect(skew.trusted).toBe(false);
    await skew.start();
    expect(skew.trusted).toBe(true);
    jump(-3_600_000);
    expect(skew.trusted).toBe(false);
    jump(3_600_000);
    expect(skew.trusted).toBe(true);
    await again();
    expect(skew.trusted).toBe(true);
    skew.stop();
  });
});
