/** How the stand-in tells what became of something: signed posts, which may be lost, doubled, late and out of order. */
import { signature } from './twilio-webhook.ts';

/** What happens to one callback. `held`: until `release`. */
export type CallbackFate = 'prompt' | 'lost' | 'doubled' | 'held';

export interface Callback {
  /** As the client gave it; signed so. */
  url: string;
  params: Record<string, string>;
}

export interface Posted extends Callback {
  /** What was answered; null when nobody did. */
  status: number | null;
}

export class TwilioCallbacks {
  fate: (callback: Callback) => CallbackFate = () => 'prompt';
  /**
   * Where a public address leads to: what name servers and proxies do in the world outside. Null: to nobody. The
   * stand-in itself calls only this machine.
   */
  route: (url: string) => string | null = (url) => (isHere(url) ? url : null);
  /** Every post with its answer, oldest first. */
  readonly posted: Posted[] = [];
  readonly #account: { accountSid: string; authToken: string };
  #held: Callback[] = [];
  /** One after the other, as they were told. */
  #posting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(account: { accountSid: string; authToken: string }) {
    this.#account = account;
  }

  /** Posts it, or does with it what its fate is. */
  tell(url: string, params: Record<string, string>): void {
    const callback = { url, params: { AccountSid: this.#account.accountSid, ...params } };
    const fate = this.fate(callback);
    if (fate === 'held') this.#held.push(callback);
    else if (fate !== 'lost') this.#queue(fate === 'doubled' ? [callback, callback] : [callback]);
  }

  /** Posts what was held, late; `reversed`: the last first. Resolves once all of it is answered. */
  release(order: 'as told' | 'reversed' = 'as told'): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#queue(order === 'reversed' ? held.reverse() : held);
    return this.settled();
  }

  /** Resolves once everything told so far is answered, or held. */
  settled(): Promise<void> {
    return this.#posting;
  }

  /** Nothing is posted any more. */
  close(): void {
    this.#closed = true;
  }

  #queue(callbacks: Callback[]): void {
    for (const callback of callbacks) {
      this.#posting = this.#posting.then(async () => {
        if (this.#closed) return;
        this.posted.push({ ...callback, status: await this.#post(callback) });
      });
    }
  }

  /** Asks for a document now, signed as everything is. Rejects when nobody is there. */
  async ask(url: string, params: Record<string, string>): Promise<{ status: number; body: string }> {
    const all = { AccountSid: this.#account.accountSid, ...params };
    const response = await this.#send(url, all);
    return { status: response.status, body: await response.text() };
  }

  async #send(url: string, params: Record<string, string>): Promise<Response> {
    const address = this.route(url);
    if (address === null) throw new Error(`${url} leads to nobody here: say where to by route`);
    return fetch(address, {
      method: 'POST',
      headers: { 'X-Twilio-Signature': signature(this.#account.authToken, url, params) },
      body: new URLSearchParams(params),
    });
  }

  async #post({ url, params }: Callback): Promise<number | null> {
    try {
      const response = await this.#send(url, params);
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null; // nobody there: it is in what was posted, and Twilio doesn't try again
    }
  }
}

const isHere = (url: string): boolean => new URL(url).hostname === '127.0.0.1';
