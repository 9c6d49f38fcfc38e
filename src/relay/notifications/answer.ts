/** What we answer to a reply: it names what was done, or what can be done. Pure; GSM-7, for SMS and mail alike. */
import { cutToSeptets, segments, toGsm7 } from './gsm7.ts';
import { noQuorum, noticeText } from './sms-text.ts';

/** One incident as an answer names it. */
export interface Named {
  number: number;
  summary: string;
}

export type Answer =
  | { kind: 'acked' | 'resolved' | 'escalated'; members: Named[] }
  /** Nothing changed because it had been done; `by` is a person's name or a user. */
  | { kind: 'already'; state: 'acknowledged' | 'resolved'; by: string; members: Named[] }
  /** A bare command, and several incidents it could mean (rule 9). */
  | { kind: 'which'; choices: { code: number; number: number; summary: string }[] }
  /** Nothing that had been sent before the reply is open. */
  | { kind: 'nothing' }
  | { kind: 'unknown-code'; asked: number }
  | { kind: 'unclear' }
  /** A test page was answered. */
  | { kind: 'test' }
  /** The first valid answer of this contact. */
  | { kind: 'verified' };

const SUMMARY_SEPTETS = 60;
const SHORT_SUMMARY_SEPTETS = 24;
const SEGMENTS = 2;

/**
 * The text of an answer; its own code in brackets at the end keeps it unique (rule 5). At most two segments; what
 * doesn't fit is counted (`and 4 more`).
 */
export function answerText(answer: Answer, code: number, degraded: string | null = null): string {
  const fits = (text: string): boolean => segments(`${noQuorum(degraded)}${text} [${code}]`) <= SEGMENTS;
  return noticeText(said(answer, fits), code, degraded);
}

type Fits = (text: string) => boolean;

function said(answer: Answer, fits: Fits): string {
  switch (answer.kind) {
    case 'acked':
      return listed('Acked ', answer.members, '.', fits);
    case 'resolved':
      return listed('Resolved ', answer.members, '.', fits);
    case 'escalated':
      return listed('Escalated ', answer.members, '.', fits);
    case 'already':
      return already(answer, fits);
    case 'which':
      return which(answer.choices, fits);
    case 'nothing':
      return 'Nothing open to acknowledge.';
    case 'unknown-code':
      return `No page of yours has the code ${answer.asked}. Reply a to acknowledge if there is only one.`;
    case 'unclear':
      return 'Not understood. Reply CODE and a to acknowledge or c to resolve, e.g. 47a.';
    case 'test':
      return 'Test answered: replies from this phone arrive.';
    case 'verified':
      return 'Thank you: this phone is verified, replies from it arrive.';
  }
}

function already(answer: { state: string; by: string; members: Named[] }, fits: Fits): string {
  const [only] = answer.members;
  const by = cutToSeptets(toGsm7(answer.by) || 'somebody', SUMMARY_SEPTETS);
  if (answer.members.length === 1 && only !== undefined)
    return `#${only.number} was already ${answer.state} by ${by}.`;
  return listed(`Already ${answer.state} by ${by}: `, answer.members, '.', fits);
}

function which(choices: { code: number; number: number; summary: string }[], fits: Fits): string {
  const items = choices.map((one) => ({ head: `${one.code}a #${one.number}`, summary: one.summary }));
  return shortened('Which one? ', items, '; ', '; aa for all.', fits);
}

function listed(lead: string, members: Named[], ending: string, fits: Fits): string {
  const items = members.map((one) => ({ head: `#${one.number}`, summary: one.summary }));
  return shortened(lead, items, ', ', ending, fits);
}

/** As many items as fit, with summaries as long as fits: long, then short, then none, then fewer items. */
function shortened(
  lead: string,
  items: { head: string; summary: string }[],
  between: string,
  ending: string,
  fits: Fits,
): string {
  const text = (shown: number, summarySeptets: number): string => {
    const parts = items.slice(0, shown).map(({ head, summary }) => {
      const cut =
        summarySeptets === 0 ? '' : cutToSeptets(toGsm7(summary), summarySeptets).replace(/\.+$/, '');
      return cut === '' ? head : `${head} ${cut}`;
    });
    const left = items.length - shown;
    if (left > 0) parts.push(`and ${left} more`);
    return lead + parts.join(between) + ending;
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
