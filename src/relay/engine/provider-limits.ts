/**
 * How many messages a provider may be given in so long, by its configuration: counted by each host for itself. Beyond it
 * another provider of the channel comes first; where there is none, what waits shares the next message (S12).
 */
import type { Channel } from '../events/types.ts';
import type { Transport } from '../messaging/port.ts';
import type { ResponderContext } from '../notifications/types.ts';
import type { Clock } from './ports.ts';

type Pace = ResponderContext['pace'];
type Transports = ReadonlyMap<Channel, readonly Transport[]>;

export class ProviderLimits {
  readonly #clock: Pick<Clock, 'monoMs'>;
  readonly #transports: Transports;
  /** When each was given its newest messages, oldest first, as many as its limit. */
  readonly #givenMonoMs = new Map<string, number[]>();

  readonly #perContact: Pick<Pace, 'atOnce' | 'everyMs'>;

  /** `pace`: what a contact gets, whatever its providers may be given; looked at anew each time. */
  constructor(parts: {
    clock: Pick<Clock, 'monoMs'>;
    transports: Transports;
    pace: Pick<Pace, 'atOnce' | 'everyMs'>;
  }) {
    this.#clock = parts.clock;
    this.#transports = parts.transports;
    this.#perContact = parts.pace;
  }

  /** What may be claimed now. */
  pace(nowMs: number): Pace {
    const fullUntilMs = this.#fullUntil(nowMs);
    return Object.keys(fullUntilMs).length === 0 ? this.#perContact : { ...this.#perContact, fullUntilMs };
  }

  /** A message is given to a provider. */
  counts({ name, limit }: Pick<Transport, 'name' | 'limit'>): void {
    if (limit === undefined) return;
    const given = [...(this.#givenMonoMs.get(name) ?? []), this.#clock.monoMs()];
    this.#givenMonoMs.set(name, given.slice(-limit.messages));
  }

  /** How long until a provider may be given another; 0: now. */
  waitMs({ name, limit }: Pick<Transport, 'name' | 'limit'>): number {
    if (limit === undefined) return 0;
    const given = this.#givenMonoMs.get(name) ?? [];
    const [oldest] = given;
    if (oldest === undefined || given.length < limit.messages) return 0;
    return Math.max(0, oldest + limit.everyMs - this.#clock.monoMs());
  }

  /** Until when channels have none that may be given another; those that have are left out. */
  #fullUntil(nowMs: number): Partial<Record<Channel, number>> {
    const full: Partial<Record<Channel, number>> = {};
    for (const [channel, inOrder] of this.#transports) {
      const waitMs = Math.min(...inOrder.map((one) => this.waitMs(one)));
      if (waitMs > 0 && Number.isFinite(waitMs)) full[channel] = nowMs + Math.ceil(waitMs);
    }
    return full;
  }
}
