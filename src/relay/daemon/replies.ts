/** From an SMS or a mail that came back to an input in the journal: whose it is, and what it asks for. */
import { createHash } from 'node:crypto';
import type { Log } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import { cleanSummary } from '../events/formats/clean.ts';
import { readReplyMail } from '../messaging/reply-mail.ts';
import { readSmsCommand } from '../messaging/replies.ts';
import type { ReceivedSms } from '../messaging/twilio/inbound.ts';
import { personByPhone, personByToken } from '../messaging/route-reply.ts';
import type { Roster } from '../oncall/types.ts';
import { StoreUnavailableError } from '../store/port.ts';

export interface ReplyParts {
  accept: Accept;
  roster(): Roster;
  /** False: the roster may be an old one; who isn't in it may be somebody all the same. */
  rosterIsSure(): boolean;
  tokenKey: Uint8Array;
  log: Log;
  nowMs(): number;
}

/** One inbound SMS; resolves when it is durable, or nobody's. A stranger's number gets no answer. */
export async function takeSms(
  parts: ReplyParts,
  sms: Pick<ReceivedSms, 'sid' | 'from' | 'body' | 'sentAtMs' | 'timeFrom'>,
): Promise<void> {
  const person = personByPhone(parts.roster(), sms.from);
  if (person === null) {
    if (!parts.rosterIsSure()) throw unsure();
    parts.log.info({ sid: sms.sid }, 'an SMS from a number that is nobody’s in the roster was ignored');
    return;
  }
  await parts.accept([
    {
      stableId: `sms-${sms.sid}`,
      input: {
        kind: 'reply',
        person: person.id,
        channel: 'sms',
        contact: sms.from.trim(),
        command: readSmsCommand(sms.body),
        text: shown(sms.body),
        sentAtMs: latestSentMs(sms, parts.nowMs()),
      },
      raw: Buffer.from(sms.body),
    },
  ]);
}

/**
 * The latest moment it can have been sent. Twilio's stamps are whole seconds, cut off: taken as they are, an answer
 * within the second of its page would seem to come before it.
 */
function latestSentMs(sms: Pick<ReceivedSms, 'sentAtMs' | 'timeFrom'>, nowMs: number): number {
  return sms.timeFrom === 'provider'
    ? Math.min(sms.sentAtMs + 999, Math.max(nowMs, sms.sentAtMs))
    : sms.sentAtMs;
}

/** One mail to `ack+TOKEN@domain`; the token says whose it is and which message it answers. */
export async function takeReplyMail(
  parts: ReplyParts,
  mail: { raw: Uint8Array; token: string; mailFrom: string },
): Promise<'taken' | 'unknown-token'> {
  const named = personByToken(parts.roster(), parts.tokenKey, mail.token);
  if (named === null && !parts.rosterIsSure()) throw unsure();
  if (named === null) return 'unknown-token';
  const reply = await readReplyMail(mail.raw, {
    nullReturnPath: mail.mailFrom === '',
    code: named.code,
  });
  if (reply.automatic !== null) {
    parts.log.info({ person: named.person.id, why: reply.automatic }, 'an automatic mail is not an answer');
    return 'taken';
  }
  const hash = createHash('sha256').update(mail.token).update('\0').update(mail.raw).digest('base64url');
  await parts.accept([
    {
      stableId: `reply-${hash}`,
      input: {
        kind: 'reply',
        person: named.person.id,
        channel: 'email',
        contact: reply.from,
        command: reply.command,
        text: shown(reply.text),
        sentAtMs: parts.nowMs(),
      },
      raw: mail.raw.subarray(0, RAW_KEPT_BYTES),
    },
  ]);
  return 'taken';
}

/** It comes again: then this host may know better. */
const unsure = (): StoreUnavailableError =>
  new StoreUnavailableError('this host can not read the roster, and the one it kept lacks the sender');

const RAW_KEPT_BYTES = 64 * 1024;
const SHOWN_LENGTH = 200;

const shown = (text: string): string => cleanSummary(text).slice(0, SHOWN_LENGTH);
