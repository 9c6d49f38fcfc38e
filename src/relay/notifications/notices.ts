/**
 * Notices: what relay tells a person besides pages, such as that their shift begins. By one way only, mail before a
 * text, and the next only when it is proven that nothing was sent. Pages go first; what is in doubt is not repeated.
 */
import type { ResponderInput } from '../engine/effects.ts';
import { type Ending } from './claim-ends.ts';
import { claim } from './claims.ts';
import { degradedMark, takeCode, type Draft } from './draft.ts';
import { noticeMail } from './mail-text.ts';
import { noticeOf, waitsForRoom, withNotice, wording } from './notice-room.ts';
import { messageId, type MessageRow } from './rows.ts';
import { noticeText, verifyText } from './text.ts';
import type { Notice, Way } from './types.ts';

type NoticeInput = Extract<ResponderInput, { kind: 'notice' }>;
type Contact = Pick<Way, 'channel' | 'address'>;

/** Wakes those that wait behind pages, should nothing else do so. */
export const NOTICES = 'notices';
const LOOK_MS = 60_000;

/** Takes a notice; it is claimed with `tellNotices`. */
export function onNotice(d: Draft, input: NoticeInput): void {
  const notice = noticeOf(input);
  if (nextWay(d, notice) === null) {
    d.reasons.push(`notice ${notice.about}: ${d.state.person} has no contact method that works here`);
    return;
  }
  d.state.notices = withNotice(d.state, notice);
}

/** Claims those that wait, unless pages do, or there is no room for their message yet. */
export function tellNotices(d: Draft, pagesWait: boolean): void {
  const { notices } = d.state;
  if (notices === undefined) return;
  const left = notices.flatMap((one) => {
    const waits = one.code !== null || pagesWait || waitsForRoom(notices, d.state.messages, one);
    return waits ? [one] : send(d, one);
  });
  if (left.some((one) => one.code === null)) {
    d.effects.setTimers.push({ name: NOTICES, atMs: d.context.nowMs + LOOK_MS });
  } else {
    d.effects.cancelTimers.push(NOTICES);
  }
  if (left.length > 0) d.state.notices = left;
  else delete d.state.notices;
}

/** The message of a notice is over: one that was surely not sent may go another way, an urgent one also in doubt. */
export function onNoticeEnd(d: Draft, { code, error }: MessageRow, ending: Ending): void {
  d.state.notices = (d.state.notices ?? []).flatMap((one) => {
    if (one.code !== code) return [one];
    if (ending === 'failed') d.reasons.push(`notice ${one.about} was not sent: ${error ?? 'refused'}`);
    const goesOn = ending === 'failed' || (ending === 'unknown' && one.urgent === true);
    return goesOn ? [{ ...one, code: null }] : [];
  });
}

/**
 * Why a message isn't sent after all, when it is to be tried again: its contact was switched off
 * meanwhile, is gone, or has nothing left to verify. Null: it is sent.
 */
export function whyNotAgain(d: Draft, { channel, to, purpose, code }: MessageRow): string | null {
  const contact = d.context.person?.contacts.find((one) => one.channel === channel && one.address === to);
  if (contact?.disabled !== undefined || (contact === undefined && purpose !== 'answer'))
    return `${channel} ${to} is switched off or gone`;
  const asks = d.state.notices?.find((one) => one.code === code)?.verify !== undefined;
  return asks && contact?.verifiedAtMs !== undefined ? `${channel} ${to} is verified already` : null;
}

/** By the next way that is left; nothing when there is none. */
function send(d: Draft, notice: Notice): Notice[] {
  const way = nextWay(d, notice);
  if (way === null) {
    d.reasons.push(`notice ${notice.about}: no way to ${d.state.person} is left`);
    return [];
  }
  const code = takeCode(d);
  const id = messageId(d.state.person, code);
  const { degraded, nowMs } = d.context;
  claim(
    d,
    {
      id,
      code,
      person: d.state.person,
      channel: way.channel,
      to: way.address,
      purpose: 'notice',
      notice: { id: notice.id, about: notice.about },
      ...said(notice, way, { id, code, degraded }),
      answerable: notice.verify !== undefined,
      status: 'claimed',
      providerId: null,
      error: null,
      cure: null,
      members: [],
      claimedAtMs: nowMs,
      ...degradedMark(d),
      log: [],
    },
    false,
  );
  const { details, ...rest } = { ...notice, code, tried: [...notice.tried, wayKey(way)] };
  // The message has it now; a text that may follow has no room for it.
  const another = details !== undefined && nextWay(d, rest)?.channel === 'email';
  return [another ? { ...rest, details } : rest];
}

function said(
  notice: Notice,
  { channel }: Contact,
  { id, code, degraded }: { id: string; code: number; degraded: string | null },
): Pick<MessageRow, 'body' | 'subject'> {
  const words = wording(notice);
  if (channel === 'email') return noticeMail(words, id, degraded);
  const text = notice.verify === undefined ? noticeText : verifyText;
  return { body: text(words.text, code, degraded) };
}

/** Mail first: it is read without haste, and holds more. */
function nextWay(d: Draft, { tried, verify }: Pick<Notice, 'tried' | 'verify'>): Contact | null {
  const { person, channels } = d.context;
  const ways = (person?.contacts ?? []).filter(
    (one) =>
      one.disabled === undefined &&
      channels[one.channel] !== undefined &&
      one.channel !== 'voice' &&
      !tried.includes(wayKey(one)),
  );
  if (verify !== undefined) {
    const wanted = ways.find((one) => wayKey(one) === wayKey(verify));
    // Verified meanwhile, or nothing can come back: there is nothing to ask for.
    const canAnswer = channels[verify.channel]?.answerable === true;
    return wanted !== undefined && wanted.verifiedAtMs === undefined && canAnswer ? wanted : null;
  }
  return ways.find((one) => one.channel === 'email') ?? ways[0] ?? null;
}

const wayKey = ({ channel, address }: Contact): string => `${channel}/${address}`;
