/**
 * Goes once over what is unread in a mailbox, oldest first: each mail is made durable, and only then marked. A crash in
 * between has it read again, under the same id: nothing comes of it. What can't be kept now stays as it is.
 */
import type { Roster } from '../../oncall/types.ts';
import type { Log } from '../../engine/ports.ts';
import { readHead } from '../mail/headers.ts';
import { deliver, type DeliverParts } from '../smtp/deliver.ts';
import { envelopeSender } from './addresses.ts';
import { decide, type MailboxRules } from './decide.ts';
import { placeId, type Place } from './identity.ts';
import { inTurn } from './in-turn.ts';
import { RefusedError, type OpenMailbox, type Settled, type UnreadMail } from './port.ts';

export interface PassParts extends DeliverParts {
  place: Place;
  rules: MailboxRules;
  roster(): Roster;
  rosterIsSure(): boolean;
  log: Log;
  /** Of each mail so much is kept; the rest is cut and said so. */
  keptBytes: number;
  /** No more mails are to be begun. */
  isOver(): boolean;
  /** The server wouldn't do with taken mails what was asked. */
  onSettled(settled: Settled): void;
}

export interface Passed {
  taken: number;
  /** Mails that could not be kept, or judged, now; they are still there. */
  waiting: number;
  /** Mails that the server won't hand out. */
  refused: Refused[];
}

export interface Refused {
  uid: number;
  why: string;
}

/** UIDs that are asked for at once. */
const LIST_MAX = 500;
/** Mails in memory at once: with the first look's size below, 2 MB. */
const TOGETHER_MAX = 16;
/** Most mails are smaller: one look has all of them. */
const FIRST_LOOK_BYTES = 128 * 1024;

/** `left`: UIDs that are none of ours, which grows. Rejects with MailboxError. */
export async function passOver(mailbox: OpenMailbox, left: Set<number>, parts: PassParts): Promise<Passed> {
  const passed: Passed = { taken: 0, waiting: 0, refused: [] };
  const without = new Set(left);
  while (!parts.isOver()) {
    const uids = await mailbox.unread(without, LIST_MAX);
    if (uids.length === 0) break;
    for (let at = 0; at < uids.length && !parts.isOver(); at += TOGETHER_MAX) {
      const some = uids.slice(at, at + TOGETHER_MAX);
      // Whatever becomes of them, this pass doesn't meet them again.
      for (const uid of some) without.add(uid);
      const fates = await take(mailbox, some, parts);
      for (const uid of fates.left) left.add(uid);
      if (fates.taken.length > 0) parts.onSettled(await mailbox.settle(fates.taken));
      passed.taken += fates.taken.length;
      passed.waiting += fates.waiting;
      passed.refused.push(...fates.refused);
      // Nothing can be kept: the rest would fare no better.
      if (fates.waiting > 0 && fates.taken.length + fates.left.length === 0) return passed;
    }
  }
  return passed;
}

interface Fates {
  taken: number[];
  left: number[];
  waiting: number;
  refused: Refused[];
}

async function take(mailbox: OpenMailbox, uids: readonly number[], parts: PassParts): Promise<Fates> {
  const { mails, refused } = await fetchAll(mailbox, uids, Math.min(FIRST_LOOK_BYTES, parts.keptBytes));
  const fates: Fates = { taken: [], left: [], waiting: 0, refused };
  const turns = inTurn(parts.accept);
  const oldestFirst = mails.toSorted((a, b) => a.uid - b.uid);
  await Promise.all(
    oldestFirst.map(async (mail) => {
      const turn = turns();
      try {
        const fate = await takeOne(mailbox, mail, { ...parts, accept: turn.accept });
        if (fate === 'waiting') fates.waiting += 1;
        else fates[fate].push(mail.uid);
      } finally {
        turn.over();
      }
    }),
  );
  return fates;
}

/** A mail that the server won't hand out holds up no other: then they are asked for one by one. */
async function fetchAll(
  mailbox: OpenMailbox,
  uids: readonly number[],
  maxBytes: number,
): Promise<{ mails: UnreadMail[]; refused: Refused[] }> {
  try {
    return { mails: await mailbox.fetch(uids, maxBytes), refused: [] };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const [uid] = uids;
    if (uids.length === 1 && uid !== undefined) return { mails: [], refused: [{ uid, why: error.message }] };
  }
  const mails: UnreadMail[] = [];
  const refused: Refused[] = [];
  for (const uid of uids) {
    const one = await fetchAll(mailbox, [uid], maxBytes);
    mails.push(...one.mails);
    refused.push(...one.refused);
  }
  return { mails, refused };
}

async function takeOne(
  mailbox: OpenMailbox,
  first: UnreadMail,
  parts: PassParts,
): Promise<'taken' | 'left' | 'waiting'> {
  const { place, rules, log } = parts;
  const head = readHead(first.raw);
  const decision = decide(head, rules, parts.roster(), parts.rosterIsSure());
  if (decision.kind !== 'take') {
    log.info(
      { mailbox: place.mailbox, uid: first.uid, why: decision.why },
      'a mail in a mailbox is left alone',
    );
    return decision.kind === 'leave' ? 'left' : 'waiting';
  }
  const whole = first.raw.length < first.sizeBytes && first.raw.length < parts.keptBytes;
  // What the server won't hand out as a whole is taken as far as it goes.
  const {
    mails: [mail = first],
  } = whole ? await fetchAll(mailbox, [first.uid], parts.keptBytes) : { mails: [first] };
  const { code } = await deliver(
    parts,
    {
      raw: mail.raw,
      sizeBytes: Math.max(mail.sizeBytes, mail.raw.length),
      restHash: mail.raw.length < mail.sizeBytes ? 'left on the server' : null,
      release: () => undefined,
    },
    {
      mailFrom: envelopeSender(head),
      recipients: decision.recipients,
      remote: null,
      by: `imap ${place.user} ${place.mailbox}`,
      idWithout: placeId(place, mailbox.uidValidity, mail.uid),
    },
  );
  if (code === 250) return 'taken';
  // 550: an answer whose token is nobody's.
  return code === 550 ? 'left' : 'waiting';
}
