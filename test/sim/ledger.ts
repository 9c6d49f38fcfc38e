/** What providers really took: the truth that the project's own records are held against. */
import type { Channel } from '../../src/relay/events/types.ts';
import type { Outgoing } from '../../src/relay/messaging/port.ts';

export interface Taken {
  providerId: string;
  messageId: string;
  person: string;
  code: number;
  channel: Channel;
  to: string;
  body: string;
  /** Virtual time. */
  atMs: number;
  /** As the provider's own clock shows it. */
  createdAtMs: number;
}

export class Ledger {
  readonly taken: Taken[] = [];
  readonly byMessage = new Map<string, Taken>();
  /** Messages about which a provider could not tell, once at least. */
  readonly untold = new Set<string>();
  readonly #onTaken: (taken: Taken, message: Outgoing) => void;
  #next = 1;

  constructor(onTaken: (taken: Taken, message: Outgoing) => void) {
    this.#onTaken = onTaken;
  }

  /** The provider takes a message; from now on the person may receive it. */
  take(message: Outgoing, atMs: number, createdAtMs: number): Taken {
    const taken: Taken = {
      providerId: `${message.channel}-${this.#next}`,
      messageId: message.id,
      person: message.person,
      code: message.code,
      channel: message.channel,
      to: message.to,
      body: message.body,
      atMs,
      createdAtMs,
    };
    this.#next += 1;
    this.taken.push(taken);
    this.#onTaken(taken, message);
    if (!this.byMessage.has(message.id)) this.byMessage.set(message.id, taken);
    return taken;
  }
}
