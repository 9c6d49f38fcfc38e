/** Alerts at an even pace through all hosts, each with a key of its own; senders try the next host until one takes it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../roster.ts';
import { type Door, mail, post, type Taken } from '../senders.ts';
import { markOf } from './pages.ts';

export interface LoadOptions {
  hosts: readonly Door[];
  services: readonly Service[];
  perSecond: number;
  /** The first alert's number: no two loads of a run share one. */
  first: number;
  /** The address that a service's mail goes to, before the domain; default: its name. */
  mailbox?: (service: Service) => string;
}

export interface SentAlert {
  mark: string;
  service: Service;
  /** When its sender began, in milliseconds since the epoch. */
  sentMs: number;
  /** Null: every host refused it until the sender gave up. */
  taken: Taken | null;
  /** Tries that were refused, reset or not answered in time. */
  failures: number;
}

/** Every so manyeth alert comes by mail. */
const BY_MAIL = 5;
/** Between two rounds through all hosts. */
const ROUND_PAUSE_MS = 500;
/** What a mail queue or a monitor bears; longer than any outage here. */
const GIVE_UP_MS = 120_000;

export class Load {
  readonly #options: LoadOptions;
  readonly #sending: Promise<SentAlert>[] = [];
  readonly #startMs = performance.now();
  #stopped = false;
  readonly #paced: Promise<void>;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#paced = this.#pace();
  }

  /** Sends nothing more; resolves with what became of all, once every sender has its answer or has given up. */
  async end(): Promise<SentAlert[]> {
    this.#stopped = true;
    await this.#paced;
    return Promise.all(this.#sending);
  }

  async #pace(): Promise<void> {
    const { perSecond } = this.#options;
    for (let count = 0; ; count += 1) {
      await delay(Math.max(0, this.#startMs + (count * 1_000) / perSecond - performance.now()));
      if (this.#stopped) return;
      this.#sending.push(this.#send(count));
    }
  }

  async #send(count: number): Promise<SentAlert> {
    const { hosts, services, first, mailbox = ({ id }: Service) => id } = this.#options;
    const mark = markOf(first + count);
    const service = services[count % services.length];
    if (service === undefined) throw new Error('a load without a service');
    const summary = `${mark} disk full`;
    const alert = { service: service.id, routingKey: service.routingKey, dedupKey: mark, summary };
    // The same mail again has the same Message-ID and date, as from a queue.
    const letter = { messageId: `<${mark}@monitor.example.com>`, date: new Date() };
    const giveUpMs = performance.now() + GIVE_UP_MS;
    const sentMs = Date.now();
    let failures = 0;
    for (let at = count; performance.now() < giveUpMs; at += 1) {
      const host = hosts[at % hosts.length];
      if (host === undefined) throw new Error('a load without hosts');
      const taken =
        count % BY_MAIL === 0
          ? await mail(host, { service: mailbox(service), summary }, letter)
          : await post(host, alert);
      if (taken !== null) return { mark, service, sentMs, taken, failures };
      failures += 1;
      if (failures % hosts.length === 0) await delay(ROUND_PAUSE_MS);
    }
    return { mark, service, sentMs, taken: null, failures };
  }
}
