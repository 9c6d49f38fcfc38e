/** What becomes of a text after its provider took it: it arrives or not, and word of that comes late, twice, or never. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { Receipt } from '../../src/relay/events/types.ts';
import type { Taken } from './ledger.ts';
import type { Prng } from './prng.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How the carriers of a life behave. */
export interface CarrierPlan {
  /** One text in so many never arrives. */
  undelivered: number;
  /** The provider calls us about each; it may be asked in any case. */
  webhooks: boolean;
  /** One call in so many is lost, or comes twice. */
  lost: number;
  doubled: number;
  /** Word of the end may take so long. */
  slowMs: number;
  /** One question in so many isn't answered. */
  mute: number;
}

export function drawCarriers(draw: Prng): CarrierPlan | null {
  if (!draw.chance(0.5)) return null;
  return {
    undelivered: draw.pick([0, 0.05, 0.3, 0.8]),
    webhooks: draw.chance(0.6),
    lost: draw.pick([0, 0.2, 1]),
    doubled: draw.pick([0, 0.5]),
    slowMs: draw.pick([3_000, 60_000, 900_000]),
    mute: draw.pick([0, 0.3, 1]),
  };
}

export interface CarrierParts {
  time: VirtualTime;
  draw: Prng;
  plan: CarrierPlan | null;
  /** Faults have stopped: everything arrives. */
  healed(): boolean;
  /** Tries until it is accepted. */
  accept(input: NewInput): void;
  line(text: string): void;
}

interface Fate {
  status: 'delivered' | 'failed';
  /** When it is known. */
  atMs: number;
}

export class Carriers {
  readonly #parts: CarrierParts;
  readonly #fates = new Map<string, Fate>();

  constructor(parts: CarrierParts) {
    this.#parts = parts;
  }

  /** Whether providers say what became of texts at all. */
  get haveReceipts(): boolean {
    return this.#parts.plan !== null;
  }

  /** A provider took a text; says whether it will arrive. */
  carries(taken: Taken): boolean {
    const { plan, draw, time, healed, line } = this.#parts;
    if (plan === null || taken.channel !== 'sms') return true;
    const status = !healed() && draw.chance(plan.undelivered) ? 'failed' : 'delivered';
    const inMs = draw.int(300, plan.slowMs);
    this.#fates.set(taken.providerId, { status, atMs: time.nowMs + inMs });
    if (status === 'failed') line(`FAULT ${taken.messageId} will not arrive`);
    if (plan.webhooks) {
      this.#call(taken, { status: 'sent', providerId: taken.providerId }, draw.int(100, 5_000));
      this.#call(taken, receiptOf(status, taken.providerId), inMs + draw.int(0, 5_000));
    }
    return status === 'delivered';
  }

  /** Null: nobody will ever say. */
  fateOf = (providerId: string): Fate['status'] | null => this.#fates.get(providerId)?.status ?? null;

  /** What the provider answers when it is asked; null: nothing yet. Rejects when it doesn't answer. */
  read(providerId: string): Promise<Receipt | null> {
    const { plan, draw, time } = this.#parts;
    if (plan === null || draw.chance(plan.mute)) return Promise.reject(new Error('no answer'));
    const fate = this.#fates.get(providerId);
    if (fate === undefined || fate.atMs > time.nowMs) return Promise.resolve(null);
    return Promise.resolve(receiptOf(fate.status, providerId));
  }

  #call(taken: Taken, receipt: Receipt, delayMs: number): void {
    const { plan, draw, time, accept } = this.#parts;
    if (plan === null || draw.chance(plan.lost)) return;
    const { person, code } = taken;
    const input: NewInput = {
      stableId: `receipt-${taken.providerId}-${receipt.status}`,
      input: { kind: 'receipt', person, code, receipt },
      raw: null,
    };
    time.schedule(delayMs, () => accept(input));
    if (draw.chance(plan.doubled)) time.schedule(delayMs + draw.int(10, 30_000), () => accept(input));
  }
}

const receiptOf = (status: Fate['status'], providerId: string): Receipt =>
  status === 'failed' ? { status, providerId, error: '30003 unreachable handset' } : { status, providerId };
