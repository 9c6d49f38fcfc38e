/**
 * Asks: what is to be told to this person, by which ways and when (oncall/ways.ts), in which message. What comes while a
 * contact has had its messages waits, and shares the next one (S12: bundled, never dropped).
 */
import type { Ask } from '../engine/effects.ts';
import { GUARD_MS, dropUnsent } from './claim-ends.ts';
import { claim, claimAgain } from './claims.ts';
import { takeCode, type Draft } from './draft.ts';
import { goOn } from './errands.ts';
import { onEnd, settleTells, unreachable } from './endings.ts';
import { free, nextWork, packsOf, waitingContacts, waits, wantsLook } from './looks.ts';
import { tellNotices, whyNotAgain } from './notices.ts';
import { counted, room, roomAtMs } from './pace.ts';
import {
  duePacks,
  intoPack,
  isCancelled,
  isFresh,
  isSamePack,
  isWanted,
  lookedAt,
  replace,
  stillShown,
} from './packs.ts';
import { newRow } from './page.ts';
import { hasRoom } from './queue.ts';
import { nextReceiptMs } from './receipts.ts';
import type { Message, Pack, Tell, Way } from './types.ts';
import { begun, nextStepMs, type Contact } from './ways.ts';

const CANCELS_KEPT = 100;
/** The engine has looked at incidents, or shall. */
export const GO = 'go';
/** The next step of a rule, room at a contact, a receipt that is to be asked for. */
export const LATER = 'later';

/** Takes an ask: into the state, or into a pack of those that came when there was no room. */
export function onTell(d: Draft, ask: Ask, unseen: boolean): void {
  hold(d, ask);
  fill(d, unseen ? ask : null);
}

/** What the engine has read for: an errand, a look at a pack, or incidents that waiting asks are about. */
export function onGo(d: Draft): void {
  const next = nextWork(d.state, d.context.pace, d.context.nowMs);
  if (next?.errand !== undefined) goOn(d, next.errand);
  else if (next?.pack !== undefined) lookedAt(d, next.pack);
  fill(d, null);
}

/** Unless its cancel came first (rule 2), the ask is to be told. Newer asks about an incident replace what still waits. */
function hold(d: Draft, ask: Ask): void {
  const later = d.state.tells.some((one) => one.ask.number === ask.number && one.ask.counter > ask.counter);
  if (later || isCancelled(d.state, ask.number, ask.counter)) {
    d.reasons.push(`#${ask.number} was answered, or told again, before it was told`);
    return;
  }
  withdraw(d, ask.number, ask.counter, 'told again by a later ask');
  const { nowMs } = d.context;
  const planned = d.context.ways(ask.severity);
  const ways: Way[] = planned.ways
    .filter((one) => d.context.channels[one.channel] !== undefined)
    .map(({ channel, address, atMs }) => ({
      channel,
      address,
      status: 'waiting',
      ...(atMs > nowMs ? { atMs } : {}),
    }));
  if (ways.length === 0) {
    const why = d.context.person === null ? 'no longer in the roster' : 'no contact method that works here';
    unreachable(d, ask, why);
    return;
  }
  const { why } = planned;
  if (why !== null) d.reasons.push(`#${ask.number}: ${why}`);
  if (hasRoom(d.state)) d.state.tells.push({ ask, ways, repeated: false, ...(why === null ? {} : { why }) });
  else if (d.context.facts.has(ask.number) && !isWanted(d, ask))
    d.reasons.push(`#${ask.number} was answered before it was told`);
  else intoPack(d, ask, ways);
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
  const unsent = new Set(d.state.messages.filter((one) => one.status === 'retry').map((one) => one.row.code));
  d.state.tells = d.state.tells.flatMap((tell) => {
    if (tell.ask.number !== number || tell.ask.counter >= counter) return [tell];
    const ways = tell.ways.filter((way) => way.status === 'sending' && !unsent.has(way.code ?? 0));
    return ways.length === 0 ? [] : [{ ...tell, ways }];
  });
  for (const message of d.state.messages) {
    if (message.status !== 'retry' || message.row.purpose !== 'incident') continue;
    if (tellsOf(d, message).length + packsOf(d.state, message).length === 0)
      dropUnsent(d, message, why, onEnd);
  }
}

