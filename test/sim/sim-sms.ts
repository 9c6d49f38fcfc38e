/** The provider of texts, or of calls: takes, refuses, hangs, resets, lags, and keeps a list that can be asked. */
import type { Receipt } from '../../src/relay/events/types.ts';
import type { Outgoing, SendOutcome, SettleOutcome, Transport } from '../../src/relay/messaging/port.ts';
import type { Carriers } from './carriers.ts';
import type { Ledger, Taken } from './ledger.ts';
import type { Process } from './process.ts';
import type { Prng } from './prng.ts';
import type { Faults } from './profile.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface ProviderParts {
  name: string;
  /** Absent: texts. A call has no text that its list could show (rule 5). */
  channel?: 'sms' | 'voice';
  time: VirtualTime;
  draw: Prng;
  ledger: Ledger;
  faults(): Faults;
  /** True wall time, on the provider's own clock. */
  trueWallMs(): number;
  suspended(): boolean;
  /** It takes each message's id once, and has no list. */
  takesOnce: boolean;
  /** Whether it reaches that number at all; another may. */
  knows(to: string): boolean;
  /** Addresses that take nothing for good. */
  dead: ReadonlySet<string>;
  line(text: string): void;
  fail(invariant: string, text: string): void;
  /** What becomes of them afterwards; absent: nobody says. */
  carriers?: Pick<Carriers, 'haveReceipts' | 'read'>;
}

export const SMS_SETTLE_MS = 15_000;
/** A repeat waits until the first call is over, or nearly so. */
const REPEAT_AFTER_MS = 1_000;
const LIST_LAG_MS = 4_000;
/** What is taken after the socket was closed is in the list before anybody settles. */
const LATEST_AFTER_DEADLINE_MS = SMS_SETTLE_MS - LIST_LAG_MS - 1_000;

/** Stamps have whole seconds, cut off. */
const stamped = (taken: {
  providerId: string;
  createdAtMs: number;
}): { providerId: string; acceptedAtMs: number } => ({
  providerId: taken.providerId,
  acceptedAtMs: Math.floor(taken.createdAtMs / 1_000) * 1_000,
});

type Plan = 'take' | 'take-then-reset' | 'reset' | 'hang' | 'too-many' | 'slow-start';

