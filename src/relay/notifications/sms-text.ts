/** What our pages say, by SMS and by mail. Pure: the same message always reads the same (rules 5 and 7). */
import type { Severity } from '../events/types.ts';
import { cutToSegments, cutToSeptets, isGsm7, segments, septets, toGsm7 } from './gsm7.ts';

/** What a text says of one incident. */
export interface Told {
  number: number;
  service: string;
  severity: Severity;
  summary: string;
}

export interface SmsInput {
  /** The message's own code, ascending per person: what makes its text unique (rule 5). */
  code: number;
  /** Whether the number it comes from can receive an answer. */
  answerable: boolean;
  /** At least one. */
  members: Told[];
  /** So many more incidents it tells of, on these services above all. */
  more?: number;
  services?: string[];
  /** Rule 8: sent again in doubt, and says so. */
  mark?: Mark;
  /** Rule 13: the host that sends it without a quorum. */
  degraded?: string | null;
  /** Where it can be answered by hand; one that would take the room of the alert is left out. */
  link?: string | null;
}

export type Mark = 'may be a repeat';

const SINGLE_SEGMENTS = 2;
const BUNDLE_SEGMENTS = 3;
const BUNDLE_SEPTETS = 459;
/** What is left of each summary at least when several incidents share a text. */
const SHORTEST_SUMMARY_SEPTETS = 30;
const HOST_SEPTETS = 20;
/** Beside a longer link, too little would be left of the alert. */
const LINK_SEPTETS = 120;

/**
 * The text of a page: GSM-7, one line, at most two segments (three for several incidents). It ends whole with how to
 * answer, `Reply 47a ack, 47c resolve, or https://…`, or where a reply can't work with the link and the code alone,
 * ` [47]`.
 */
export function smsText(input: SmsInput): string {
  const [only] = input.members;
  if (only === undefined) throw new Error('a page without an incident');
  if (input.members.length > 1 || (input.more ?? 0) > 0) return bundleText(input);
  const severity = only.severity === 'unknown' ? '' : `${only.severity.toUpperCase()} `;
  const lead = `${marked(input)}#${only.number} ${severity}${line(only.service)}: ${line(only.summary)}`;
  return joined(lead, singleEnding(input), SINGLE_SEGMENTS);
}

/**
 * How many of the members, from the first, one text can name with at least the start of each summary; at least 1.
 * The others belong in another message.
 */
export function fitSms(members: Told[], message: Omit<SmsInput, 'members'>): number {
  let fit = 1;
  for (let count = 2; count <= members.length; count += 1) {
    const shown = { ...message, members: members.slice(0, count) };
    if (segments(bundleOf(shown, count, SHORTEST_SUMMARY_SEPTETS)) > BUNDLE_SEGMENTS) break;
    fit = count;
  }
  return fit;
}

/** The text of `relay test PERSON`: like a page, so that the person sees how to answer one. */
export function testText(
  name: string,
  code: number,
  answerable: boolean,
  { degraded = null, unverified = false }: Contacted = {},
): string {
  const lead = `${noQuorum(degraded)}Relay test for ${cutToSeptets(line(name), 60)}: pages reach this phone. Nothing is wrong`;
  const ending = answerable && unverified ? verifyEnding(code) : singleEnding({ code, answerable });
  return joined(lead, ending, SINGLE_SEGMENTS);
}

/** How a text to somebody goes out: by a host alone (rule 13), to a contact that hasn't answered yet. */
export interface Contacted {
  degraded?: string | null;
  unverified?: boolean;
}

/** 4 and 6 alone are PagerDuty's commands, so a code of these takes a letter. */
const verifyEnding = (code: number): string =>
  ` Reply ${code}${code === 4 || code === 6 ? 'a' : ''} to verify this number`;

/** A notice from Relay itself, e.g. that a contact was switched off; ends with its code as every text does. */
export function noticeText(text: string, code: number, degraded: string | null = null): string {
  const lead = noQuorum(degraded) + line(text);
  return cutToSegments(lead, codeEnding(code), SINGLE_SEGMENTS) + codeEnding(code);
}

/** The same for a contact that is to be verified by answering it. */
export const verifyText = (text: string, code: number, degraded: string | null = null): string =>
  joined(noQuorum(degraded) + line(text), verifyEnding(code), SINGLE_SEGMENTS);

