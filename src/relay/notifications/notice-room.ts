/**
 * What notices may take of a responder's state, apart from the room of pages. Those that find none share one message as
 * soon as one before them has ended: bundled, never dropped. Pure.
 */
import type { ResponderInput } from '../engine/effects.ts';
import type { Message, Notice, ResponderState } from './types.ts';

type NoticeInput = Extract<ResponderInput, { kind: 'notice' }>;

/** Held at once, and roughly what they and their messages may take; one alone always may. */
const NOTICES_HELD = 6;
const HELD_CHARACTERS = 10_000;
/** What a bundle lists. */
const LISTED_CHARACTERS = 3_000;
/** A text names as many of a bundle. */
const LINE_CHARACTERS = 500;
const SUBJECT_CHARACTERS = 180;
const ABOUT_CHARACTERS = 200;
const DETAILS_CHARACTERS = 4_000;
const NOTICE_CHARACTERS = 250;
const MESSAGE_CHARACTERS = 500;

/** The notice that an input brings, none of its parts longer than a message can say. */
export const noticeOf = ({ id, about, text, subject, details, urgent, verify }: NoticeInput): Notice => ({
  id,
  about: cut(about, ABOUT_CHARACTERS),
  text: cut(text, LINE_CHARACTERS),
  subject: cut(subject, SUBJECT_CHARACTERS),
  ...(details === undefined ? {} : { details: cut(details, DETAILS_CHARACTERS) }),
  ...(urgent === undefined ? {} : { urgent }),
  ...(verify === undefined ? {} : { verify }),
  tried: [],
  code: null,
});

/** The notices with one more, by itself or in the bundle of those that wait for room. */
export function withNotice(state: Pick<ResponderState, 'notices' | 'messages'>, notice: Notice): Notice[] {
  const { notices = [], messages } = state;
  // A question to verify goes to its own contact: these are few, and short.
  if (notice.verify !== undefined) return [...notices, notice];
  const bundle = notices.find(isWaitingBundle);
  if (bundle !== undefined) return notices.map((one) => (one === bundle ? joined(bundle, notice) : one));
  if (hasNoticeRoom(notices, messages, notice)) return [...notices, notice];
  return [...notices, { ...notice, bundle: { count: 1, listed: 1 } }];
}

/** Whether a notice that waits to be claimed must go on waiting until one before it has ended. */
export function waitsForRoom(notices: readonly Notice[], messages: readonly Message[], one: Notice): boolean {
  if (!isWaitingBundle(one)) return false;
  const others = notices.filter((other) => other !== one);
  return !hasNoticeRoom(others, messages, one);
}

/** How a bundle is told: how many it stands for, and how many of these it names. */
export function wording(notice: Notice): Pick<Notice, 'text' | 'subject' | 'details' | 'verify'> {
  const { bundle, text } = notice;
  if (bundle === undefined || bundle.count === 1) return notice;
  const { count, listed } = bundle;
  const named = listed < count ? `, the first ${listed} here` : '';
  return { ...notice, text: `${count} notices: ${text}`, subject: `${count} notices from Relay${named}` };
}

const isWaitingBundle = ({ bundle, code, tried }: Notice): boolean =>
  bundle !== undefined && code === null && tried.length === 0;

function hasNoticeRoom(notices: readonly Notice[], messages: readonly Message[], one: Notice): boolean {
  const sent = messages.filter(({ row }) => row.purpose === 'notice');
  if (notices.length + sent.length === 0) return true;
  if (notices.length >= NOTICES_HELD) return false;
  let held = sizeOf(one);
  for (const notice of notices) held += sizeOf(notice);
  for (const { row } of sent) held += MESSAGE_CHARACTERS + row.body.length + (row.subject?.length ?? 0);
  return held <= HELD_CHARACTERS;
}

/** With the message that one which waits will need. */
function sizeOf({ about, text, subject, details = '', code }: Notice): number {
  const said = text.length + subject.length;
  const message = code === null ? MESSAGE_CHARACTERS + said : 0;
  return NOTICE_CHARACTERS + about.length + said + details.length + message;
}

function joined(bundle: Notice, notice: Notice): Notice {
  const { count = 1, listed = 1 } = bundle.bundle ?? {};
  // The first alone had a mail to itself; from the second on each has its lines.
  const list = count === 1 ? linesOf(bundle) : (bundle.details ?? '');
  const longer = `${list}\n\n${linesOf(notice)}`;
  const fits = listed === count && longer.length <= LISTED_CHARACTERS;
  return {
    ...bundle,
    ...(notice.urgent === undefined ? {} : { urgent: notice.urgent }),
    about: `${count + 1} notices`,
    text: cut(`${bundle.text}; ${notice.text}`, LINE_CHARACTERS),
    details: fits ? longer : list,
    bundle: { count: count + 1, listed: fits ? listed + 1 : listed },
  };
}

const linesOf = ({ subject, text }: Notice): string => `${subject}\n${text}`;

const cut = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, characters - 1).toWellFormed()}…`;
