/**
 * How many messages about incidents a contact gets: some at once, then one in so long, which tells of all that has come
 * meanwhile (S12). A page waits that long at most. Pure.
 */
import type { ResponderContext, ResponderState } from './types.ts';
import { contactKey, type Contact } from './ways.ts';

type Pace = ResponderContext['pace'];

/** How many more may go to a contact now. */
export function room(state: ResponderState, contact: Contact, pace: Pace, nowMs: number): number {
  if (contact.channel === 'canary') return Infinity;
  if (nowMs < (pace.fullUntilMs?.[contact.channel] ?? 0)) return 0;
  const aheadMs = Math.max(0, dueMs(state, contact) - nowMs);
  return pace.atOnce - Math.ceil(aheadMs / pace.everyMs);
}

/** When a contact that has no room now has some again. */
export const roomAtMs = (state: ResponderState, contact: Contact, pace: Pace): number =>
  Math.max(
    dueMs(state, contact) - (pace.atOnce - 1) * pace.everyMs,
    pace.fullUntilMs?.[contact.channel] ?? 0,
  );

/** Counts one that goes now. */
export function counted(
  state: ResponderState,
  contact: Contact,
  pace: Pace,
  nowMs: number,
): ResponderState['pace'] {
  const key = contactKey(contact);
  const others = (state.pace ?? []).filter((one) => one.contact !== key && one.dueMs > nowMs);
  if (contact.channel === 'canary') return others.length === 0 ? undefined : others;
  const due = Math.max(nowMs, dueMs(state, contact)) + pace.everyMs;
  return [...others, { contact: key, dueMs: due }];
}

const dueMs = (state: ResponderState, contact: Contact): number =>
  state.pace?.find((one) => one.contact === contactKey(contact))?.dueMs ?? 0;
