/**
 * Asks that the state has no room for wait as rows, first in first out. So an ask is always taken at once, whatever the
 * providers do: no incident's chain waits for one person's phone. What waited is claimed only after a look at its
 * incident (rule 10), so nothing need be taken out of the queue when it is answered meanwhile.
 */
import type { Ask } from '../engine/effects.ts';
import type { Draft } from './draft.ts';
import type { ResponderState } from './types.ts';

/** Row kind of waiting asks; key: queueKey(index). The body is null once the ask has been taken out. */
export const QUEUED = 'queued';

/** Asks held in the state at once, and roughly what they and the messages under way may take there. */
const TELLS_HELD = 60;
const HELD_CHARACTERS = 15_000;
/** Asks taken out in one step. */
export const TAKEN_AT_ONCE = 30;

export const queueKey = (index: number): string => String(index).padStart(12, '0');

export const isQueueEmpty = ({ queue }: ResponderState): boolean => queue.head === queue.tail;

/** Whether the state may hold one more ask. Notices have room of their own (notices.ts): none holds a page back. */
export function hasRoom({ tells, messages }: ResponderState): boolean {
  if (tells.length >= TELLS_HELD) return false;
  let held = 0;
  for (const { ask, ways } of tells) {
    held += 240 + ways.length * 70 + ask.summary.length + (ask.details?.length ?? 0) + ask.lineage.length;
  }
  for (const { row } of messages) {
    if (row.purpose === 'notice') continue;
    held += 500 + row.body.length + (row.subject?.length ?? 0);
    for (const member of row.members) held += 80 + member.summary.length + member.lineage.length;
  }
  return held < HELD_CHARACTERS;
}

/** Puts an ask at the end of the queue. */
export function enqueue(d: Draft, ask: Ask): void {
  const { head, tail } = d.state.queue;
  d.effects.rows.push({ kind: QUEUED, key: queueKey(tail), body: ask });
  d.state.queue = { head, tail: tail + 1 };
  d.reasons.push(`#${ask.number} waits behind ${tail - head} others`);
}

/** Takes the first ask out of the queue: it is `ask`, read from its row. */
export function dequeue(d: Draft): void {
  const { head, tail } = d.state.queue;
  d.effects.rows.push({ kind: QUEUED, key: queueKey(head), body: null, endedAtMs: d.context.nowMs });
  d.state.queue = { head: head + 1, tail };
}