/** Claims whatever may be claimed now. `unseen`: the ask that needs no look at its incident first. */
export function fill(d: Draft, unseen: Ask | null): void {
  const { nowMs, pace } = d.context;
  dropAnswered(d);
  retold(d);
  dropGone(d);
  settleTells(d);
  for (const message of d.state.messages) {
    if (message.status === 'retry' && message.retryAtMs <= nowMs) again(d, message);
  }
  for (const contact of waitingContacts(d.state, nowMs)) {
    while (free(d.state, contact, pace, nowMs) > 0 && claimNext(d, contact, unseen));
  }
  // Of a pack that was about to be told nothing may turn out to be open any more: it goes, or it would wait for ever.
  if (d.state.packs?.some((one) => one.count === 0) === true) settleTells(d);
  if (wantsLook(d.state, pace, nowMs)) d.effects.setTimers.push({ name: GO, atMs: nowMs + GUARD_MS });
  else d.effects.cancelTimers.push(GO);
  setLater(d);
  tellNotices(d, waitingContacts(d.state, nowMs).length > 0);
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

/** A group says more, or less, than when it was asked to be told: what is claimed now says how it is now. */
function retold(d: Draft): void {
  d.state.tells = d.state.tells.map((tell) => {
    const summary = d.context.facts.get(tell.ask.number)?.summary;
    return summary === undefined ? tell : { ...tell, ask: { ...tell.ask, summary } };
  });
}

/** What is to be tried again at a contact that was switched off or taken away meanwhile isn't: it may be another's now. */
function dropGone(d: Draft): void {
  for (const message of d.state.messages) {
    if (message.status !== 'retry' || message.row.purpose !== 'incident') continue;
    const gone = whyNotAgain(d, message.row);
    if (gone !== null) dropUnsent(d, message, gone, onEnd);
  }
}

/** One message for all that waits for a contact: each by itself, or by the packs they came in. */
function claimNext(d: Draft, contact: Contact, unseen: Ask | null): boolean {
  const { nowMs, pace } = d.context;
  const tells = d.state.tells.filter(
    (tell) =>
      waits(tell, contact, nowMs) &&
      (tell.ask === unseen || d.context.facts.get(tell.ask.number)?.status === 'triggered'),
  );
  const due = duePacks(d.state, contact, nowMs).map((pack) => readyPack(d, pack));
  // One message tells of all of it: the look is under way. What has just opened doesn't wait for that.
  if (due.includes('look') && !tells.some((tell) => tell.ask === unseen)) return false;
  const packs = due.filter(isReady);
  const [first = packs[0]] = tells;
  if (first === undefined) return false;
  const { repeated } = first;
  const about = {
    tells: tells.filter((one) => one.repeated === repeated),
    packs: packs.filter((one) => one.repeated === repeated),
  };
  const code = takeCode(d);
  const answerable = d.context.channels[contact.channel]?.answerable ?? false;
  const row = newRow(d, contact, code, answerable, about);
  d.state.tells = d.state.tells.map((tell) =>
    about.tells.includes(tell)
      ? withoutDetails({ ...tell, ways: begun(tell.ways, contact, code, nowMs) })
      : tell,
  );
  for (const pack of about.packs)
    replace(d, pack, { ...pack, closed: true, ways: begun(pack.ways, contact, code, nowMs) });
  const paced = counted(d.state, contact, pace, nowMs);
  if (paced === undefined) delete d.state.pace;
  else d.state.pace = paced;
  claim(d, row, repeated);
  return true;
}

/**
 * A pack without those of the incidents it names that were answered since it was looked at; null when nothing of it is
 * open any more, `look` when it has to be looked at first.
 */
function readyPack(d: Draft, pack: Pack): Pack | 'look' | null {
  if (!isFresh(pack, d.context.nowMs) || !pack.shown.every((one) => d.context.facts.has(one.number)))
    return 'look';
  const shown = stillShown(d, pack);
  const next = shown ?? { ...pack, lookedAtMs: null };
  if (next !== pack) replace(d, pack, next);
  if (shown === null) return 'look';
  return next.count === 0 ? null : next;
}

const isReady = (pack: Pack | 'look' | null): pack is Pack => pack !== 'look' && pack !== null;

/** What a mail says at length isn't kept once no mail is left to be sent. */
function withoutDetails(tell: Tell): Tell {
  if (tell.ask.details === undefined) return tell;
  if (
    tell.ways.some((way) => way.channel === 'email' && (way.status === 'waiting' || way.status === 'sending'))
  )
    return tell;
  const { details: _said, ...ask } = tell.ask;
  return { ...tell, ask };
}

function again(d: Draft, message: Message): void {
  if (message.row.purpose !== 'incident') {
    const off = whyNotAgain(d, message.row);
    if (off === null) claimAgain(d, message, message.row);
    else dropUnsent(d, message, off, onEnd);
    return;
  }
  const tells = tellsOf(d, message);
  const packs = packsOf(d.state, message).map((pack) => readyPack(d, pack));
  if (packs.includes('look') || tells.some((tell) => d.context.facts.get(tell.ask.number) === undefined))
    return;
  const ready = packs.filter(isReady);
  if (tells.length + ready.length === 0) {
    dropUnsent(d, message, 'answered meanwhile', onEnd);
    return;
  }
  const { row } = message;
  const same =
    tells.length + ready.reduce((sum, one) => sum + one.shown.length, 0) === row.members.length &&
    ready.every(
      (one) => row.packs?.some((other) => isSamePack(one, other) && other.count === one.count) === true,
    );
  if (same) claimAgain(d, message, row);
  // Only the very same may go there again, and that tells of what has been answered (rule 10).
  else if (message.repeats === true)
    dropUnsent(d, message, 'some of it was answered before its outcome was known', onEnd);
  else
    claimAgain(d, message, {
      ...newRow(d, row, row.code, row.answerable, { tells, packs: ready }),
      log: row.log,
    });
}

/** The asks behind a message that are still to be told. */
const tellsOf = (d: Draft, { row }: Message): Tell[] =>
  d.state.tells.filter(
    (tell) =>
      row.members.some((one) => one.number === tell.ask.number && one.counter === tell.ask.counter) &&
      tell.ways.some((way) => way.status === 'sending' && way.code === row.code),
  );

/** Wakes this record when the next step is due, a contact has room again, or a receipt is to be asked for. */
function setLater(d: Draft): void {
  const { nowMs, pace } = d.context;
  let atMs = nextReceiptMs(d.state);
  for (const { ways } of [...d.state.tells, ...(d.state.packs ?? [])]) {
    atMs = Math.min(atMs, nextStepMs(ways, nowMs));
  }
  for (const contact of waitingContacts(d.state, nowMs)) {
    if (room(d.state, contact, pace, nowMs) <= 0) atMs = Math.min(atMs, roomAtMs(d.state, contact, pace));
  }
  const set = Number.isFinite(atMs) ? Math.max(atMs, nowMs + 1) : undefined;
  if (isSoonEnough(d.state.laterAtMs, set, nowMs)) return;
  if (set === undefined) {
    delete d.state.laterAtMs;
    d.effects.cancelTimers.push(LATER);
  } else {
    d.state.laterAtMs = set;
    d.effects.setTimers.push({ name: LATER, atMs: set });
  }
}

/** Fired a little early it is set again; set anew for a little, each step would write a timer. */
const isSoonEnough = (laterAtMs: number | undefined, set: number | undefined, nowMs: number): boolean =>
  laterAtMs === set ||
  (laterAtMs !== undefined &&
    set !== undefined &&
    laterAtMs > nowMs &&
    laterAtMs <= set &&
    set - laterAtMs < LATER_EARLY_MS);

const LATER_EARLY_MS = 1_000;
