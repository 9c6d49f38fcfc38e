/** What a person's reply does: which incidents it means, what is asked of them, and what is answered (rule 9, S8, S17). */
import type { ReplyCommand } from '../events/types.ts';
import { answerText, type Answer } from './answer.ts';
import { claim } from './claims.ts';
import { degradedMark, logged, putMessage, takeCode, writeRow, type Draft } from './draft.ts';
import { optOut } from './optout.ts';
import { messageId, type MessageRow } from './rows.ts';
import type { Fact } from './types.ts';
import type { ResponderInput } from '../engine/effects.ts';

type Reply = Extract<ResponderInput, { kind: 'reply' }>;
type Member = MessageRow['members'][number];

/** Provider stamps have whole seconds, and not all of a provider's hosts show the same. */
const STAMP_SLACK_MS = 2_000;

/** A stamp is the second that the reply was written in. */
const WHOLE_SECOND_MS = 1_000;

/** So often within an hour a contact is told that its reply wasn't understood. */
const UNCLEAR_ANSWERS = 3;
const UNCLEAR_WITHIN_MS = 3_600_000;
/** Of all contacts of one person together. */
const UNCLEAR_KEPT = 30;

/** Acts, answers by SMS, and leaves a line on the message that was answered. */
export function onReply(d: Draft, reply: Reply): void {
  if (reply.command.verb === 'optout') {
    const { id, channel, contact: address, text } = reply;
    optOut(d, { id, channel, address, why: `opted out by "${text}"` });
    return;
  }
  const answer = act(d, reply);
  d.reasons.push(`reply "${reply.text}" from ${reply.contact}: ${answer.kind}`);
  if (reply.via === 'link') return;
  // By mail, what was done is not confirmed; what was not done has to be told.
  if (reply.channel === 'email' && DONE.has(answer.kind)) return;
  if (answer.kind === 'unclear' && tooOften(d, reply.contact)) {
    d.reasons.push(
      `${reply.contact} is told no more that its replies aren't understood: perhaps a machine answers`,
    );
    return;
  }
  // A call says itself what was done.
  if (reply.channel !== 'voice') sayBack(d, reply, answer);
}

const DONE: ReadonlySet<Answer['kind']> = new Set(['acked', 'resolved', 'escalated', 'test', 'verified']);

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
  const { command } = reply;
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
  if (reply.channel === 'sms' && surelyAfter(named, reply.sentAtMs + STAMP_SLACK_MS))
    return { kind: 'nothing' };
  noteAnswer(d, named, reply.text);
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
      named.members.filter((one) => only.includes(one.number)),
    );
  if (command.scope !== 'service') return actOn(d, reply, command, named.members);
  // What the named message tells of was read, whatever is known of its sending.
  const others = sentBefore(d, reply).filter(
    (one) =>
      one.sure &&
      named.members.some((member) => member.service === one.service) &&
      !named.members.some((member) => member.number === one.number),
  );
  return actOn(d, reply, command, [...named.members, ...others]);
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

/** On the message under way too, or its end would write the line away again. */
function noteAnswer(d: Draft, named: MessageRow, text: string): void {
  const line = `answered: ${text}`;
  const message = d.state.messages.find((one) => one.row.code === named.code);
  if (message === undefined) writeRow(d, logged(named, d.context.nowMs, 'answered', line));
  else putMessage(d, { ...message, row: logged(message.row, d.context.nowMs, 'answered', line) });
}

/**
 * Without a code: only if exactly one unacknowledged incident was sent to that phone before the reply (rule 9). What
 * may have been sent or not counts as a question: the answer lists the codes, and a code proves what was read.
 */
function actOnBare(d: Draft, reply: Reply, command: ReplyCommand): Answer {
  const open = sentBefore(d, reply).filter((one) => fact(d, one)?.status === 'triggered');
  const [newest] = open;
  if (newest === undefined) return { kind: 'nothing' };
  const sure = open.filter((one) => one.sure);
  if (command.scope === 'all' && sure.length > 0) return actOn(d, reply, command, sure);
  // What was not read may tell of an incident that is still open: one of two, then.
  const only = open.length === 1 && d.context.reply?.more === false;
  if (newest.sure && (command.scope === 'last' || only)) return actOn(d, reply, command, [newest]);
  return {
    kind: 'which',
    choices: open.map((one) => ({ code: one.code, number: one.number, summary: one.summary })),
  };
}

