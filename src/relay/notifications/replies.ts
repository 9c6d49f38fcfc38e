/** What a person's reply does: which incidents it means, what is asked of them, and what is answered (rule 9, S8, S17). */
import type { ReplyCommand } from '../events/types.ts';
import { answerText, type Answer } from './answer.ts';
import { claim } from './claims.ts';
import { changes } from './errands.ts';
import { actOnPacks, type Meant } from './pack-replies.ts';
import { degradedMark, logged, putMessage, takeCode, writeRow, type Draft } from './draft.ts';
import { optIn } from './opting.ts';
import { optOut } from './optout.ts';
import { messageId, type MessageRow } from './rows.ts';
import {
  openPacks,
  fact,
  sentBefore,
  stillOpen,
  surelyAfter,
  surelyUnsent,
  surePacks,
  type Sent,
} from './sent-before.ts';
import type { Act } from './types.ts';
import type { ResponderInput } from '../engine/effects.ts';

type Reply = Extract<ResponderInput, { kind: 'reply' }>;
type Member = MessageRow['members'][number];

/** Provider stamps have whole seconds, and not all of a provider's hosts show the same. */
const STAMP_SLACK_MS = 2_000;

/** So often within an hour a contact is told that its reply wasn't understood. */
const UNCLEAR_ANSWERS = 3;
const UNCLEAR_WITHIN_MS = 3_600_000;
/** Of all contacts of one person together. */
const UNCLEAR_KEPT = 30;

/** Acts, answers by SMS, and leaves a line on the message that was answered. */
export function onReply(d: Draft, reply: Reply): void {
  if (reply.command.verb === 'optout') {
    const { id, channel, contact: address, text, sentAtMs: atMs } = reply;
    optOut(d, { id, channel, address, why: `opted out by "${text}"`, atMs });
    return;
  }
  const answer = act(d, reply);
  d.reasons.push(`reply "${reply.text}" from ${reply.contact}: ${answer.kind}`);
  if (reply.via === 'link') return;
  // By mail, what was done is not confirmed; what was not done has to be told.
  if (reply.channel === 'email' && DONE.has(answer.kind)) return;
  if (SMALL_TALK.has(answer.kind) && tooOften(d, mailboxOf(d, reply) ?? reply.contact)) {
    d.reasons.push(
      `${reply.contact} is told no more that its replies aren't understood: perhaps a machine answers`,
    );
    return;
  }
  // A call says itself what was done.
  if (reply.channel !== 'voice') sayBack(d, reply, answer);
}

const DONE: ReadonlySet<Answer['kind']> = new Set(['acked', 'resolved', 'escalated', 'test', 'verified']);
/** Answers that a machine may bring about as often as it answers us. */
const SMALL_TALK: ReadonlySet<Answer['kind']> = new Set(['unclear', 'unproven', 'started']);

/**
 * Counts an answer that a reply wasn't understood. A phone that answers by itself would answer that too, for ever and
 * at our cost.
 */
function tooOften(d: Draft, contact: string): boolean {
  const { nowMs } = d.context;
  const recent = (d.state.unclear ?? []).filter((one) => one.atMs > nowMs - UNCLEAR_WITHIN_MS);
  const often = recent.filter((one) => one.contact === contact).length >= UNCLEAR_ANSWERS;
  d.state.unclear = often ? recent : [...recent, { contact, atMs: nowMs }].slice(-UNCLEAR_KEPT);
  return often;
}

