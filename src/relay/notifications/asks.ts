/**
 * Asks: what is to be told to this person, by which ways, in which message. Until people set their own rules, a
 * person is told by every channel at once; what comes while a contact is busy waits and shares the next message
 * (S12: bundled, never dropped).
 */
import type { Ask } from '../engine/effects.ts';
import { GUARD_MS, claim, claimAgain, dropUnsent, type OnEnd } from './claims.ts';
import { takeCode, type Draft } from './draft.ts';
import { onNoticeEnd, tellNotices, whyNotAgain } from './notices.ts';
import { linkOf, markOf, newRow, told } from './page.ts';
import { dequeue, enqueue, hasRoom, isQueueEmpty } from './queue.ts';
import type { MessageRow } from './rows.ts';
import { fitSms } from './text.ts';
import type { Message, ResponderState, Tell, Way } from './types.ts';

/** Messages to one contact that are being called, or wait to be; what comes meanwhile is bundled. */
const AT_ONCE = 4;
/** With those in doubt: a provider that answers nothing must not hold up the next page, nor fill the state. */
const UNDER_WAY = 12;
/** Incidents in one mail, or one call, which names the worst and counts the rest. */
const MAIL_MEMBERS = 50;
const CANCELS_KEPT = 100;
export const GO = 'go';

/** Takes an ask: into the state, or behind those that wait already. */
export function onTell(d: Draft, ask: Ask, unseen: boolean): void {
  if (!isQueueEmpty(d.state) || !hasRoom(d.state)) {
    enqueue(d, ask);
    fill(d, null);
    return;
  }
  hold(d, ask);
  fill(d, unseen ? ask : null);
}

/** The incidents that waiting asks are about have been looked at: what is still wanted is claimed. */
export function onGo(d: Draft): void {
  for (const ask of d.context.queued) {
    if (isQueueEmpty(d.state) || !hasRoom(d.state)) break;
    dequeue(d);
    // Nobody is told of what was answered while it waited.
    if (d.context.facts.get(ask.number)?.status === 'triggered') hold(d, ask);
  }
  fill(d, null);
}

/** Unless its cancel came first (rule 2), the ask is to be told. Newer asks about an incident replace what still waits. */
function hold(d: Draft, ask: Ask): void {
  const cancelled = d.state.cancels.some((one) => one.number === ask.number && one.counter > ask.counter);
  const later = d.state.tells.some((one) => one.ask.number === ask.number && one.ask.counter > ask.counter);
  if (cancelled || later) {
    d.reasons.push(`#${ask.number} was answered, or told again, before it was told`);
    return;
  }
  withdraw(d, ask.number, ask.counter, 'told again by a later ask');
  const ways: Way[] = (d.context.person?.contacts ?? [])
    .filter((one) => one.disabled === undefined && d.context.channels[one.channel] !== undefined)
    .map((one) => ({ channel: one.channel, address: one.address, status: 'waiting' }));
  if (ways.length === 0) {
    const why = d.context.person === null ? 'no longer in the roster' : 'no contact method that works here';
    unreachable(d, ask, why);
    return;
  }
  d.state.tells.push({ ask, ways, repeated: false });
}

/** An ack or resolve: asks with a lower counter are told no more (rules 2 and 10). */
export function onCancel(d: Draft, number: number, counter: number, why: string): void {
  const known = d.state.cancels.find((one) => one.number === number);
  d.state.cancels = [
    ...d.state.cancels.filter((one) => one !== known),
    { number, counter: Math.max(counter, known?.counter ?? 0) },
  ].slice(-CANCELS_KEPT);
  withdraw(d, number, counter, why);
  d.reasons.push(why);
  fill(d, null);
}

/** Takes back what of an incident is not yet with a provider: asks below `counter`. */
function withdraw(d: Draft, number: number, counter: number, why: string): void {
  const unsent = new Set(
    d.state.messages.filter((one) => one.status === 'retry').map((one) => wayKey(one.row)),
  );
  d.state.tells = d.state.tells.flatMap((tell) => {
    if (tell.ask.number !== number || tell.ask.counter >= counter) return [tell];
    const ways = tell.ways.filter((way) => way.status === 'sending' && !unsent.has(askWayKey(tell.ask, way)));
    return ways.length === 0 ? [] : [{ ...tell, ways }];
  });
  for (const message of d.state.messages) {
    if (message.status !== 'retry' || message.row.purpose !== 'incident') continue;
    if (alive(d, message).length === 0) dropUnsent(d, message, why, onEnd);
  }

  function wayKey(row: MessageRow): string {
    const member = row.members.find((one) => one.number === number && one.counter < counter);
    return member === undefined ? '' : `${member.counter}/${row.channel}/${row.to}`;
  }
  function askWayKey(ask: Ask, way: Way): string {
    return `${ask.counter}/${way.channel}/${way.address}`;
  }
}

