/** What the two people of a handoff are told: a line for a text, more for a mail. Pure. */
import type { NoticeText } from '../events/types.ts';
import type { Handoff } from './handoffs.ts';
import { showDuration, showTime } from './times.ts';

/** An open incident, as a handoff tells of it. */
export interface OpenIncident {
  number: number;
  service: string;
  status: 'triggered' | 'acknowledged';
  summary: string;
  severity: string;
  openedAtMs: number;
  assignedTo: string[];
}

export interface HandoffTold extends Handoff {
  /** Names for ids. */
  name(person: string): string;
  /** Until when the present shift lasts; null: no end is known. */
  untilMs: number | null;
  /** Who is on call now: `to`, unless it was told so late that the next has taken over. */
  present: string | null;
  services: string[];
  /** Those of these services, the newest first. */
  open: OpenIncident[];
  /** There are so many more. */
  more: number;
  nowMs: number;
}

/** Said to be late from here on. */
const LATE_MS = 5 * 60_000;
const NAMED_IN_TEXT = 3;
const SUMMARY_IN_TEXT = 40;
const SUMMARY_IN_MAIL = 160;

/** For the person who comes on call; `zone` is theirs. */
export function incomingText(told: HandoffTold, zone: string): NoticeText {
  if (told.present !== told.to) return overText(told, zone);
  const { rotation, atMs, untilMs, nowMs, from } = told;
  const time = (ms: number): string => showTime(ms, nowMs, zone);
  const until = untilMs === null ? '' : ` until ${time(untilMs)}`;
  const since = lateBy(told);
  const after = from === null ? '' : `, after ${told.name(from)}`;
  const began = told.isEdit ? 'by a change of the roster ' : '';
  const when =
    since === null ? `You are on call ${began}now` : `You are on call ${began}since ${time(atMs)} (${since})`;
  return {
    about: `handoff of rotation ${rotation}`,
    subject: `On call: ${rotation}${until}`,
    text: `${when} in ${rotation}${until}${after}. ${openInText(told, 'Open')}`,
    details: [
      `${when} in rotation ${rotation}${until}${after}.`,
      forServices(told),
      ...(since === null ? [] : ['Relay could not say so in time.']),
      '',
      ...openInMail(told, zone),
    ].join('\n'),
  };
}

/** For the person who came on call, once the next has taken over. */
function overText(told: HandoffTold, zone: string): NoticeText {
  const { rotation, atMs, nowMs } = told;
  const ago = lateBy(told)?.replace('began ', '');
  const began = `${showTime(atMs, nowMs, zone)}${ago === undefined ? '' : ` (${ago})`}`;
  const over = `Your shift in ${rotation} began ${began} and is over; ${presently(told, told.to)}.`;
  return {
    about: `handoff of rotation ${rotation}`,
    subject: `On call, and over: ${rotation}`,
    text: `${over} ${openInText(told, 'Open')}`,
    details: [over, 'Relay could not say so in time.', '', ...openInMail(told, zone)].join('\n'),
  };
}

/** Who is on call now, said to `person`. */
function presently({ present, name }: HandoffTold, person: string | null): string {
  if (present === null) return 'nobody is on call in it now';
  return present === person ? 'you are on call again now' : `${name(present)} is on call now`;
}

/** For the person who goes off call. */
export function outgoingText(told: HandoffTold, zone: string): NoticeText {
  const { rotation, atMs, nowMs, from, isEdit } = told;
  const now = presently(told, from);
  const since = lateBy(told);
  const late = since === null ? '' : ` (${since.replace('began ', '')})`;
  const ended = isEdit
    ? `You are no longer on call in ${rotation}, by a change of the roster`
    : `Your shift in ${rotation} ended ${showTime(atMs, nowMs, zone)}${late}`;
  return {
    about: `handoff of rotation ${rotation}`,
    subject: `Off call: ${rotation}`,
    text: `${ended}; ${now}. ${openInText(told, 'Still open')}`,
    details: [
      `${ended}; ${now}.`,
      ...(since === null ? [] : ['Relay could not say so in time.']),
      '',
      ...openInMail(told, zone),
    ].join('\n'),
  };
}

/** `began 2h ago`; null: just now. */
function lateBy({ atMs, nowMs }: HandoffTold): string | null {
  if (nowMs - atMs < LATE_MS) return null;
  return `began ${showDuration(Math.floor((nowMs - atMs) / 60_000) * 60_000)} ago`;
}

function openInText({ open, more }: HandoffTold, lead: string): string {
  if (open.length === 0) return 'Nothing is open.';
  const named = open
    .slice(0, NAMED_IN_TEXT)
    .map((one) => `#${one.number} ${one.service}: ${short(one.summary, SUMMARY_IN_TEXT)}`);
  const left = open.length - named.length + more;
  return `${lead}: ${named.join('; ')}${left > 0 ? `; and ${left} more` : ''}`;
}

function openInMail(told: HandoffTold, zone: string): string[] {
  const { open, more, nowMs } = told;
  if (open.length === 0) return ['Nothing is open.'];
  const lines = open.map(({ number, service, severity, summary, status, openedAtMs, assignedTo }) => {
    const who = assignedTo.length === 0 ? '' : `, with ${assignedTo.map((one) => told.name(one)).join(', ')}`;
    const level = severity === 'unknown' ? '' : `${severity} `;
    // Marked, so that no line of an alert reads as ours.
    return `| #${number} ${level}${service}: ${short(summary, SUMMARY_IN_MAIL)} (opened ${showTime(openedAtMs, nowMs, zone)}, ${status}${who})`;
  });
  const count = open.length + more;
  return [
    `${count === 1 ? 'One incident is' : `${count} incidents are`} open:`,
    ...lines,
    ...(more > 0 ? [`and ${more} more: relay incidents`] : []),
  ];
}

const forServices = ({ services }: HandoffTold): string =>
  services.length === 0 ? 'No service is paged by it.' : `Paged by it: ${services.join(', ')}.`;

const short = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, characters - 3).trimEnd()}...`;
