/**
 * Sends this host's canary (engine/canary.ts) round after round, and knows when one last got through: accepted like any
 * alert, told, claimed, called on this host, its outcome committed, and resolved.
 */
import { canaryEvent, canaryNumber, canaryResponder } from '../engine/canary.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { Accept, NewInput } from '../events/accept.ts';
import type { Outgoing } from '../messaging/port.ts';
import { MESSAGE, type MessageRow } from '../notifications/rows.ts';
import type { JournalRow, Store, WorkId } from '../store/port.ts';

export interface CanaryParts {
  host: string;
  everyMs: number;
  clock: Clock;
  log: Log;
  problems: Problems;
  accept: Accept;
  /** See Engine.whenDone. */
  whenDone(id: WorkId, timeoutMs: number): Promise<boolean>;
  store: Pick<Store, 'rows'>;
  /** What is accepted now waits on disks: a canary would only wait with it, and then be in the way of what was first. */
  isBlocked(): boolean;
  /** Told each time one has got through. */
  onThrough(): void;
}

/** What is known of it at one moment. */
export interface CanaryState {
  /** When one got through last, in milliseconds since the epoch; null: none has since the start. */
  throughAtMs: number | null;
  /** How long ago that was; since the start while none has. */
  ageMs: number;
  /** From accepting the last one that got through to its call; null: none has. */
  acceptToCallMs: number | null;
  /** The last one is younger than three rounds. */
  alive: boolean;
}

/** One that takes longer is a problem. */
const LATE_MS = 30_000;
/** A row that isn't done is asked about again after this. */
const ROW_MS = 5_000;
/** A call, or a commit of its outcome, that hasn't come so long after the row was done won't come here. */
const AFTER_ROW_MS = 15_000;
const LOOK_MS = 250;
const ROUNDS_ALIVE = 3;

export class Canary {
  readonly #parts: CanaryParts;
  readonly #startMonoMs: number;
  #through: { atMs: number; monoMs: number; acceptToCallMs: number } | null = null;
  /** The call that began last. */
  #call: { number: number; monoMs: number } | null = null;
  readonly #timers = new Set<() => void>();
  #stopped = false;

  constructor(parts: CanaryParts) {
    this.#parts = parts;
    this.#startMonoMs = parts.clock.monoMs();
  }

  /** The first goes out at once. */
  start(): void {
    void this.#fly();
  }

  /** None goes out any more; one under way is left to the next start. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#timers) cancel();
  }

  /** A provider call begins on this host. */
  called({ channel, to, thread }: Pick<Outgoing, 'channel' | 'to' | 'thread'>): void {
    if (channel !== 'canary' || thread === undefined) return;
    const { host, clock } = this.#parts;
    if (to === host) this.#call = { number: thread, monoMs: clock.monoMs() };
    else this.#closeFor(to);
  }