function act(d: Draft, reply: Reply): Answer {
  const { command, auth } = reply;
  if (auth?.refused !== undefined) {
    const named = d.context.reply?.named ?? null;
    if (named !== null) noteAnswer(d, named, `${reply.text}: not taken`, auth);
    return { kind: 'unproven', why: auth.refused };
  }
  if (command.start !== undefined && optIn(d, reply)) return { kind: 'started' };
  if (command.verb === 'help' || (command.verb === 'unclear' && command.code === null))
    return { kind: 'unclear' };
  if (command.code === null) return actOnBare(d, reply, command);
  const named = d.context.reply?.named ?? null;
  // A code counts only from the contact it was sent to (S8). By mail the token in the address is that proof.
  // Nor does the code of a text that was proven not to be sent.
  if (
    named === null ||
    // A link that was opened proves that it was read, and a key that it was heard.
    (surelyUnsent(d, named) && reply.via !== 'link' && reply.channel !== 'voice') ||
    !isFromItsContact(reply, named)
  ) {
    return { kind: 'unknown-code', asked: command.code };
  }
  // A code that was read proves that it had been sent; only one that every clock says was given out later was guessed.
  const latestMs = reply.sentAtMs + STAMP_SLACK_MS;
  if (reply.channel === 'sms' && (surelyAfter(named, latestMs) || wasCalledAfter(named, latestMs)))
    return { kind: 'nothing' };
  noteAnswer(d, named, reply.text, auth);
  const isNew = verify(d, named, reply);
  if (named.purpose === 'test' || (isNew && named.members.length === 0))
    return { kind: isNew ? 'verified' : 'test' };
  if (command.verb === 'unclear') return { kind: 'unclear' };
  const { only } = command;
  if (only !== undefined)
    return actOn(
      d,
      reply,
      command,
      named.members.filter((one) => only.includes(one.lineage)),
    );
  if (command.scope !== 'service') return actOn(d, reply, command, named.members, [{ row: named }]);
  // What the named message tells of was read, whatever is known of its sending.
  const others = sentBefore(d, reply).filter(
    (one) =>
      one.sure &&
      named.members.some((member) => member.service === one.service) &&
      !named.members.some((member) => member.number === one.number),
  );
  const services = [...new Set(named.members.map((one) => one.service))];
  const packs = surePacks(d, reply).filter((row) => row.code !== named.code);
  return actOn(
    d,
    reply,
    command,
    [...named.members, ...others],
    [{ row: named }, ...packs.map((row) => ({ row, services }))],
  );
}

/**
 * What a code came back from is verified: nobody but who reads what is sent there can know it. True the first time. A
 * host that pages alone leaves it to a later answer: it can't write the roster.
 */
function verify(d: Draft, named: MessageRow, reply: Reply): boolean {
  const { channel, to: address } = named;
  const contact = d.context.person?.contacts.find(
    (one) => one.channel === channel && one.address === address,
  );
  // A text about a call says nothing of whether its keys come through.
  if (reply.channel === 'sms' && channel === 'voice') return false;
  if (contact === undefined || contact.verifiedAtMs !== undefined || d.context.degraded !== null)
    return false;
  const { person } = d.state;
  d.effects.handovers.push({
    kind: 'verify',
    id: `${reply.id}/verified`,
    person,
    channel,
    address,
    atMs: d.context.nowMs,
  });
  d.reasons.push(`${address} is verified by its answer`);
  return true;
}

/**
 * A text from a phone may answer what the same phone was told by a call. A key answers the call that it was pressed in,
 * and nothing else.
 */
function isFromItsContact({ channel, contact }: Reply, named: MessageRow): boolean {
  if (channel === 'email') return true;
  if (named.to !== contact) return false;
  return named.channel === channel || (channel === 'sms' && named.channel === 'voice');
}

/** Calls are mostly not stamped, and no call says its code: a text that names one is taken at our own clock's word. */
const wasCalledAfter = ({ channel, acceptedAtMs, claimedAtMs }: MessageRow, atMs: number): boolean =>
  channel === 'voice' && acceptedAtMs === undefined && claimedAtMs > atMs;

/** On the message under way too, or its end would write the line away again. */
function noteAnswer(d: Draft, named: MessageRow, text: string, auth: Reply['auth']): void {
  const proof = auth === undefined ? '' : ` (dkim ${auth.dkim}, spf ${auth.spf}, dmarc ${auth.dmarc})`;
  const line = `answered: ${text}${proof}`;
  const message = d.state.messages.find((one) => one.row.code === named.code);
  if (message === undefined) writeRow(d, logged(named, d.context.nowMs, 'answered', line));
  else putMessage(d, { ...message, row: logged(message.row, d.context.nowMs, 'answered', line) });
}

/**
 * Without a code: only if exactly one unacknowledged incident was sent to that phone before the reply (rule 9). What
 * may have been sent or not counts as a question: the answer lists the codes, and a code proves what was read.
 */
function actOnBare(d: Draft, reply: Reply, command: ReplyCommand): Answer {
  const sent = sentBefore(d, reply);
  const open = sent.filter((one) => fact(d, one)?.status === 'triggered');
  const packs = surePacks(d, reply);
  const sure = open.filter((one) => one.sure);
  if (command.scope === 'all' && sure.length + packs.length > 0)
    return actOn(
      d,
      reply,
      command,
      sure,
      packs.map((row) => ({ row })),
    );
  const together = openPacks(d, packs);
  open.push(...together.filter((one) => !open.some((other) => other.number === one.number)));
  const [newest] = open;
  if (newest === undefined) {
    // What is acknowledged may be meant by `c` or `e`, or not: it takes a code (rule 9).
    const taken = sent.filter((one) => fact(d, one)?.status === 'acknowledged');
    if (command.verb === 'ack' || taken.length === 0) return { kind: 'nothing' };
    return which(command, taken, false);
  }
  // What was not read may tell of an incident that is still open: one of two, then. So may a pack.
  const only = open.length === 1 && d.context.reply?.more === false && together.length === 0;
  const isLast = command.scope === 'last' && together.every((one) => one.code < newest.code);
  if (newest.sure && (isLast || only)) return actOn(d, reply, command, [newest]);
  return which(command, open, sure.length + together.length > 0);
}