export class SmsProvider {
  readonly #parts: ProviderParts;
  /** Texts of others that resemble ours: same phone, another code. */
  readonly #similar: { to: string; body: string; createdAtMs: number; providerId: string }[] = [];

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /** `caller`: once it is dead, nothing is written for it any more and nothing answered. */
  transport(caller: Process): Transport {
    return {
      channel: this.#parts.channel ?? 'sms',
      name: this.#parts.name,
      settleMs: this.#parts.takesOnce ? REPEAT_AFTER_MS : SMS_SETTLE_MS,
      send: (message, call) =>
        new Promise((resolve) => {
          this.#send(caller, message, call, resolve);
        }),
      settle: (message, claim) =>
        new Promise((resolve) => {
          this.#parts.time.schedule(this.#latencyMs(), () => {
            if (caller.dead) return;
            const outcome = this.#settle(message, claim);
            if (outcome.kind === 'absent') this.#parts.ledger.disproven(this.#parts.name, message);
            caller.deliver(() => resolve(outcome));
          });
        }),
      ...(this.#parts.carriers?.haveReceipts === true
        ? { receipt: (_message: Outgoing, providerId: string) => this.#receipt(caller, providerId) }
        : {}),
      check: () => Promise.resolve(null),
      close: () => Promise.resolve(),
    };
  }

  #receipt(caller: Process, providerId: string): Promise<Receipt | null> {
    const { time, carriers } = this.#parts;
    return new Promise((resolve, reject) => {
      time.schedule(this.#latencyMs(), () => {
        if (caller.dead || carriers === undefined) return;
        void carriers.read(providerId).then(
          (receipt) => caller.deliver(() => resolve(receipt)),
          (error: Error) => caller.deliver(() => reject(error)),
        );
      });
    });
  }

  #send(
    caller: Process,
    message: Outgoing,
    call: { deadlineMs: number; mayStart: () => boolean },
    resolve: (outcome: SendOutcome) => void,
  ): void {
    const { time, draw } = this.#parts;
    const startedAtMs = time.nowMs;
    const plan = this.#plan();
    const faulty = this.#parts.faults().sms > 0;
    const connectMs = plan === 'slow-start' ? draw.int(1_500, 3_500) : this.#latencyMs();
    // Short of the claim window: what a pause beyond it does stands in the guarantees, it can't be closed.
    const pauseMs = faulty && draw.chance(0.2) ? draw.int(1, 1_900) : 0;
    const deadlineInMs = (): number => startedAtMs + call.deadlineMs - time.nowMs;
    const answer = (outcome: SendOutcome, delayMs: number): void => {
      time.schedule(delayMs, () => caller.deliver(() => resolve(outcome)));
    };
    const connected = (): void => {
      if (!call.mayStart()) {
        this.#parts.line(`${this.#parts.name} ${message.id}: too late to call`);
        resolve({ kind: 'late' });
        return;
      }
      // From here on it is with the kernel: a process that stands still takes nothing back.
      time.schedule(pauseMs, () => {
        if (caller.dead) return;
        this.#arrive(message, plan, deadlineInMs(), answer);
      });
    };
    time.schedule(connectMs, () => caller.deliver(connected));
  }

  #arrive(
    message: Outgoing,
    plan: Plan,
    deadlineInMs: number,
    answer: (outcome: SendOutcome, delayMs: number) => void,
  ): void {
    const { time, draw, line } = this.#parts;
    const { ledger, name } = this.#parts;
    ledger.arrives(name, message);
    const refusal = this.#refusal(message);
    if (refusal !== null) {
      ledger.disproven(name, message);
      line(`${this.#parts.name} ${message.id} refused: ${refusal.code}`);
      answer(refusal, this.#latencyMs());
      return;
    }
    const doubt = (delayMs: number): void => answer({ kind: 'doubt', error: 'connection reset' }, delayMs);
    switch (plan) {
      case 'too-many':
        line(`FAULT ${this.#parts.name} ${message.id}: 429`);
        ledger.disproven(name, message);
        answer(
          {
            kind: 'refused',
            permanent: false,
            code: '20429',
            error: 'too many requests',
            ...(draw.chance(0.5) ? { retryAfterMs: draw.int(1, 10) * 1_000 } : {}),
          },
          this.#latencyMs(),
        );
        return;
      case 'reset':
        line(`FAULT ${this.#parts.name} ${message.id}: reset, not taken`);
        doubt(this.#latencyMs());
        return;
      case 'take-then-reset':
        line(`FAULT ${this.#parts.name} ${message.id}: reset after it was taken`);
        this.#take(message);
        doubt(this.#latencyMs());
        return;
      case 'hang': {
        const takenInMs = draw.chance(0.5) ? draw.int(0, deadlineInMs + LATEST_AFTER_DEADLINE_MS) : null;
        line(
          `FAULT ${name} ${message.id}: hangs, ${takenInMs === null ? 'not taken' : `taken in ${takenInMs} ms`}`,
        );
        if (takenInMs !== null) time.schedule(takenInMs, () => this.#take(message));
        answer({ kind: 'doubt', error: 'no answer in time' }, deadlineInMs);
        return;
      }
      default: {
        const taken = this.#take(message);
        // A call is dated when it leaves the provider's queue.
        const { providerId } = taken;
        const said = this.#isVoice ? { providerId } : stamped(taken);
        answer({ kind: 'accepted', ...said }, this.#latencyMs());
      }
    }
  }

  #take(message: Outgoing): Taken {
    const { time, ledger, trueWallMs, draw } = this.#parts;
    const known = ledger.byMessage.get(message.id);
    if (this.#parts.takesOnce && known?.provider === this.#parts.name) {
      if (known.body !== message.body)
        this.#parts.fail('S16', `${message.id} comes again with another text: ${message.body}`);
      return known;
    }
    if (!this.#isVoice && this.#parts.faults().sms > 0 && draw.chance(0.3)) {
      this.#similar.push({
        to: message.to,
        body: message.body.replaceAll(String(message.code), String(message.code + 100_000)),
        createdAtMs: trueWallMs(),
        providerId: `similar-${this.#parts.name}-${this.#similar.length}`,
      });
    }
    return ledger.take(this.#parts.name, message, time.nowMs, trueWallMs());
  }

  #refusal(message: Outgoing): Extract<SendOutcome, { kind: 'refused' }> | null {
    if (this.#parts.suspended()) {
      return {
        kind: 'refused',
        permanent: true,
        account: true,
        code: '90010',
        error: 'the account is suspended',
        cure: 'look into the console',
      };
    }
    if (!this.#parts.knows(message.to))
      return { kind: 'refused', permanent: true, code: '21211', error: 'no such number' };
    if (!this.#parts.dead.has(message.to)) return null;
    if (this.#isVoice) return { kind: 'refused', permanent: true, code: '21214', error: 'not reached' };
    return {
      kind: 'refused',
      permanent: true,
      code: '21610',
      error: 'opted out',
      cure: 'send START',
      optedOut: true,
    };
  }

  #settle(message: Outgoing, claim: { claimedAtMs: number; adopted: ReadonlySet<string> }): SettleOutcome {
    const { draw, ledger, line, time } = this.#parts;
    if (this.#parts.takesOnce) {
      line(`${this.#parts.name} ${message.id} may come again`);
      ledger.untold.add(message.id);
      return { kind: 'repeatable' };
    }
    if (draw.chance(this.#parts.faults().listFails)) {
      line(`FAULT ${this.#parts.name} ${message.id}: the list can't be read`);
      ledger.untold.add(message.id);
      return { kind: 'unclear', error: 'the list could not be read', retry: true };
    }
    const sinceMs = Math.floor(claim.claimedAtMs / 1_000) * 1_000 - 2_000;
    const lagMs = this.#parts.faults().sms > 0 ? LIST_LAG_MS : 0;
    const listed = [
      ...ledger.taken.filter((one) => one.provider === this.#parts.name && one.atMs + lagMs <= time.nowMs),
      ...this.#similar,
    ].filter(
      (one) =>
        one.to === message.to &&
        (this.#isVoice || one.body === message.body) &&
        !claim.adopted.has(one.providerId),
    );
    const [found, another] = listed.filter((one) => one.createdAtMs >= sinceMs);
    if (this.#isVoice && another !== undefined) {
      ledger.untold.add(message.id);
      return { kind: 'unclear', error: 'several calls since the claim', retry: false };
    }
    if (found !== undefined) {
      line(`${this.#parts.name} ${message.id} found at the provider`);
      return { kind: 'found', ...stamped(found) };
    }
    if (listed.length > 0) {
      ledger.untold.add(message.id);
      return { kind: 'unclear', error: 'this text is older than its claim', retry: false };
    }
    line(`${this.#parts.name} ${message.id} is not at the provider`);
    return { kind: 'absent' };
  }

  get #isVoice(): boolean {
    return this.#parts.channel === 'voice';
  }

  #plan(): Plan {
    const { draw } = this.#parts;
    if (!draw.chance(this.#parts.faults().sms)) return 'take';
    return draw.pick<Plan>(['take-then-reset', 'reset', 'hang', 'hang', 'too-many', 'slow-start']);
  }

  #latencyMs(): number {
    return this.#parts.draw.int(5, 300);
  }
}
