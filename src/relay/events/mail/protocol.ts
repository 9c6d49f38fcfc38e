/** What main thread and mail worker say to each other. Types and layout only. */
import type { ReplyEnvelope, ReplyMail } from '../../messaging/reply-mail.ts';
import type { RuleSet } from '../formats/rules/rule-set.ts';
import type { AlertEvent } from '../types.ts';
import type { MailContext } from './events.ts';

/** What a mail is read for. */
export type MailJob =
  | { kind: 'events'; context: MailContext }
  /** An answer to a page, or a report on one. */
  | { kind: 'reply'; envelope: ReplyEnvelope };

export type MailRead = { kind: 'events'; events: AlertEvent[] } | { kind: 'reply'; reply: ReplyMail };

/** Several mails at once: their bytes one after the other in one buffer, which moves without a copy. */
export interface Batch {
  bytes: Uint8Array<ArrayBuffer>;
  mails: { start: number; end: number; job: MailJob }[];
}

/** `rules`: of the mails that come from now on. */
export type ToWorker = Batch | { rules: RuleSet | null };

export type FromWorker = { kind: 'ready' } | { kind: 'read'; results: MailRead[] };

export interface WorkerData {
  /** Written by the worker, read by the main thread: see MARK_… */
  marks: SharedArrayBuffer;
}

/** Index into the marks: which mail of the batch is being read. */
export const MARK_INDEX = 0;
/** Index into the marks: milliseconds (process.hrtime) when it was begun; 0 while nothing is being read. */
export const MARK_STARTED_MS = 1;
export const MARKS_BYTES = 16;

/** One clock for both threads: performance.now() counts from each thread's own start. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
