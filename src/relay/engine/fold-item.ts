/** Takes one item into a commit in the making. */
import { foldStep, hasSeen, takeTimer, type Fold } from './envelope.ts';
import { isFired, type Queued } from './lane-queue.ts';
import type { Machine } from './machine-port.ts';

/** Nothing happens for what was taken before, or a timer that is no more. Rejects with the fold as it was. */
export async function foldItem<State, Input extends { kind: string }, Context>(
  machine: Machine<State, Input, Context>,
  key: string,
  fold: Fold<State>,
  item: Queued<Input>,
  nowMs: number,
): Promise<void> {
  if (hasSeen(fold.envelope, item.id)) return;
  const before = fold.envelope;
  try {
    let input: Input;
    if (isFired(item.input)) {
      const name = takeTimer(fold, item.input.timer);
      if (name === null) return;
      input = machine.timer(name);
    } else {
      input = item.input;
    }
    const atMs = Math.max(nowMs, fold.envelope.nowMs);
    const { domain } = fold.envelope;
    const context = await machine.context(key, domain, input, fold.op, atMs, fold.rows);
    foldStep(fold, item, machine.step(domain, input, context), atMs);
  } catch (error) {
    fold.envelope = before;
    throw error;
  }
}
