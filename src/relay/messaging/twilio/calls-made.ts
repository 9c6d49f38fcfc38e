/**
 * The calls that this process made of late, for the time in which their messages can't be read: without the store, or
 * by a host that pages alone (rule 13), what a call says must be said all the same.
 */
import type { Outgoing } from '../port.ts';

/** What a call's script and its keys go by. */
export interface SpokenMessage {
  to: string;
  body: string;
  answerable: boolean;
  /** The call's sid, as far as it is known. */
  providerId: string | null;
}

/** More at a time no team has. */
const KEPT = 500;

export class CallsMade {
  readonly #calls = new Map<string, SpokenMessage>();

  /** A call is about to be made. */
  begun({ id, to, body, answerable }: Outgoing): void {
    this.#calls.delete(id);
    this.#calls.set(id, { to, body, answerable, providerId: null });
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > KEPT && oldest !== undefined) this.#calls.delete(oldest);
  }

  /** Twilio took it. */
  taken(id: string, sid: string): void {
    const call = this.#calls.get(id);
    if (call !== undefined) call.providerId = sid;
  }

  /** The message of a call; null when this process didn't make it, or long ago. */
  of(id: string): SpokenMessage | null {
    return this.#calls.get(id) ?? null;
  }
}