/** Claims whatever may be claimed now. `unseen`: the ask that needs no look at its incident first. */
export function fill(d: Draft, unseen: Ask | null): void {
  dropAnswered(d);
  for (const message of d.state.messages) {
    if (message.status === 'retry' && message.retryAtMs <= d.context.nowMs) again(d, message);
  }
  for (const contact of waitingContacts(d.state)) {
    while (free(d.state, contact) > 0 && claimNext(d, contact, unseen));
  }
  if (wantsLook(d.state, d.context.nowMs)) {
    d.effects.setTimers.push({ name: GO, atMs: d.context.nowMs + GUARD_MS });
  } else {
    d.effects.cancelTimers.push(GO);
  }
  tellNotices(d, !isQueueEmpty(d.state) || waitingContacts(d.state).length > 0);
}

/** Whether something must be looked at before anything more can be claimed; the engine does, and says `go`. */
export function wantsLook(state: ResponderState, nowMs: number): boolean {
  return (!isQueueEmpty(state) && hasRoom(state)) || wanted(state, nowMs).length > 0;
}

/** Incidents that must be looked at before anything more can be claimed. */
export function wanted(state: ResponderState, nowMs: number): number[] {
  const numbers = new Set<number>();
  for (const contact of waitingContacts(state)) {
    if (free(state, contact) === 0) continue;
    for (const tell of state.tells) if (waits(tell, contact)) numbers.add(tell.ask.number);
  }
  for (const message of state.messages) {
    if (message.status !== 'retry' || message.retryAtMs > nowMs) continue;
    for (const member of message.row.members) numbers.add(member.number);
  }
  return [...numbers];
}

/** How a message's end closes the asks behind it; reports a person whom no way reached (L2). */
export const onEnd: OnEnd = (d, row, ending) => {
  if (row.purpose === 'notice') onNoticeEnd(d, row, ending);
  for (const member of row.members) {
    d.state.tells = d.state.tells.flatMap((tell) => {
      if (tell.ask.number !== member.number || tell.ask.counter !== member.counter) return [tell];
      const ways = tell.ways.map((way): Way => {
        const mine = way.status === 'sending' && way.channel === row.channel && way.address === row.to;
        if (!mine) return way;
        const doubted = ending === 'unknown' && row.provider !== undefined ? { doubted: row.provider } : {};
        return { ...way, status: ending, ...doubted };
      });
      return close(d, { ...tell, ways });
    });
  }
};

function close(d: Draft, tell: Tell): Tell[] {
  if (tell.ways.some((way) => way.status === 'waiting' || way.status === 'sending')) return [tell];
  if (tell.ways.some((way) => way.status === 'accepted')) return [];
  if (tell.ask.last && !tell.repeated && tell.ways.some((way) => way.status === 'unknown')) {
    const ways = tell.ways.map(
      (way): Way => (way.status === 'unknown' ? { ...way, status: 'waiting' } : way),
    );
    d.reasons.push(`#${tell.ask.number}: in doubt by every way and nobody else is left: once more, marked`);
    return [{ ...tell, ways, repeated: true }];
  }
  unreachable(d, tell.ask, tell.ways.map((way) => `${way.channel} ${way.status}`).join(', '));
  return [];
}

function unreachable(d: Draft, ask: Ask, why: string): void {
  d.effects.handovers.push({
    kind: 'unreachable',
    id: `${d.state.person}.u.${ask.number}.${ask.counter}`,
    lineage: ask.lineage,
    number: ask.number,
    counter: ask.counter,
    person: d.state.person,
    why,
  });
  d.reasons.push(`#${ask.number}: ${d.state.person} is unreachable: ${why}`);
}

/**
 * Asks whose incident turned out to be answered already are told no more, even before the cancel comes. Nor are those
 * that were in doubt when their cancel came, once it is proven that nothing was sent (rule 10).
 */
