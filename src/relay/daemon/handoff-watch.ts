/** Looks for handoffs at the beginning of each minute, when shifts end: node-cron says when. */
import type { ScheduledTask } from 'node-cron';
import type { Handoffs, Looked } from '../engine/handoffs.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import { RosterError } from '../oncall/book.ts';

export interface HandoffWatchParts {
  handoffs: Pick<Handoffs, 'look' | 'lookNow'>;
  /** While this host has no quorum, or is only coming back to it, nothing is handed over: it comes late then. */
  isAlone(): boolean;
  /** Whether this host's clock is known to be right (rule 4). */
  trusted(): boolean;
  clock: Clock;
  log: Log;
  problems: Problems;
}

/** After the start: what was missed can wait until alerts come in again. */
const FIRST_LOOK_MS = 20_000;
const EVERY_MINUTE = '* * * * *';
/** So many looks that fail one after the other, or that one takes the time of, are a problem. */
const FAILURES = 10;
const PROBLEM = 'handoffs';
const CURE =
  'see what is said of the store; relay tries again every minute, and tells late what is less than a day old';

export class HandoffWatch {
  readonly #parts: HandoffWatchParts;
  #task: ScheduledTask | null = null;
  #cancelFirst: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;
  #failures = 0;
  /** Looks that were not begun because the one under way hadn't ended. */
  #heldUp = 0;
  #stopped = false;

  constructor(parts: HandoffWatchParts) {
    this.#parts = parts;
  }

  /** Loads node-cron, which is needed nowhere else but for jobs. */
  async start(): Promise<void> {
    const { clock, log } = this.#parts;
    const { schedule } = await import('node-cron');
    if (this.#stopped) return;
    this.#cancelFirst = clock.after(FIRST_LOOK_MS, () => this.#look());
    this.#task = schedule(EVERY_MINUTE, () => this.#look(), {
      name: 'handoffs',
      // The next minute's look finds what this one missed.
      suppressMissedWarning: true,
      logger: {
        info: (message) => log.info({}, message),
        warn: (message) => log.warn({}, message),
        error: (message, error) => log.error({ err: error ?? message }, 'handoffs could not be looked for'),
        debug: () => undefined,
      },
    });
  }

  /**
   * Looks because somebody asked, whichever host is to. Rejects as the store does, and with RosterError where this host
   * can't know what is due: it has no quorum, or its clock would hand over too early, and use the handoff up.
   */
  lookNow(): Promise<Looked> {
    const { handoffs, isAlone, trusted } = this.#parts;
    const why = this.#stopped
      ? 'relay stops here'
      : isAlone()
        ? 'this host has no quorum, or is only coming back to it'
        : trusted()
          ? null
          : "this host's clock is not known to be right";
    if (why === null) return handoffs.lookNow();
    return Promise.reject(
      new RosterError(
        'conflict',
        `Nothing is handed over here now: ${why}.`,
        'The other hosts look each minute; how things stand: relay status.',
      ),
    );
  }

  /** Nothing begins any more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelFirst();
    await this.#task?.destroy();
    await this.#looking;
  }

  #look(): void {
    if (this.#isLooking) this.#sayHeldUp();
    if (this.#stopped || this.#isLooking || this.#parts.isAlone()) return;
    this.#isLooking = true;
    this.#heldUp = 0;
    this.#looking = this.#lookOnce().finally(() => {
      this.#isLooking = false;
    });
  }

  #sayHeldUp(): void {
    this.#heldUp += 1;
    if (this.#heldUp >= FAILURES) this.#raise(`a look has not ended for ${this.#heldUp} minutes`);
  }

  #raise(why: string): void {
    this.#parts.problems.raise(PROBLEM, `who comes on call and who goes is not told: ${why}`, CURE);
  }

  async #lookOnce(): Promise<void> {
    const { handoffs, log, problems } = this.#parts;
    try {
      await handoffs.look();
      this.#failures = 0;
      problems.clear(PROBLEM);
    } catch (error) {
      this.#failures += 1;
      log.info({ err: error }, 'handoffs could not be looked for; they are in a minute');
      if (this.#failures < FAILURES) return;
      this.#raise(error instanceof Error ? error.message : String(error));
    }
  }
}
