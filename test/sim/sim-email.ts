/** The mail server pages go through: a drop after the final dot can't be settled by anybody (rule 8). */
import type { Outgoing, SendOutcome, Transport } from '../../src/relay/messaging/port.ts';
import type { Process } from './process.ts';
import type { ProviderParts } from './sim-sms.ts';

export class EmailProvider {
  readonly #parts: Omit<ProviderParts, 'name' | 'suspended' | 'knows' | 'takesOnce'>;

  constructor(parts: Omit<ProviderParts, 'name' | 'suspended' | 'knows' | 'takesOnce'>) {
    this.#parts = parts;
  }

  transport(caller: Process): Transport {
    return {
      channel: 'email',
      name: 'sim-email',
      settleMs: 0,
      send: (message, call) =>
        new Promise((resolve) => {
          this.#send(caller, message, call, resolve);
        }),
      settle: (message) =>
        new Promise((resolve) => {
          this.#parts.ledger.untold.add(message.id);
          this.#parts.time.schedule(1, () =>
            caller.deliver(() =>
              resolve({ kind: 'unclear', error: 'a mail server keeps no list', retry: false }),
            ),
          );
        }),
      check: () => Promise.resolve(null),
      close: () => Promise.resolve(),
    };
  }

  #send(
    caller: Process,
    message: Outgoing,
    call: { deadlineMs: number; mayStart: () => boolean },
    resolve: (outcome: SendOutcome) => void,
  ): void {
    const { time, draw, line, ledger } = this.#parts;
    const startedAtMs = time.nowMs;
    const faulty = draw.chance(this.#parts.faults().email);
    const answer = (outcome: SendOutcome, delayMs: number): void => {
      time.schedule(delayMs, () => caller.deliver(() => resolve(outcome)));
    };
    const connected = (): void => {
      if (!call.mayStart()) {
        line(`mail ${message.id}: too late to call`);
        resolve({ kind: 'late' });
        return;
      }
      if (this.#parts.dead.has(message.to)) {
        line(`mail ${message.id} refused for good`);
        answer({ kind: 'refused', permanent: true, code: '550', error: 'no such mailbox' }, 20);
        return;
      }
      if (!faulty) {
        const taken = ledger.take('sim-email', message, time.nowMs, this.#parts.trueWallMs());
        answer({ kind: 'accepted', providerId: taken.providerId }, draw.int(5, 200));
        return;
      }
      if (draw.chance(0.4)) {
        line(`FAULT mail ${message.id}: refused for now`);
        answer(
          { kind: 'refused', permanent: false, code: '451', error: 'try again later' },
          draw.int(5, 200),
        );
        return;
      }
      const taken = draw.chance(0.5);
      line(`FAULT mail ${message.id}: dropped after the final dot, ${taken ? 'taken' : 'not taken'}`);
      ledger.untold.add(message.id);
      if (taken) ledger.take('sim-email', message, time.nowMs, this.#parts.trueWallMs());
      const untilDeadlineMs = startedAtMs + call.deadlineMs - time.nowMs;
      answer(
        { kind: 'doubt', error: 'no answer after the final dot' },
        draw.chance(0.5) ? 10 : untilDeadlineMs,
      );
    };
    const connectMs = faulty && draw.chance(0.2) ? draw.int(1_500, 3_500) : draw.int(5, 300);
    time.schedule(connectMs, () => caller.deliver(connected));
  }
}
