/** What a call says, in words that a voice can say. Pure; it is frozen with the claim like any text (rule 7). */
import type { Severity } from '../events/types.ts';
import type { Contacted, Told } from './sms-text.ts';
import { spoken, spokenName } from './spoken.ts';

export interface VoiceInput {
  /** Whether a key that is pressed reaches relay. */
  answerable: boolean;
  /** At least one. */
  members: Told[];
  /** So many more incidents it tells of. */
  more?: number;
  /** Rule 8: called again in doubt, and says so. */
  mark?: string;
  /** Rule 13: the host that calls without a quorum. */
  degraded?: string | null;
}

/** More would not be listened to; the others are counted. */
const NAMED = 3;
const SUMMARY = 240;
const SHORT_SUMMARY = 120;
/** Worst first. */
const WORST: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'unknown'];

/** What a call about incidents says, once; whoever reads it aloud repeats it. */
export function voiceText(input: VoiceInput): string {
  const [only] = input.members;
  if (only === undefined) throw new Error('a call without an incident');
  const { more = 0 } = input;
  const about = input.members.length + more === 1 ? single(only) : several(input.members, more);
  return sentences([opening(input), about, ending(input)]);
}

/** The call of `relay test PERSON`. */
export function voiceTest(
  name: string,
  answerable: boolean,
  { degraded = null, unverified = false }: Contacted = {},
): string {
  const proof = unverified ? 'Press 4 to verify this number' : 'Press 4 to show that you can answer';
  return sentences([
    opening({ degraded }),
    `A test for ${spokenName(name) || 'you'}: calls reach this phone. Nothing is wrong`,
    answerable ? proof : 'This call takes no answer',
  ]);
}

/** Which key does what. `members`: how many incidents the call is about. */
function voiceChoices(members: number): string {
  const them = members > 1 ? ` all ${members}` : '';
  return `Press 4 to acknowledge${them}, 6 to resolve${them}, or 9 to escalate${them}.`;
}

function opening({ mark, degraded = null }: Pick<VoiceInput, 'mark' | 'degraded'>): string {
  const alone =
    degraded === null ? '' : ` The host ${spokenName(degraded)} calls on its own, without the others.`;
  return `This is Relay.${alone}${mark === undefined ? '' : ` This call ${mark}.`}`;
}

function single({ number, service, severity, summary }: Told): string {
  const grade = severity === 'unknown' ? 'Incident' : `${capital(severity)} incident`;
  return `${grade} ${saidNumber(number)}, on ${spokenName(service)}: ${said(summary, SUMMARY)}`;
}

function several(members: Told[], more: number): string {
  const counts = new Map<string, number>();
  for (const { service } of members) counts.set(service, (counts.get(service) ?? 0) + 1);
  const services = [...counts].sort(([, a], [, b]) => b - a);
  const where = services.slice(0, NAMED).map(([name, count]) => `${count} on ${spokenName(name)}`);
  const rest = services.slice(NAMED).reduce((sum, [, count]) => sum + count, 0) + more;
  if (rest > 0) where.push(`${rest} elsewhere`);
  const worst = WORST.find((grade) => members.some((one) => one.severity === grade)) ?? 'unknown';
  const grade = worst === 'unknown' ? '' : `, the worst ${worst}`;
  const byGrade = [...members].sort((a, b) => WORST.indexOf(a.severity) - WORST.indexOf(b.severity));
  const named = byGrade
    .slice(0, NAMED)
    .map(
      ({ number, service, summary }) =>
        `Incident ${saidNumber(number)}, on ${spokenName(service)}: ${said(summary, SHORT_SUMMARY)}`,
    );
  const left = members.length + more - named.length;
  return sentences([
    `${members.length + more} incidents${grade}: ${where.join(', ')}`,
    ...named,
    ...(left > 0 ? [`And ${left} more`] : []),
  ]);
}

function ending({ answerable, members, more = 0 }: VoiceInput): string {
  if (answerable) return voiceChoices(members.length + more);
  const numbers = members.length === 1 ? ` ${members[0]?.number ?? ''}` : ' and the numbers';
  return `This call takes no answer. Answer the text or the mail about it, or run relay ack${numbers}`;
}

const said = (summary: string, most: number): string => spoken(summary, most) || 'it says nothing more';

/** Up to three digits as a number, more of them one by one. */
const saidNumber = (number: number): string =>
  number < 1_000 ? String(number) : [...String(number)].join(' ');

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const sentences = (parts: string[]): string =>
  parts.map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(' ');
