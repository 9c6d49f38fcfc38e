/** Waits until somebody answers a page. */
import type { IncidentDetailJson, IncidentJson } from '../relay/api/wire.ts';

export interface AnswerParts {
  /** Asks once more for the incident of a page that was still queued. */
  ask(): Promise<IncidentJson | null>;
  show(number: number): Promise<IncidentDetailJson>;
  sleep(delayMs: number): Promise<void>;
  nowMs(): number;
  /** So long at most. */
  waitMs: number;
}

export interface PageAnswer {
  number: number | null;
  status: IncidentJson['status'] | 'queued';
  answered: boolean;
  text: string;
}

const LOOK_EVERY_MS = 2_000;

/** Looks again and again; resolves when it is acknowledged, snoozed or resolved, or the time is over. */
export async function answerTo(first: IncidentJson | null, parts: AnswerParts): Promise<PageAnswer> {
  const { ask, show, sleep, nowMs, waitMs } = parts;
  const untilMs = nowMs() + waitMs;
  let known = first;
  for (;;) {
    known ??= await ask();
    if (known !== null) {
      const incident = await show(known.number);
      const { number, status } = incident;
      if (status !== 'triggered') return { number, status, answered: true, text: said(incident) };
    }
    const leftMs = untilMs - nowMs();
    if (leftMs <= 0) break;
    await sleep(Math.min(LOOK_EVERY_MS, leftMs));
  }
  if (known === null) {
    return { number: null, status: 'queued', answered: false, text: 'It is still queued: relay status' };
  }
  const { number } = known;
  const text = `Nobody has answered #${number} yet; it goes on up the levels: relay incident show ${number}`;
  return { number, status: 'triggered', answered: false, text };
}

/** `#12 acknowledged by sms reply by ana: nobody else is told`. */
function said({ number, status, timeline }: IncidentDetailJson): string {
  const line = timeline.findLast((one) => one.kind === status);
  return `#${number} ${line?.text ?? `is ${status}`}`;
}