  get state(): CanaryState {
    const { clock, everyMs } = this.#parts;
    const ageMs = clock.monoMs() - (this.#through?.monoMs ?? this.#startMonoMs);
    return {
      throughAtMs: this.#through?.atMs ?? null,
      ageMs,
      acceptToCallMs: this.#through?.acceptToCallMs ?? null,
      alive: this.#through !== null && ageMs < ROUNDS_ALIVE * everyMs,
    };
  }

  async #fly(): Promise<void> {
    const { clock, everyMs, log } = this.#parts;
    const beganMonoMs = clock.monoMs();
    // One that fails at once is late in its time, unless another gets through before.
    const cancelLate = this.#after(LATE_MS, () => this.#late(beganMonoMs));
    try {
      if (!this.#parts.isBlocked() && (await this.#round(beganMonoMs))) {
        cancelLate();
        this.#gotThrough();
      }
    } catch (error) {
      if (!this.#stopped)
        log.info({ err: error }, 'a canary did not get through; the next one will be tried');
    }
    this.#after(Math.max(LOOK_MS, beganMonoMs + everyMs - clock.monoMs()), () => void this.#fly());
  }

  /** Rejects when the store or the doors refuse. */
  async #round(beganMonoMs: number): Promise<boolean> {
    const { host } = this.#parts;
    // What a former life, or a former round, left open is resolved first: it would only count this one.
    const row = await this.#accept('resolve', 'trigger');
    await this.#carried(row);
    const number = canaryNumber(row.stamp);
    const hasCall = await this.#comes(() => this.#call?.number === number);
    const callMonoMs = this.#call?.monoMs ?? 0;
    await this.#carried(await this.#accept('resolve'));
    const isCommitted = hasCall && (await this.#comes(() => this.#isOutcomeCommitted(number)));
    if (!isCommitted || this.#stopped) {
      this.#parts.log.info(
        { host, hasCall },
        'a canary was not called on this host, or its outcome is missing',
      );
      return false;
    }
    this.#through = {
      atMs: this.#parts.clock.wallMs(),
      monoMs: this.#parts.clock.monoMs(),
      acceptToCallMs: Math.max(0, callMonoMs - beganMonoMs),
    };
    return true;
  }

  async #accept(...actions: ('trigger' | 'resolve')[]): Promise<JournalRow> {
    const [row] = await this.#parts.accept([canaryInput(this.#parts.host, actions)]);
    if (row === undefined) throw new Error('a canary was accepted as nothing');
    return row;
  }

  /** Resolves once the row's chain is done, however long that takes: until then another would only wait behind it. */
  async #carried({ id }: JournalRow): Promise<void> {
    while (!this.#stopped && !(await this.#isDone(id)));
  }

  async #isDone(id: WorkId): Promise<boolean> {
    try {
      return await this.#parts.whenDone(id, ROW_MS);
    } catch (error) {
      if (this.#stopped) return false;
      this.#parts.log.info({ row: id, err: error }, 'it could not be looked up whether a canary is done');
      await this.#pause(ROW_MS);
      return false;
    }
  }

  /** The message as committed, with the provider's answer. */
  async #isOutcomeCommitted(number: number): Promise<boolean> {
    const [row] = await this.#parts.store.rows(canaryResponder(this.#parts.host), MESSAGE, { limit: 1 });
    const message = row?.body as MessageRow | undefined;
    return message?.status === 'accepted' && message.members.some((one) => one.number === number);
  }

  async #comes(look: () => boolean | Promise<boolean>): Promise<boolean> {
    const untilMonoMs = this.#parts.clock.monoMs() + AFTER_ROW_MS;
    while (!this.#stopped) {
      if (await look()) return true;
      if (this.#parts.clock.monoMs() >= untilMonoMs) return false;
      await this.#pause(LOOK_MS);
    }
    return false;
  }

  #gotThrough(): void {
    this.#parts.problems.clear('canary');
    this.#parts.onThrough();
  }

  #late(beganMonoMs: number): void {
    if (this.#through !== null && this.#through.monoMs >= beganMonoMs) return;
    this.#parts.problems.raise(
      'canary',
      'the test alert that relay sends itself has not come through: real ones may wait too',
      'see the other problems and the log; what is accepted goes out when they are over',
    );
  }

  /** Another host's canary is called here: it died under way, or leaves its work to others. Nobody else would end it. */
  #closeFor(host: string): void {
    this.#parts.accept([canaryInput(host, ['resolve'])]).catch((error: unknown) => {
      if (!this.#stopped)
        this.#parts.log.info({ host, err: error }, "another host's canary could not be resolved");
    });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#after(delayMs, resolve));
  }

  /** Does nothing once stopped: whoever waits is left behind with everything else. */
  #after(delayMs: number, fn: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const cancel = this.#parts.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      fn();
    });
    this.#timers.add(cancel);
    return () => {
      cancel();
      this.#timers.delete(cancel);
    };
  }
}

const canaryInput = (host: string, actions: ('trigger' | 'resolve')[]): NewInput => ({
  input: { kind: 'alert', events: actions.map((action) => canaryEvent(host, action)) },
  raw: null,
});
