/**
 * The line to one other host: a connection that is opened before it is needed and again whenever it breaks. Where the
 * host doesn't answer, calls fail at once until it does: nobody waits for a dead host, and nothing piles up.
 */
import type { Clock, Log } from '../engine/ports.ts';
import { Calls } from './calls.ts';
import { connect, type Target } from './connect.ts';
import { KIND, type Frame } from './frames.ts';
import { PeerError } from './port.ts';
import { reasonOf, type Wire } from './wire.ts';

/** Calls to one host that wait at the same time. */
export const CALLS_MAX = 1_024;

const CONNECT_TIMEOUT_MS = 3_000;
const RETRY_MS = 500;
/** A connection that breaks sooner is no reason to open another at once. */
const LIVED_MS = 1_000;
/** A line this quiet is asked whether it still is one. */
const QUIET_MS = 5_000;
const PING_TIMEOUT_MS = 1_500;
/** Calls in a row without any sign of the other side; then it is asked. */
const TIMEOUTS_MAX = 2;

/**
 * opening: the first attempt, or the first after a loss: calls wait for it. open: they go out. doubtful: open, and a
 * ping is out. down: the last attempt failed or is overdue, others follow.
 */
type State = 'opening' | 'open' | 'doubtful' | 'down' | 'closed';

export class Line {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #calls: Calls;
  #state: State = 'opening';
  #why = 'not connected yet';
  /** The reason logged last; null while it is well. */
  #told: string | null = null;
  #wire: Wire | null = null;
  #openedAtMonoMs = 0;
  #heardAtMonoMs = 0;
  #timeouts = 0;
  #unsent: { id: number; kind: number; body: Buffer }[] = [];
  #cancelRetry: () => void = () => {};
  #cancelQuiet: () => void = () => {};
  #cancelPing: (() => void) | null = null;

  constructor(target: Target, clock: Clock, log: Log) {
    this.#target = target;
    this.#clock = clock;
    this.#log = log;
    this.#calls = new Calls(clock);
    this.#open();
  }

  /** Why a call made now would fail at once; null: it would go out. */
  get trouble(): string | null {
    if (this.#state === 'closed') return 'this host is shutting down';
    if (this.#state === 'doubtful') return 'it does not answer';
    if (this.#state === 'down') return `no connection: ${this.#why}`;
    return this.#calls.size >= CALLS_MAX ? `${CALLS_MAX} calls wait for its answer already` : null;
  }

  /** The answer's body. Rejects with PeerError. `what` names the call in it. */
  call(kind: number, body: Buffer, what: string, timeoutMs: number): Promise<Buffer> {
    const trouble = this.trouble;
    if (trouble !== null) return Promise.reject(this.#error(`${what} was not sent: ${trouble}`));
    const { id, answer } = this.#calls.add(timeoutMs, () => this.#late(id, what, timeoutMs));
    if (this.#state === 'opening') this.#unsent.push({ id, kind, body });
    else this.#wire?.send(kind, id, body);
    return answer;
  }

  async close(): Promise<void> {
    const wire = this.#wire;
    this.#state = 'closed';
    this.#stopTimers();
    this.#cancelRetry();
    this.#calls.failAll(`${this.#target.name}: this host is shutting down`);
    wire?.destroy('this host is shutting down');
    await wire?.closed;
  }

  #open(): void {
    const { wire, opened } = connect(this.#target, this.#clock, CONNECT_TIMEOUT_MS, {
      frame: (frame) => this.#take(frame),
      closed: (reason) => this.#lost(reason),
    });
    this.#wire = wire;
    opened.then(
      () => this.#opened(wire),
      (error: unknown) => this.#failed(reasonOf(error)),
    );
  }

  #opened(wire: Wire): void {
    if (this.#state === 'closed') return;
    this.#state = 'open';
    this.#openedAtMonoMs = this.#clock.monoMs();
    this.#heard();
    this.#watchQuiet();
    if (this.#told !== null) this.#log.info({ host: this.#target.name }, 'the link to a host is open again');
    this.#told = null;
    for (const { id, kind, body } of this.#unsent) wire.send(kind, id, body);
    this.#unsent = [];
  }

  #failed(reason: string): void {
    if (this.#state === 'closed') return;
    this.#unsent = [];
    this.#down(reason);
    this.#cancelRetry = this.#clock.after(RETRY_MS, () => this.#open());
  }

  #lost(reason: string): void {
    this.#stopTimers();
    if (this.#state === 'closed') return;
    const lived = this.#clock.monoMs() - this.#openedAtMonoMs >= LIVED_MS;
    if (!lived || this.#state === 'doubtful') {
      this.#down(reason);
      this.#cancelRetry = this.#clock.after(lived ? 0 : RETRY_MS, () => this.#open());
      return;
    }
    this.#state = 'opening';
    this.#timeouts = 0;
    this.#calls.failAll(this.#lossText(reason));
    this.#open();
  }

  #down(reason: string): void {
    this.#state = 'down';
    this.#why = reason;
    this.#calls.failAll(this.#lossText(reason));
    if (this.#told === reason) return;
    this.#told = reason;
    this.#log.warn({ host: this.#target.name, why: reason }, 'there is no link to a host');
  }

  #take({ kind, id, body }: Frame): void {
    this.#heard();
    if (this.#state === 'doubtful') this.#state = 'open';
    if (kind === KIND.answer) this.#calls.answered(id, body);
    else if (kind === KIND.refusal)
      this.#calls.failed(id, this.#error(`it refused the call: ${body.toString()}`));
  }

  #heard(): void {
    this.#heardAtMonoMs = this.#clock.monoMs();
    this.#timeouts = 0;
    this.#cancelPing?.();
    this.#cancelPing = null;
  }

  #late(id: number, what: string, timeoutMs: number): PeerError {
    this.#unsent = this.#unsent.filter((one) => one.id !== id);
    this.#timeouts += 1;
    if (this.#timeouts >= TIMEOUTS_MAX) this.#doubt();
    return this.#error(`${what} was not answered within ${timeoutMs} ms; it may have been done`);
  }

  #doubt(): void {
    if (this.#state === 'opening') {
      // The attempt goes on, but nobody waits for it any more.
      this.#unsent = [];
      this.#down(`no connection yet, ${TIMEOUTS_MAX} calls waited in vain`);
    } else if (this.#state === 'open') {
      this.#state = 'doubtful';
      this.#ping();
    }
  }

  /** A ping that isn't answered ends the connection: the next one's greeting is the sign of life. */
  #ping(): void {
    if (this.#cancelPing !== null) return;
    const wire = this.#wire;
    wire?.send(KIND.ping, 0, Buffer.alloc(0));
    this.#cancelPing = this.#clock.after(PING_TIMEOUT_MS, () => {
      this.#state = 'doubtful';
      wire?.destroy(`it did not answer a ping within ${PING_TIMEOUT_MS} ms`);
    });
  }

  #watchQuiet(): void {
    this.#cancelQuiet = this.#clock.after(QUIET_MS, () => {
      if (this.#clock.monoMs() - this.#heardAtMonoMs >= QUIET_MS) this.#ping();
      this.#watchQuiet();
    });
  }

  #stopTimers(): void {
    this.#cancelQuiet();
    this.#cancelPing?.();
    this.#cancelPing = null;
  }

  #lossText(reason: string): string {
    return `${this.#target.name}: the connection broke (${reason}); what was sent may have been done`;
  }

  #error(text: string): PeerError {
    return new PeerError(`${this.#target.name}: ${text}`);
  }
}
