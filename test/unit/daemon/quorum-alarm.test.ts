import { describe, expect, it } from 'vitest';
import { alarmOfQuorum } from '../../../src/relay/daemon/quorum-alarm.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { calm } from '../engine/calm.ts';
import { silent } from '../engine/one-engine.ts';

function alone(speaksForAll: boolean) {
  const clock = new HandClock();
  const board = new ProblemBoard({ log: silent, clock });
  const said: string[] = [];
  const stop = alarmOfQuorum({
    board,
    alarm: {
      raise: (key, { summary }) => void said.push(`${key}: ${summary}`),
      clear: (key) => void said.push(`${key}: over`),
    },
    clock,
    log: silent,
    host: 'h1',
    speaksForAll: () => Promise.resolve(speaksForAll),
  });
  const pass = async (delayMs: number): Promise<void> => {
    clock.pass(delayMs);
    await calm();
  };
  return { board, said, stop, pass };
}

const lost = (board: ProblemBoard): void =>
  board.raise('no-quorum', 'no quorum: 3 other open incidents do not escalate', 'bring hosts back');

describe('when there is no quorum', () => {
  it('the admin is told by the first host that others can reach, and that it is over', async () => {
    const { board, said, stop, pass } = alone(true);
    lost(board);
    expect(said).toEqual([]);
    await pass(10_000);
    expect(said).toEqual(['no-quorum h1: h1: no quorum: 3 other open incidents do not escalate']);
    board.clear('no-quorum');
    expect(said.at(-1)).toBe('no-quorum h1: over');
    stop();
  });

  it('the others say nothing', async () => {
    const { board, said, stop, pass } = alone(false);
    lost(board);
    await pass(10_000);
    expect(said).toEqual([]);
    stop();
  });

  it('nobody hears of one that was back within seconds', async () => {
    const { board, said, stop, pass } = alone(true);
    lost(board);
    await pass(5_000);
    board.clear('no-quorum');
    await pass(20_000);
    expect(said).toEqual(['no-quorum h1: over']);
    stop();
  });
});
