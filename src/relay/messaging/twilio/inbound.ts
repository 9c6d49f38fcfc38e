/**
 * SMS that people send us, by webhook and by polling, whichever comes first: each MessageSid is handed on once.
 * A small team may have no public URL, so polling alone has to do; a webhook only makes it faster.
 */
import type { Clock, Problems } from '../../engine/ports.ts';
import { TwilioAccount } from './account.ts';
import { SmsPoll } from './poll.ts';
import type { SignedParts, WebhookAnswer, WebhookRequest } from './signed.ts';
import { webhook } from './webhook.ts';

/** One SMS that came in. Its stable id downstream is `sms-<sid>`: it may come again after a restart. */
export interface ReceivedSms {
  sid: string;
  from: string;
  to: string;
  body: string;
  /** When it was sent (rule 9). */
  sentAtMs: number;
  /** `arrival`: Twilio couldn't be asked for its own time stamp, and this is when the webhook was called. */
  timeFrom: 'provider' | 'arrival';
}

export interface InboundSmsOptions extends SignedParts {
  /** Our number. An alphanumeric sender can't receive: nothing is polled. */
  number: string;
  baseUrl: string;
  clock: Clock;
  problems: Problems;
  /** Null: 5 s while a page is open, else 60 s. */
  pollSeconds: number | null;
  /** Whether somebody has been paged and has not answered yet. */
  pageOpen: () => boolean;
  /** SMS sent before this are left alone: the start of the daemon less the time it may have been down. */
  sinceMs: number;
  /** Resolves once it is durable; rejects when it could not be made so, and then it comes again. */
  onSms: (sms: ReceivedSms) => Promise<void>;
}

export interface InboundSms {
  /** Polls at once, then as often as set. */
  start(): void;
  /** Answers one webhook request; never rejects. */
  handle(request: WebhookRequest): Promise<WebhookAnswer>;
  /** No poll is under way once it resolves. */
  stop(): Promise<void>;
}

/** Throws when the base URL is none. */
export function inboundSms(options: InboundSmsOptions): InboundSms {
  const account = new TwilioAccount(options);
  const once = new HandOnce(options.onSms);
  const poll = new SmsPoll(options, account, once);
  return {
    start: () => {
      if (options.number.startsWith('+')) poll.start();
    },
    handle: (request) => webhook(options, account, once, request),
    stop: async () => {
      await poll.stop();
      account.close();
    },
  };
}

const REMEMBERED = 5_000;

/** Hands each sid on once: webhook and poll meet here. What failed may be handed on again. */
export class HandOnce {
  readonly #onSms: (sms: ReceivedSms) => Promise<void>;
  readonly #handed = new Map<string, Promise<void>>();

  constructor(onSms: (sms: ReceivedSms) => Promise<void>) {
    this.#onSms = onSms;
  }

  /** Resolves when the SMS is durable, whoever brought it first; rejects as `read` or `onSms` does. */
  hand(sid: string, read: () => Promise<ReceivedSms>): Promise<void> {
    const known = this.#handed.get(sid);
    if (known !== undefined) return known;
    const handing = read().then((sms) => this.#onSms(sms));
    this.#handed.set(sid, handing);
    handing.catch(() => this.#handed.delete(sid));
    const [oldest] = this.#handed.keys();
    if (this.#handed.size > REMEMBERED && oldest !== undefined) this.#handed.delete(oldest);
    return handing;
  }
}
