import { expect, it, onTestFinished } from 'vitest';
import { ClockSync } from '../../../src/relay/daemon/clock-sync.ts';
import { calm } from '../engine/calm.ts';
import { HandClock } from '../observe/hand-clock.ts';

const EVERY_MS = 5 * 60_000;

async function looking(...answers: (boolean | null)[]): Promise<string[][]> {
  const clock = new HandClock();
  const standing = new Set<string>();
  let asked = 0;
  const sync = new ClockSync({
    clock,
    problems: { raise: (id) => void standing.add(id), clear: (id) => void standing.delete(id) },
    isSynced: async () => answers[asked++] ?? null,
  });
  onTestFinished(() => sync.stop());
  await sync.start();
  const seen = [[...standing]];
  while (asked < answers.length) {
    clock.advance(EVERY_MS);
    await calm();
    seen.push([...standing]);
  }
  return seen;
}

it('a clock that nothing keeps right is a problem after a quarter of an hour, and none once it is kept', async () => {
  expect(await looking(false, false, false, false, true)).toEqual([
    [],
    [],
    ['clock-unsynced'],
    ['clock-unsynced'],
    [],
  ]);
});

it('just after a start it is given time, and where nobody can be asked nothing is said', async () => {
  expect(await looking(false, false, true, false, null, false, null)).toEqual([[], [], [], [], [], [], []]);
});

it('systemd is asked for real, and whatever it answers is no error', async () => {
  const raised: string[] = [];
  const sync = new ClockSync({
    clock: new HandClock(),
    problems: { raise: (id) => void raised.push(id), clear: () => {} },
  });
  await sync.start();
  sync.stop();
  expect(raised, 'one look proves nothing').toEqual([]);
});
