/**
 * Reads the list of SMS sent to our number again and again. The watermark follows the provider's own time stamps and
 * never moves past an SMS that isn't durable; each poll reads a while back beyond it, because the list may lag.
 */
import type { TwilioAccount } from './account.ts';
import type { HandOnce, ReceivedSms, InboundSmsOptions } from './inbound.ts';
import { sentAt } from './webhook.ts';

const OPEN_PAGE_MS = 5_000;
const IDLE_MS = 60_000;
const LONGEST_BACKOFF_MS = 300_000;
/** While a page is open an answer may be waiting: never stay away for longer. */
const LONGEST_BACKOFF_OPEN_MS = 60_000;
const OVERLAP_MS = 5 * 60_000;
const DEADLINE_MS = 10_000;
const PAGE_SIZE = 100;
const PROBLEM = 'sms-inbound';

export class SmsPoll {
  readonly #options: InboundSmsOptions;
  readonly #account: TwilioAccount;
  readonly #once: HandOnce;
  #watermarkMs: number;
  #failures = 0;
  #lastMonoMs = 0;
  #cancel: () => void = () => {};
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor(options: InboundSmsOptions, account: TwilioAccount, once: HandOnce) {
    this.#options = options;
    this.#account = account;
    this.#once = once;
    this.#watermarkMs = options.sinceMs + OVERLAP_MS;
  }

  start(): void {
    this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  /** Looks often, polls when it is time: a page that opens between two polls shortens the wait. */
  #next(): void {
    if (this.#stopped) return;
    const lookMs = Math.min(OPEN_PAGE_MS, this.#intervalMs());
    this.#cancel = this.#options.clock.after(lookMs, () => {
      if (this.#options.clock.monoMs() - this.#lastMonoMs >= this.#intervalMs()) this.#poll();
      else this.#next();
    });
  }

  #poll(): void {
    this.#lastMonoMs = this.#options.clock.monoMs();
    this.#running = this.#try().finally(() => this.#next());
  }

  async #try(): Promise<void> {
    try {
      await this.#read();
      this.#failures = 0;
      this.#options.problems.clear(PROBLEM);
    } catch (error) {
      this.#failures += 1;
      const why = error instanceof Error ? error.message : String(error);
      this.#options.problems.raise(PROBLEM, `answers by SMS could not be read: ${why}`, this.#cure());
    }
  }

  #intervalMs(): number {
    const { pollSeconds, pageOpen } = this.#options;
    const open = pageOpen();
    const usualMs = pollSeconds === null ? (open ? OPEN_PAGE_MS : IDLE_MS) : pollSeconds * 1000;
    if (this.#failures === 0) return usualMs;
    const mostMs = Math.max(usualMs, open ? LONGEST_BACKOFF_OPEN_MS : LONGEST_BACKOFF_MS);
    return Math.min(mostMs, usualMs * 2 ** Math.min(this.#failures, 10));
  }

  async #read(): Promise<void> {
    const found = await this.#list(this.#watermarkMs - OVERLAP_MS);
    // Oldest first, one after the other: if one can't be stored, nothing after it is passed over.
    for (const sms of found.sort((a, b) => a.sentAtMs - b.sentAtMs)) {
      await this.#once.hand(sms.sid, () => Promise.resolve(sms));
      this.#watermarkMs = Math.max(this.#watermarkMs, sms.sentAtMs);
    }
  }

  #list(fromMs: number): Promise<ReceivedSms[]> {
    const { number } = this.#options;
    const call = { deadlineMs: DEADLINE_MS, mayStart: () => true };
    return this.#account.run(call, { reply: null }, async (client) => {
      const found: ReceivedSms[] = [];
      let page = await client.messages.page({ to: number, pageSize: PAGE_SIZE });
      for (;;) {
        let older = 0;
        for (const one of page.instances) {
          const sentAtMs = sentAt(one);
          if (sentAtMs === null || sentAtMs < fromMs) older += 1;
          else if (one.direction === 'inbound') {
            found.push({
              sid: one.sid,
              from: one.from,
              to: one.to,
              body: one.body,
              sentAtMs,
              timeFrom: 'provider',
            });
          }
        }
        // Newest first: a page of nothing but older ones ends it.
        const next = older === page.instances.length ? undefined : await page.nextPage();
        if (next === undefined) return found;
        page = next as typeof page;
      }
    });
  }

  #cure(): string {
    return `Check that this host reaches ${this.#account.host} and the token in twilio.authTokenFile; people can still answer by mail, and with relay ack`;
  }
}
