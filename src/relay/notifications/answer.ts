/** What we answer to a reply: it names what was done, or what can be done. Pure; GSM-7, for SMS and mail alike. */
import { cutToSeptets, segments, toGsm7 } from './gsm7.ts';
import { noQuorum, noticeText } from './sms-text.ts';

/** One incident as an answer names it. */
export interface Named {
  number: number;
  summary: string;
}

/** What is still unacknowledged of all that was sent to that contact. */
export interface Rest {
  count: number;
  /** There are older messages that were not looked at. */
  more: boolean;
  /** What acknowledges all of it: `47a`, `47aa`, `aa`; null: no one word does. */
  reply: string | null;
}

export type Answer =
  /** `more`: so many besides, which are being seen to. */
  | { kind: 'acked' | 'resolved' | 'escalated'; members: Named[]; more?: number; rest?: Rest }
  /** Nothing changed because it had been done; `by` is a person's name or a user. */
  | { kind: 'already'; state: 'acknowledged' | 'resolved'; by: string; members: Named[]; rest?: Rest }
  /** A bare command, and several incidents it could mean (rule 9). `all`: the word that means all of them. */
  | {
      kind: 'which';
      choices: { code: number; number: number; summary: string }[];
      letter?: 'a' | 'c' | 'e';
      all?: string | null;
    }
  /** Nothing that had been sent before the reply is open. */
  | { kind: 'nothing' }
  | { kind: 'unknown-code'; asked: number }
  | { kind: 'unclear' }
  /** A test page was answered. */
  | { kind: 'test' }
  /** The first valid answer of this contact. */
  | { kind: 'verified' }
  /** START: pages come to this phone (again). */
  | { kind: 'started' }
  /** Who wrote it could not be proven, and the configuration asks for that. */
  | { kind: 'unproven'; why: string };

/** The way that an answer goes, which decides how the next reply is to be written. */
type By = 'sms' | 'email';

const SUMMARY_SEPTETS = 60;
const SHORT_SUMMARY_SEPTETS = 24;
const SEGMENTS = 2;
const NAMED_OF_MANY = 2;

/**
 * The text of an answer; its own code in brackets at the end keeps it unique (rule 5). At most two segments; what
 * doesn't fit is counted (`and 4 more`).
 */
export function answerText(
  answer: Answer,
  code: number,
  degraded: string | null = null,
  by: By = 'sms',
): string {
  const fits = (text: string): boolean => segments(`${noQuorum(degraded)}${text} [${code}]`) <= SEGMENTS;
  return noticeText(said(answer, by, fits), code, degraded);
}

type Fits = (text: string) => boolean;

function said(answer: Answer, by: By, fits: Fits): string {
  switch (answer.kind) {
    case 'acked':
      return listed('Acked ', answer.members, ending(answer.rest, by), fits, answer.more);
    case 'resolved':
      return listed('Resolved ', answer.members, ending(answer.rest, by), fits, answer.more);
    case 'escalated':
      return listed('Escalated ', answer.members, ending(answer.rest, by), fits, answer.more);
    case 'already':
      return already(answer, by, fits);
    case 'which':
      return which(answer, fits);
    case 'nothing':
      return by === 'sms'
        ? 'Nothing open to acknowledge.'
        : 'Nothing was changed: what this page told of is over.';
    case 'unknown-code':
      return by === 'sms'
        ? `No page of yours has the code ${answer.asked}. Reply a to acknowledge if there is only one.`
        : 'Nothing was changed: the page that you answered is no longer known. Answer a newer one.';
    case 'unclear':
      return by === 'sms'
        ? 'Not understood. Reply CODE and a to acknowledge or c to resolve, e.g. 47a.'
        : 'Not understood. Answer the page with one word above the quoted text: ack, resolve or escalate.';
    case 'test':
      return 'Test answered: replies from this phone arrive.';
    case 'verified':
      return 'Thank you: this phone is verified, replies from it arrive.';
    case 'started':
      return 'Pages come to this phone.';
    case 'unproven':
      return `Nothing was changed: it is not proven that you wrote the reply (${answer.why}).`;
  }
}

/** `. 2 more open: reply 47aa.`: what waits for an answer besides. */
function ending(rest: Rest | undefined, by: By): string {
  if (rest === undefined || rest.count === 0) return '.';
  const open = `. ${rest.count}${rest.more ? ' or' : ''} more open`;
  if (by === 'email') return `${open}: answer their own pages.`;
  return rest.reply === null ? `${open}.` : `${open}: reply ${rest.reply}.`;
}

function already(
  answer: { state: string; by: string; members: Named[]; rest?: Rest },
  by: By,
  fits: Fits,
): string {
  const [only] = answer.members;
  const who = cutToSeptets(toGsm7(answer.by) || 'somebody', SUMMARY_SEPTETS);
  const end = ending(answer.rest, by);
  if (answer.members.length === 1 && only !== undefined)
    return `#${only.number} was already ${answer.state} by ${who}${end}`;
  return listed(`Already ${answer.state} by ${who}: `, answer.members, end, fits);
}

function which(
  { choices, letter = 'a', all = 'aa' }: Extract<Answer, { kind: 'which' }>,
  fits: Fits,
): string {
  const items = choices.map((one) => ({ head: `${one.code}${letter} #${one.number}`, summary: one.summary }));
  return shortened('Which one? ', items, '; ', all === null ? '.' : `; ${all} for all.`, fits);
}

function listed(lead: string, members: Named[], end: string, fits: Fits, more = 0): string {
  // Of a storm, the first few say which one it is.
  const named = more === 0 ? members : members.slice(0, NAMED_OF_MANY);
  const items = named.map((one) => ({ head: `#${one.number}`, summary: one.summary }));
  return shortened(lead, items, ', ', end, fits, more + members.length - named.length);
}

/** As many items as fit, with summaries as long as fits: long, then short, then none, then fewer items. */
function shortened(
  lead: string,
  items: { head: string; summary: string }[],
  between: string,
  end: string,
  fits: Fits,
  more = 0,
): string {
  if (items.length === 0) return `${lead}${more} incidents${end}`;
  const text = (shown: number, summarySeptets: number): string => {
    const parts = items.slice(0, shown).map(({ head, summary }) => {
      const cut =
        summarySeptets === 0 ? '' : cutToSeptets(toGsm7(summary), summarySeptets).replace(/\.+$/, '');
      return cut === '' ? head : `${head} ${cut}`;
    });
    const left = items.length - shown + more;
    if (left > 0) parts.push(`and ${left} more`);
    return lead + parts.join(between) + end;
  };
  for (const summarySeptets of [SUMMARY_SEPTETS, SHORT_SUMMARY_SEPTETS, 0]) {
    const whole = text(items.length, summarySeptets);
    if (fits(whole)) return whole;
  }
  // Codes stay whole even then: half a code would name another message.
  let shown = Math.min(items.length, 60);
  while (shown > 1 && !fits(text(shown, 0))) shown -= 1;
  return text(shown, 0);
}