function bundleText(input: SmsInput): string {
  const total = input.members.length;
  if (fitSms(input.members, input) < total) {
    // More were bundled than one text can name: it still says how many it stands for.
    for (let shown = total - 1; shown > 0; shown -= 1) {
      const text = bundleOf(input, shown, SHORTEST_SUMMARY_SEPTETS);
      if (segments(text) <= BUNDLE_SEGMENTS) return text;
    }
    return joined(bundleLead(input, 1, SHORTEST_SUMMARY_SEPTETS), bundleEnding(input), BUNDLE_SEGMENTS);
  }
  let low = SHORTEST_SUMMARY_SEPTETS;
  let high = BUNDLE_SEPTETS;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (segments(bundleOf(input, total, middle)) <= BUNDLE_SEGMENTS) low = middle;
    else high = middle - 1;
  }
  return bundleOf(input, total, low);
}

function bundleOf(input: SmsInput, shown: number, summarySeptets: number): string {
  return stopped(bundleLead(input, shown, summarySeptets), bundleEnding(input));
}

function bundleLead(input: SmsInput, shown: number, summarySeptets: number): string {
  const { members, more = 0 } = input;
  const services = [...new Set([...(input.services ?? []), ...members.map((one) => one.service)])];
  const items = members.slice(0, shown).map((one) => {
    const on = services.length === 1 ? '' : ` ${line(one.service)}:`;
    return `#${one.number}${on} ${withoutStop(cutToSeptets(line(one.summary), summarySeptets))}`;
  });
  const left = members.length - shown + more;
  if (left > 0) items.push(`and ${left} more`);
  const where = services.length > 1 && more === 0 ? '' : ` on ${listOf(services)}`;
  return `${marked(input)}${members.length + more} incidents${where}: ${items.join('; ')}`;
}

const SERVICES_NAMED = 3;

/** `db, web and others`. */
function listOf(services: string[]): string {
  const names = services.slice(0, SERVICES_NAMED).map((one) => cutToSeptets(line(one), HOST_SEPTETS));
  return services.length > SERVICES_NAMED ? `${names.join(', ')} and others` : names.join(', ');
}

type Ended = Pick<SmsInput, 'code' | 'answerable' | 'link'>;

const singleEnding = (message: Ended): string => endingOf(message, `ack, ${message.code}c resolve`);

const bundleEnding = (message: Ended): string => endingOf(message, `ack all, ${message.code}c resolve all`);

function endingOf({ code, answerable, link }: Ended, commands: string): string {
  const shown = link !== undefined && link !== null && isGsm7(link) && septets(link) <= LINK_SEPTETS;
  if (!answerable) return `${shown ? ` Answer: ${link}` : ''}${codeEnding(code)}`;
  return ` Reply ${code}a ${commands}` + (shown ? `, or ${link}` : '');
}

/** Keeps a text unique that names its code nowhere else (rule 5). */
const codeEnding = (code: number): string => ` [${code}]`;

const marked = ({ mark, degraded }: Pick<SmsInput, 'mark' | 'degraded'>): string =>
  `${noQuorum(degraded)}${mark === undefined ? '' : `(${mark}) `}`;

/** How a text begins that a host sends on its own (rule 13): `[no quorum, sent by h1] `. Nothing with a quorum. */
export const noQuorum = (host: string | null | undefined): string =>
  host === undefined || host === null
    ? ''
    : `[no quorum, sent by ${cutToSeptets(line(host), HOST_SEPTETS)}] `;

/** Lead and ending, the lead cut to fit. */
function joined(lead: string, ending: string, maxSegments: number): string {
  const whole = stopped(lead, ending);
  if (segments(whole) <= maxSegments) return whole;
  return cutToSegments(lead, ending, maxSegments) + ending;
}

/** A full stop before `Reply`, unless the summary brought its own; none before a bare code. */
function stopped(lead: string, ending: string): string {
  const bare = withoutStop(lead);
  return ending.startsWith(' [') || /[.!?]$/.test(bare) ? bare + ending : `${bare}.${ending}`;
}

function line(text: string): string {
  const plain = toGsm7(text);
  return plain === '' ? '(no text)' : plain;
}

const withoutStop = (text: string): string => (text.endsWith('...') ? text : text.replace(/[. ]+$/, ''));
