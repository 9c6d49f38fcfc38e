/** From an SMS or a mail that came back to an input in the journal: whose it is, and what it asks for. */
import { createHash } from 'node:crypto';
import type { Log } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import { cleanSummary } from '../events/formats/clean.ts';
import type { ReplyToTake } from '../events/smtp/deliver.ts';
import type { ReplyAuth } from '../events/types.ts';
import { bounceInput } from './bounces.ts';
import { checkMailAuth, type MailAuth, type MailAuthParts } from '../messaging/mail-auth.ts';
import { readSmsCommand } from '../messaging/replies.ts';
import type { ReceivedSms } from '../messaging/twilio/inbound.ts';
import { personByPhone, personByToken } from '../messaging/route-reply.ts';
import type { Person, Roster } from '../oncall/types.ts';
import { StoreUnavailableError } from '../store/port.ts';

export interface ReplyParts {
  accept: Accept;
  roster(): Roster;
  /** False: the roster may be an old one; who isn't in it may be somebody all the same. */
  rosterIsSure(): boolean;
  tokenKey: Uint8Array;
  /** How it is looked up who a mail is from. */
  mailAuth: Omit<MailAuthParts, 'deadlineMs'>;
  /** A reply by mail counts only when it is proven who wrote it (mail.requireDmarc). */
  requireDmarc(): boolean;
  log: Log;
  nowMs(): number;
}

/** Nobody's answer waits longer for what is only recorded. */
const RECORD_WITHIN_MS = 2_000;
/** Senders wait minutes for an answer to the final dot. */
const PROVE_WITHIN_MS = 8_000;

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

/**
 * One mail to `ack+TOKEN@domain`; the token says whose it is and which message it answers, or reports on. `later`: who
 * sent it can't be proven now.
 */
export async function takeReplyMail(
  parts: ReplyParts,
  mail: ReplyToTake,
): Promise<'taken' | 'unknown-token' | 'later'> {
  const named = personByToken(parts.roster(), parts.tokenKey, mail.token);
  if (named === null && !parts.rosterIsSure()) throw unsure();
  if (named === null) return 'unknown-token';
  const { person, code } = named;
  const reply = await mail.read(mail.raw, { nullReturnPath: mail.mailFrom === '', code });
  const hash = createHash('sha256').update(mail.token).update('\0').update(mail.raw).digest('base64url');
  const raw = mail.raw.subarray(0, RAW_KEPT_BYTES);
  if (reply.bounce !== null) {
    await parts.accept([{ stableId: `bounce-${hash}`, input: bounceInput(reply.bounce, person, code), raw }]);
    parts.log.info(
      { message: `${person.id}.${code}`, report: reply.bounce },
      'a mail server reports on a page',
    );
    return 'taken';
  }
  if (reply.automatic !== null) {
    parts.log.info({ person: person.id, why: reply.automatic }, 'an automatic mail is not an answer');
    return 'taken';
  }
  const auth = await proofOf(parts, mail, person);
  if (auth === null) return 'later';
  await parts.accept([
    {
      stableId: `reply-${hash}`,
      input: {
        kind: 'reply',
        person: person.id,
        channel: 'email',
        contact: reply.from,
        command: reply.command,
        text: shown(reply.text),
        sentAtMs: parts.nowMs(),
        auth,
      },
      raw,
    },
  ]);
  parts.log.info({ person: person.id, code, auth }, 'a reply by mail');
  return 'taken';
}

/** Who sent it, as far as that shows; null when it must be known, and can't be looked up now. */
async function proofOf(parts: ReplyParts, mail: ReplyToTake, person: Person): Promise<ReplyAuth | null> {
  const required = parts.requireDmarc();
  const deadlineMs = required ? PROVE_WITHIN_MS : RECORD_WITHIN_MS;
  const found = await checkMailAuth(mail, { ...parts.mailAuth, deadlineMs });
  if (!required) return found.auth;
  if (found.later) return null;
  const refused = whyRefused(found, mail, person);
  return refused === null ? found.auth : { ...found.auth, refused };
}

/** Null when it is proven that the person wrote it. */
function whyRefused({ auth, from, proven }: MailAuth, { whole }: ReplyToTake, person: Person): string | null {
  if (!whole) return 'the mail is too large to be checked: answer without attachments';
  if (!proven) return `DKIM ${auth.dkim}, SPF ${auth.spf}, DMARC ${auth.dmarc}`;
  const isTheirs = person.contacts.some(
    (one) => one.channel === 'email' && one.address.toLowerCase() === from,
  );
  return isTheirs ? null : `${from ?? 'its sender'} is none of your addresses`;
}

/** It comes again: then this host may know better. */
export const unsure = (): StoreUnavailableError =>
  new StoreUnavailableError('this host can not read the roster, and the one it kept lacks the sender');

const RAW_KEPT_BYTES = 64 * 1024;
const SHOWN_LENGTH = 200;

const shown = (text: string): string => cleanSummary(text).slice(0, SHOWN_LENGTH);
