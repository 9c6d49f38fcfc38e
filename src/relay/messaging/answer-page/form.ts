/**
 * What the buttons of the page carry: proof that this page was made for this link, of what was shown, and when. A GET
 * alone never changes anything, so a preview or a scanner that opens the link does nothing; a button that is pressed
 * twice is the same answer; and one that was shown long ago, or of an incident that has moved on, asks again.
 */
import { createHash } from 'node:crypto';
import { isProof, proof } from '../token.ts';

/** What can be pressed. */
export const ACTIONS = ['ack', 'resolve', 'escalate', 'snooze-30m', 'snooze-2h', 'snooze-9'] as const;
export type Action = (typeof ACTIONS)[number];

/** A page that is older than this is read again before it counts. */
const FORM_LIFE_MS = 12 * 60 * 60_000;

/** Of one incident by its number, or of all that the message tells of. */
export type Scope = number | 'all';

export interface FormFacts {
  messageId: string;
  scope: Scope;
  /** What decides whether a press still means what was seen: status, who has it, until when it is put off. */
  state: string;
}

const FORM = /^(all|[1-9]\d{0,15})-([0-9a-z]{1,10})-([0-9a-z]{1,12})-([a-z2-7]{16})$/;

/** The value of the hidden field; `nonce` makes each page's own. */
export function makeForm(key: Uint8Array, facts: FormFacts, nowMs: number, nonce: string): string {
  const at = Math.floor(nowMs).toString(36);
  const seen = `${digest(facts.state)}${nonce}`;
  const body = `${facts.scope}-${at}-${seen}`;
  return `${body}-${proof(key, `form ${facts.messageId} ${body}`)}`;
}

export type ReadForm =
  | { kind: 'forged' }
  | { kind: 'old'; scope: Scope }
  /** `once`: the same for the same button of the same page. */
  | { kind: 'form'; scope: Scope; once: string; showed(state: string): boolean };

/** What the field says, of a link's message; never throws. */
export function readForm(key: Uint8Array, messageId: string, field: string, nowMs: number): ReadForm {
  const [, scopeText = '', at = '', seen = '', mac = ''] = FORM.exec(field) ?? [];
  const body = `${scopeText}-${at}-${seen}`;
  if (!isProof(key, `form ${messageId} ${body}`, mac)) return { kind: 'forged' };
  const scope = scopeText === 'all' ? 'all' : Number(scopeText);
  const madeAtMs = Number.parseInt(at, 36);
  if (nowMs - madeAtMs > FORM_LIFE_MS) return { kind: 'old', scope };
  return { kind: 'form', scope, once: body, showed: (state) => seen.startsWith(digest(state)) };
}

/** Short: it guards against no attacker, who would need the proof beside it. */
const digest = (state: string): string => createHash('sha256').update(state).digest('hex').slice(0, 6);