const LETTERS = { ack: 'a', resolve: 'c', escalate: 'e' } as const;
/** There is no word that escalates everything. */
const ALL_WORDS = { a: 'aa', c: 'cc', e: null } as const;

/** `all`: a word for all of them would do something. */
function which({ verb }: ReplyCommand, among: readonly Sent[], all: boolean): Answer {
  const letter = verb === 'resolve' || verb === 'escalate' ? LETTERS[verb] : LETTERS.ack;
  const choices = among.map((one) => ({ code: one.code, number: one.number, summary: one.summary }));
  return { kind: 'which', choices, letter, all: all ? ALL_WORDS[letter] : null };
}

/** `told`: messages whose packs are meant too, of some services only. */
function actOn(d: Draft, reply: Reply, command: ReplyCommand, members: Member[], told: Meant[] = []): Answer {
  const action = command.verb;
  if (action !== 'ack' && action !== 'resolve' && action !== 'escalate') return { kind: 'unclear' };
  const asked: Act = {
    action,
    person: d.state.person,
    channel: reply.channel,
    ...(reply.stamp === undefined ? {} : { stamp: reply.stamp }),
    ...(command.snooze === undefined ? {} : { snooze: command.snooze }),
    ...(reply.via === undefined ? {} : { via: reply.via }),
  };
  const more = actOnPacks(d, reply.id, asked, members, told);
  const whole = told.filter(({ services }) => services === undefined).map(({ row }) => row);
  // Whoever presses it on the page sees of this one that it is acknowledged: a snooze, or the end of one, is meant.
  const isNamed = reply.via === 'link' && command.only !== undefined;
  const changing = members.filter((one) => changes(asked, fact(d, one), isNamed));
  for (const { number, lineage } of changing)
    d.effects.handovers.push({ kind: 'act', id: `${reply.id}/${number}`, lineage, number, ...asked });
  if (changing.length + more > 0) {
    const kind = action === 'ack' ? 'acked' : action === 'resolve' ? 'resolved' : 'escalated';
    const rest = stillOpen(d, reply, members, whole);
    return { kind, members: changing, rest, ...(more === 0 ? {} : { more }) };
  }
  const [only] = members;
  const known = only === undefined ? undefined : fact(d, only);
  if (only === undefined || known === undefined) return { kind: 'nothing' };
  const state = known.status === 'acknowledged' ? 'acknowledged' : 'resolved';
  const rest = stillOpen(d, reply, members, whole);
  return { kind: 'already', state, by: known.by ?? 'somebody', members, rest };
}

/** One short answer; it is a message like any other: claimed once, never repeated. */
function sayBack(d: Draft, reply: Reply, answer: Answer): void {
  const { channel } = reply;
  const to = channel === 'sms' ? reply.contact : mailboxOf(d, reply);
  if (to === undefined || d.context.channels[channel] === undefined) return;
  const code = takeCode(d);
  claim(
    d,
    {
      id: messageId(d.state.person, code),
      code,
      person: d.state.person,
      channel,
      to,
      purpose: 'answer',
      ...(channel === 'email' ? { subject: 'Relay: nothing was changed by your reply' } : {}),
      body: answerText(answer, code, d.context.degraded, channel === 'email' ? 'email' : 'sms'),
      answerable: false,
      status: 'claimed',
      providerId: null,
      error: null,
      cure: null,
      members: [],
      claimedAtMs: d.context.nowMs,
      ...degradedMark(d),
      log: [],
    },
    false,
  );
}

/** A mail's From is anybody's claim: the answer goes to an address in the roster, the one that was written to first. */
function mailboxOf(d: Draft, { channel }: Reply): string | undefined {
  if (channel !== 'email') return undefined;
  const mailboxes = d.context.person?.contacts.filter((one) => one.channel === 'email') ?? [];
  const to = d.context.reply?.named?.to;
  return (mailboxes.find((one) => one.address === to) ?? mailboxes[0])?.address;
}