function dropAnswered(d: Draft): void {
  for (const { ask } of d.state.tells) {
    const cancel = d.state.cancels.find((one) => one.number === ask.number && one.counter > ask.counter);
    if (cancel !== undefined) withdraw(d, ask.number, cancel.counter, `#${ask.number} was answered`);
    const fact = d.context.facts.get(ask.number);
    if (fact === undefined || fact.status === 'triggered') continue;
    withdraw(d, ask.number, ask.counter + 1, `#${ask.number} is ${fact.status}`);
  }
}

function claimNext(d: Draft, contact: Contact, unseen: Ask | null): boolean {
  const ready = d.state.tells.filter(
    (tell) =>
      waits(tell, contact) &&
      (tell.ask === unseen || d.context.facts.get(tell.ask.number)?.status === 'triggered'),
  );
  const [first] = ready;
  if (first === undefined) return false;
  const alike = ready.filter((tell) => tell.repeated === first.repeated);
  const code = takeCode(d);
  const answerable = d.context.channels[contact.channel]?.answerable ?? false;
  const count =
    contact.channel === 'email' || contact.channel === 'voice'
      ? MAIL_MEMBERS
      : fitSms(alike.map(told), {
          code,
          answerable,
          ...markOf(first.repeated),
          degraded: d.context.degraded,
          link: linkOf(d, contact.channel, code),
        });
  const members = alike.slice(0, count);
  d.state.tells = d.state.tells.map((tell) =>
    members.includes(tell) ? withWay(tell, contact, 'sending') : tell,
  );
  claim(d, newRow(d, contact, code, answerable, members), first.repeated);
  return true;
}

function again(d: Draft, message: Message): void {
  if (message.row.purpose !== 'incident') {
    const off = whyNotAgain(d, message.row);
    if (off === null) claimAgain(d, message, message.row);
    else dropUnsent(d, message, off, onEnd);
    return;
  }
  const members = alive(d, message);
  if (members.length === 0) {
    dropUnsent(d, message, 'answered meanwhile', onEnd);
    return;
  }
  if (members.some((tell) => d.context.facts.get(tell.ask.number) === undefined)) return;
  const { row } = message;
  if (members.length === row.members.length) claimAgain(d, message, row);
  else claimAgain(d, message, { ...newRow(d, row, row.code, row.answerable, members), log: row.log });
}

/** The asks behind a message that are still to be told. */
function alive(d: Draft, message: Message): Tell[] {
  const { row } = message;
  return d.state.tells.filter(
    (tell) =>
      row.members.some((one) => one.number === tell.ask.number && one.counter === tell.ask.counter) &&
      tell.ways.some(
        (way) => way.status === 'sending' && way.channel === row.channel && way.address === row.to,
      ),
  );
}

type Contact = Pick<Way, 'channel' | 'address'>;

const waits = (tell: Tell, contact: Contact): boolean =>
  tell.ways.some(
    (way) => way.status === 'waiting' && way.channel === contact.channel && way.address === contact.address,
  );

const withWay = (tell: Tell, contact: Contact, status: Way['status']): Tell => ({
  ...tell,
  ways: tell.ways.map((way) =>
    way.channel === contact.channel && way.address === contact.address ? { ...way, status } : way,
  ),
});

function waitingContacts(state: ResponderState): Contact[] {
  const contacts = new Map<string, Contact>();
  for (const tell of state.tells) {
    for (const way of tell.ways) {
      if (way.status === 'waiting') contacts.set(`${way.channel}/${way.address}`, way);
    }
  }
  return [...contacts.values()];
}

function free(state: ResponderState, contact: Contact): number {
  // A call has no text: which of two it was, its provider couldn't tell (rule 5).
  if (contact.channel === 'voice') return isCalled(state, contact) ? 0 : 1;
  const busy = state.messages.filter(
    (one) =>
      one.row.purpose === 'incident' && one.row.channel === contact.channel && one.row.to === contact.address,
  );
  const calling = busy.filter((one) => one.status === 'claimed' || one.status === 'retry');
  return Math.min(AT_ONCE - calling.length, UNDER_WAY - busy.length);
}

/** Whether a call to that number is claimed, in doubt, being settled, or to be claimed again. */
export const isCalled = (state: ResponderState, { channel, address }: Contact): boolean =>
  channel === 'voice' && state.messages.some(({ row }) => row.channel === 'voice' && row.to === address);
