/** What providers really took: the truth that the project's own records are held against. */
import type { Channel } from '../../src/relay/events/types.ts';
import type { Outgoing } from '../../src/relay/messaging/port.ts';

export interface Taken {
  providerId: string;
  /** Which of the providers took it. */
  provider: string;
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
  readonly #fail: (invariant: string, text: string) => void;
  /** The provider that has a message, or may have it: nothing proves that it hasn't. */
  readonly #with = new Map<string, string>();
  #next = 1;

  constructor(
    onTaken: (taken: Taken, message: Outgoing) => void,
    fail: (invariant: string, text: string) => void,
  ) {
    this.#onTaken = onTaken;
    this.#fail = fail;
  }

  /** A call reaches a provider: no other may have the message then. */
  arrives(provider: string, { id }: Outgoing): void {
    const other = this.#with.get(id);
    if (other !== undefined && other !== provider)
      this.#fail('S3', `${id} goes to ${provider} while ${other} may have it`);
    this.#with.set(id, provider);
  }

  /** The provider has refused it, or doesn't list it: so it is said. */
  disproven(provider: string, { id }: Outgoing): void {
    if (this.#with.get(id) === provider) this.#with.delete(id);
  }

  /** The provider takes a message; from now on the person may receive it. */
  take(provider: string, message: Outgoing, atMs: number, createdAtMs: number): Taken {
    const taken: Taken = {
      provider,
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
