/** Phones that ring: somebody takes the call, or a mailbox, or nobody; keys are pressed; and word of it comes or not. */
import type { NewInput } from '../../src/relay/events/accept.ts';
import type { Receipt, ReplyCommand } from '../../src/relay/events/types.ts';
import type { Person, Roster } from '../../src/relay/oncall/types.ts';
import type { Taken } from './ledger.ts';
import type { Prng } from './prng.ts';
import type { Profile } from './profile.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Some people are called too, at the number that their texts go to, or at that alone. */
export function withCalls(draw: Prng, roster: Roster): Roster {
  if (!draw.chance(0.5)) return roster;
  const people = roster.people.map((person, index): Person => {
    if (!draw.chance(0.6)) return person;
    const others = draw.chance(0.2) ? [] : person.contacts;
    return { ...person, contacts: [...others, { channel: 'voice', address: `+1555010${index}` }] };
  });
  return { ...roster, people };
}

export interface LinesParts {
  time: VirtualTime;
  draw: Prng;
  profile: Profile;
  /** Faults have stopped: everybody takes their calls, presses a key, and word of all of it comes. */
  helpful(): boolean;
  trueWallMs(): number;
  /** Tries until it is accepted. */
  reply(input: NewInput): void;
  line(text: string): void;
}

type Taker = 'somebody' | 'mailbox' | 'busy' | 'no-answer';

interface Fate {
  status: 'delivered' | 'failed';
  /** When the call is over. */
  atMs: number;
}

const KEYS = { '4': 'ack', '6': 'resolve', '9': 'escalate' } as const satisfies Record<
  string,
  ReplyCommand['verb']
>;

export class Lines {
  readonly haveReceipts = true;
  readonly #parts: LinesParts;
  readonly #fates = new Map<string, Fate>();
  /** Codes that any message had. */
  readonly #codesSeen: number[] = [1];

  constructor(parts: LinesParts) {
    this.#parts = parts;
  }

  /** Codes of messages by whatever way: no key may ever answer another message than its call's. */
  seen(code: number): void {
    this.#codesSeen.push(code);
  }

  /** The provider took a call. */
  rings(taken: Taken): void {
    const { time, draw, helpful, line } = this.#parts;
    const taker = helpful()
      ? 'somebody'
      : draw.pick<Taker>(['somebody', 'somebody', 'mailbox', 'busy', 'no-answer']);
    const ringsMs = draw.int(1_000, 30_000);
    line(`${taken.messageId} rings: ${taker} in ${ringsMs} ms`);
    if (taker === 'busy' || taker === 'no-answer') {
      this.#ends(taken, 'failed', ringsMs);
      return;
    }
    // What the call says is fetched: that proves it, when it comes through.
    time.schedule(ringsMs, () => this.#post(taken, sent(taken)));
    const heardMs = taker === 'somebody' ? this.#presses(taken, ringsMs) : draw.int(20_000, 60_000);
    this.#ends(taken, 'delivered', ringsMs + heardMs);
  }

  /** Null: nobody will ever say. */
  fateOf = (providerId: string): Fate['status'] | null => this.#fates.get(providerId)?.status ?? null;

  /** What the provider answers when it is asked; null: the call isn't over. Rejects when it doesn't answer. */
  read(providerId: string): Promise<Receipt | null> {
    const { draw, time, profile, helpful } = this.#parts;
    if (!helpful() && draw.chance(profile.faults.listFails)) return Promise.reject(new Error('no answer'));
    const fate = this.#fates.get(providerId);
    if (fate === undefined || fate.atMs > time.nowMs) return Promise.resolve(null);
    return Promise.resolve(receiptOf(fate.status, providerId));
  }

  /** How long somebody stays on the line. */
  #presses(taken: Taken, ringsMs: number): number {
    const { time, draw, profile, helpful, line } = this.#parts;
    const listensMs = draw.int(2_000, 60_000);
    const answers = helpful() || draw.chance(profile.answering);
    if (!answers || !taken.body.includes('Press 4')) return listensMs;
    const key = helpful() || draw.chance(0.7) ? '4' : draw.pick(['6', '9'] as const);
    const foreign = !helpful() && draw.chance(profile.odd * 0.3) ? draw.pick(this.#codesSeen) : null;
    time.schedule(ringsMs + listensMs, () => {
      line(`${taken.person} presses ${key} in the call ${taken.messageId}`);
      this.#post(taken, sent(taken));
      this.#accepts(this.#reply(taken, key, taken.code));
      // No key may answer what it wasn't pressed for, whatever a webhook lets through.
      if (foreign !== null && foreign !== taken.code) this.#accepts(this.#reply(taken, key, foreign));
    });
    return listensMs + draw.int(500, 5_000);
  }

  #reply({ person, to, providerId }: Taken, key: keyof typeof KEYS, code: number): NewInput {
    return {
      stableId: `key-${providerId}-${code}-${key}`,
      input: {
        kind: 'reply',
        person,
        channel: 'voice',
        contact: to,
        command: { verb: KEYS[key], code, scope: 'message' },
        text: `pressed ${key}`,
        sentAtMs: this.#parts.trueWallMs(),
      },
      raw: null,
    };
  }

  #ends(taken: Taken, status: Fate['status'], inMs: number): void {
    const { time, draw, helpful } = this.#parts;
    const { providerId } = taken;
    this.#fates.set(providerId, { status, atMs: time.nowMs + inMs });
    if (!helpful() && draw.chance(0.3)) return;
    time.schedule(inMs + draw.int(50, 5_000), () => this.#post(taken, receiptOf(status, providerId)));
  }

  #post({ person, code, providerId }: Taken, receipt: Receipt): void {
    const { draw, helpful } = this.#parts;
    if (!helpful() && draw.chance(0.2)) return;
    const stableId = `receipt-${providerId}-${receipt.status}`;
    this.#accepts({ stableId, input: { kind: 'receipt', person, code, receipt }, raw: null });
  }

  /** Once, or once more, a while later. */
  #accepts(input: NewInput): void {
    const { time, draw, reply } = this.#parts;
    reply(input);
    if (draw.chance(0.2)) time.schedule(draw.int(10, 30_000), () => reply(input));
  }
}

const sent = ({ providerId }: Taken): Receipt => ({ status: 'sent', providerId });

const receiptOf = (status: Fate['status'], providerId: string): Receipt =>
  status === 'failed' ? { status, providerId, error: 'busy' } : { status, providerId };