const surelyUnsent = (d: Draft, row: MessageRow): boolean =>
  row.status === 'failed' ||
  d.state.messages.some((one) => one.row.code === row.code && one.status === 'retry');

/**
 * Whether a text was sent after that instant. Our own clock may have been wrong when it was claimed, or when the reply
 * came in: it doesn't tell without the provider's stamp, nor the stamp without it.
 */
const surelyAfter = (row: MessageRow, atMs: number): boolean =>
  row.acceptedAtMs !== undefined && row.acceptedAtMs > atMs && row.claimedAtMs > atMs;

/**
 * Whether a text was sent before the reply, with no slack: nothing proves what was read (S17). Judged between the
 * provider's own stamps, which a clock of ours that is put right can't bend; without one, by ours.
 */
function sentFirst(row: MessageRow, reply: Reply): 'yes' | 'no' | 'perhaps' {
  if (row.acceptedAtMs !== undefined) {
    if (row.acceptedAtMs <= reply.sentAtMs) return 'yes';
    return surelyAfter(row, reply.sentAtMs) ? 'no' : 'perhaps';
  }
  if (row.takenAtMs === undefined) return 'perhaps';
  if (row.claimedAtMs > reply.sentAtMs) return 'no';
  return row.takenAtMs < reply.sentAtMs + WHOLE_SECOND_MS ? 'yes' : 'perhaps';
}

/** `sure`: a provider was known to have a message that told of it; otherwise one was in doubt then. */
type Sent = Member & { code: number; sure: boolean };

/** Each incident sent to that contact before the reply, once, newest first, with the code it was last sent under. */
function sentBefore(d: Draft, reply: Reply): Sent[] {
  const found = new Map<number, Sent>();
  for (const row of d.context.reply?.recent ?? []) {
    if (row.to !== reply.contact || surelyUnsent(d, row)) continue;
    const first = sentFirst(row, reply);
    if (first === 'no') continue;
    const sure = first === 'yes';
    for (const member of row.members) {
      const known = found.get(member.number) ?? { ...member, code: row.code, sure: false };
      found.set(member.number, { ...known, sure: known.sure || sure });
    }
  }
  return [...found.values()];
}

function actOn(d: Draft, reply: Reply, command: ReplyCommand, members: Member[]): Answer {
  const action = command.verb === 'ack' || command.verb === 'resolve' ? command.verb : 'escalate';
  const changing = members.filter((one) => changes(action, fact(d, one), reply.via));
  for (const member of changing) {
    d.effects.handovers.push({
      kind: 'act',
      id: `${reply.id}/${member.number}`,
      lineage: member.lineage,
      number: member.number,
      action,
      person: d.state.person,
      channel: reply.channel,
      ...(reply.stamp === undefined ? {} : { stamp: reply.stamp }),
      ...(command.snooze === undefined ? {} : { snooze: command.snooze }),
      ...(reply.via === undefined ? {} : { via: reply.via }),
    });
  }
  if (changing.length > 0) {
    const kind = action === 'ack' ? 'acked' : action === 'resolve' ? 'resolved' : 'escalated';
    return { kind, members: changing };
  }
  const [only] = members;
  const known = only === undefined ? undefined : fact(d, only);
  if (only === undefined || known === undefined) return { kind: 'nothing' };
  const state = known.status === 'acknowledged' ? 'acknowledged' : 'resolved';
  return { kind: 'already', state, by: known.by ?? 'somebody', members };
}

function changes(
  action: 'ack' | 'resolve' | 'escalate',
  known: Fact | undefined,
  via: Reply['via'],
): boolean {
  if (known === undefined || known.status === 'resolved') return false;
  // Whoever looks at the page sees that it is acknowledged: a snooze, or the end of one, is meant.
  return action === 'ack' && via !== 'link' ? known.status === 'triggered' : true;
}

const fact = (d: Draft, member: Member): Fact | undefined => d.context.facts.get(member.number);

/** One short answer; it is a message like any other: claimed once, never repeated. */
function sayBack(d: Draft, reply: Reply, answer: Answer): void {
  const { channel } = reply;
  // A mail's From is anybody's claim: the answer goes to the address in the roster.
  const mailbox = d.context.person?.contacts.find((one) => one.channel === 'email')?.address;
  const to = channel === 'sms' ? reply.contact : mailbox;
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
      body: answerText(answer, code, d.context.degraded),
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
