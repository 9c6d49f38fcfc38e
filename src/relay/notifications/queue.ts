/**
 * The queue: asks that the state has no room for, as rows in the order they came. So an ask is always taken at once,
 * whatever the providers do: no incident's chain waits for one person's phone. Packs (packs.ts) say what becomes of them.
 */
import type { ResponderState } from './types.ts';

/** Asks held in the state at once, and roughly what they and the messages under way may take there. */
const TELLS_HELD = 60;
const HELD_CHARACTERS = 15_000;

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
