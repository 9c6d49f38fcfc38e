/**
 * What has to be read before anything more can be told: incidents that waiting asks are about, and rows of packs (rule 10:
 * every claim but an incident's first). The engine reads, and says `go`.
 */
import { rowsToDo } from './errands.ts';
import { room } from './pace.ts';
import { duePacks, isFresh, rowsToLookAt } from './packs.ts';
import type { Errand, Message, Pack, ResponderContext, ResponderState, Tell, Way } from './types.ts';
import { contactKey, isDue, leadsTo, type Contact } from './ways.ts';

/** Messages to one contact that are being called, or wait to be. */
const AT_ONCE = 4;
/** With those in doubt: a provider that answers nothing must not hold up the next page, nor fill the state. */
const UNDER_WAY = 12;

type Pace = ResponderContext['pace'];

/** Whether something must be looked at before anything more can be claimed; the engine does, and says `go`. */
export function wantsLook(state: ResponderState, pace: Pace, nowMs: number): boolean {
  return nextWork(state, pace, nowMs) !== null || wanted(state, pace, nowMs).length > 0;
}

/** What rows of the queue are to be read for next; null: none. */
export function nextWork(
  state: ResponderState,
  pace: Pace,
  nowMs: number,
): { from: number; to: number; severity: string; errand?: Errand; pack?: Pack } | null {
  const [errand] = state.errands ?? [];
  if (errand !== undefined) return { ...rowsToDo(errand), severity: errand.severity, errand };
  const pack = (state.packs ?? []).find(
    (one) => !isFresh(one, nowMs) && isWantedNow(state, one, pace, nowMs),
  );
  return pack === undefined ? null : { ...rowsToLookAt(pack), severity: pack.severity, pack };
}

/** Whether a message of this pack could be claimed at once, were its incidents looked at. */
function isWantedNow(state: ResponderState, pack: Pack, pace: Pace, nowMs: number): boolean {
  return pack.ways.some((way) => {
    if (isDue(way, nowMs)) return free(state, way, pace, nowMs) > 0;
    const message =
      way.status === 'sending' ? state.messages.find((one) => one.row.code === way.code) : undefined;
    return message?.status === 'retry' && message.retryAtMs <= nowMs;
  });
}

/** Incidents that must be looked at before anything more can be claimed. */
export function wanted(state: ResponderState, pace: Pace, nowMs: number): number[] {
  const numbers = new Set<number>();
  for (const contact of waitingContacts(state, nowMs)) {
    if (free(state, contact, pace, nowMs) <= 0) continue;
    for (const tell of state.tells) if (waits(tell, contact, nowMs)) numbers.add(tell.ask.number);
    for (const pack of duePacks(state, contact, nowMs)) {
      if (isFresh(pack, nowMs)) for (const one of pack.shown) numbers.add(one.number);
    }
  }
  for (const message of state.messages) {
    if (message.status !== 'retry' || message.retryAtMs > nowMs) continue;
    for (const member of message.row.members) numbers.add(member.number);
    for (const pack of packsOf(state, message)) for (const one of pack.shown) numbers.add(one.number);
  }
  return [...numbers];
}

/** The packs that a message tells of. */
export const packsOf = (state: ResponderState, { row }: Message): Pack[] =>
  (state.packs ?? []).filter((pack) =>
    pack.ways.some((way) => way.status === 'sending' && way.code === row.code),
  );

/** Whether an ask waits for a contact now. */
export const waits = (tell: Tell, contact: Contact, nowMs: number): boolean =>
  tell.ways.some((way) => leadsTo(way, contact) && isDue(way, nowMs));

/** Contacts that something waits for now. */
export function waitingContacts(state: ResponderState, nowMs: number): Contact[] {
  const contacts = new Map<string, Contact>();
  for (const { ways } of [...state.tells, ...(state.packs ?? [])]) {
    for (const way of ways) if (isDue(way, nowMs)) contacts.set(contactKey(way), way);
  }
  return [...contacts.values()];
}

/** How many more messages about incidents a contact may have now. */
export function free(state: ResponderState, contact: Contact, pace: Pace, nowMs: number): number {
  // A call has no text: which of two it was, its provider couldn't tell (rule 5).
  if (contact.channel === 'voice')
    return isCalled(state, contact) ? 0 : Math.min(1, room(state, contact, pace, nowMs));
  const busy = state.messages.filter(({ row }) => row.purpose === 'incident' && leadsTo(wayOf(row), contact));
  const calling = busy.filter((one) => one.status === 'claimed' || one.status === 'retry');
  return Math.min(AT_ONCE - calling.length, UNDER_WAY - busy.length, room(state, contact, pace, nowMs));
}

const wayOf = ({ channel, to }: Message['row']): Way => ({ channel, address: to, status: 'sending' });

/**
 * Whether a call to that number is claimed, in doubt, being settled, to be claimed again, or not known to be over: the
 * next one would find the line busy.
 */
export const isCalled = (state: ResponderState, { channel, address }: Contact): boolean =>
  channel === 'voice' &&
  (state.messages.some(({ row }) => row.channel === 'voice' && row.to === address) ||
    state.receipts?.some((one) => one.called === address) === true);
