/** The providers of a running daemon: in use, looked after, replaced by a new configuration, closed at the end. */
import type { Clock, Log, Problems } from '../engine/ports.ts';
import { TransportHealth } from '../engine/transport-health.ts';
import type { Channel } from '../events/types.ts';
import type { Transport } from '../messaging/port.ts';
import type { MailboxAnswers } from './mailboxes.ts';
import { noteReplies } from './mail-replies.ts';
import type { Channels } from './transports.ts';

/** Those that take no pages are asked again so often: one that merely couldn't be reached is back without a page. */
const LOOK_MS = 60_000;

export class Providers {
  readonly health: TransportHealth;
  readonly #channels: Channels;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #uses: (transport: Transport) => boolean;
  #cancel: () => void = () => undefined;
  #stopped = false;

  /** `channels`: whoever was given them sees what they change to. `uses`: of the others nothing need be said; absent: all are used. */
  constructor(
    channels: Channels,
    parts: { clock: Clock; log: Log; problems: Problems; uses?: (channel: Channel) => boolean },
  ) {
    this.#channels = channels;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#uses = ({ channel }) => parts.uses?.(channel) ?? true;
    this.health = new TransportHealth(parts);
  }

  get channels(): Channels {
    return this.#channels;
  }

  /**
   * Asks each provider whether it would take a page, which loads what the first page would wait for; then keeps an eye
   * on them. What is wrong stands under the problems until it is over, or a page gets through.
   */
  async start(): Promise<void> {
    await this.#check(this.#uses);
    this.#later();
  }

  /** The engine holds these very objects: their contents change, not they. Messages under way end as they began. */
  async replace({ transports, answerable, pace, mailReplies, made }: Channels): Promise<void> {
    const former = allOf(this.#channels);
    this.#channels.transports.clear();
    for (const [channel, inOrder] of transports) this.#channels.transports.set(channel, inOrder);
    Object.assign(this.#channels.pace, pace);
    this.#channels.answerable.clear();
    for (const channel of answerable) this.#channels.answerable.add(channel);
    mailReplies.inherit(this.#channels.mailReplies);
    this.#channels.mailReplies = mailReplies;
    this.#channels.made = made;
    noteReplies(this.#channels);
    this.health.forget();
    await closeAll(former);
    void this.#check(this.#uses);
  }

  /** See MailboxesParts. */
  answersByMailbox(answers: MailboxAnswers | null): void {
    this.#channels.mailReplies.mailbox(answers);
    noteReplies(this.#channels);
  }

  /** Ends kept connections; messages under way have their own deadline. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await closeAll(allOf(this.#channels));
  }

  #later(): void {
    if (this.#stopped) return;
    this.#cancel = this.#clock.after(LOOK_MS, () => {
      const failing = this.health.failing();
      void this.#check(({ name }) => failing.has(name)).then(() => this.#later());
    });
  }

  async #check(wanted: (transport: Transport) => boolean): Promise<void> {
    const checks = allOf(this.#channels)
      .filter(wanted)
      .map(async (transport) => {
        try {
          const wrong = await transport.check();
          // A configuration that came meanwhile has checks of its own.
          if (allOf(this.#channels).includes(transport)) this.health.checked(transport.name, wrong);
        } catch (error) {
          this.#log.error({ transport: transport.name, err: error }, 'a provider could not be checked');
        }
      });
    await Promise.all(checks);
  }
}

const allOf = ({ transports }: Channels): Transport[] => [...transports.values()].flat();

const closeAll = (transports: Transport[]): Promise<void[]> =>
  Promise.all(transports.map((transport) => transport.close()));
