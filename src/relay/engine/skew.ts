/**
 * How far this host's clock is off: each machine of the store is asked for its time, and the middle of what they say is
 * taken for the truth. Over a second, this host's stamps aren't trusted (rule 4), and people hear of it.
 */
import type { ClockReading, Store } from '../store/port.ts';
import type { Clock, Log, Problems } from './ports.ts';

export interface SkewParts {
  store: Pick<Store, 'clocks'>;
  clock: Clock;
  log: Log;
  problems: Problems;
  /** Told when the trust in this host's clock begins or ends. */
  onTrust?(trusted: boolean, offMs: number): void;
}

/** Problems' ids: over 100 ms, and so far that stamps aren't trusted. */
export const CLOCK_OFF = 'clock-off';
const CLOCK_SKEW = 'clock-skew';

const EVERY_MS = 20_000;
/** Rule 4. */
const TRUSTED_MS = 1_000;
/** People hear of this much already: chrony should keep it far below. */
const WARN_MS = 100;
/** That much less and it is over: no problem comes and goes with each reading. */
const EASED_MS = 50;
/** Fewer machines can't outvote a wrong one. */
const MACHINES = 3;

export class Skew {
  readonly #parts: SkewParts;
  #offMs: number | null = null;
  #trusted = true;
  #isOff = false;
  /** How far wall time was ahead of the monotonic clock when it was compared last; null: it never was. */
  #comparedMs: number | null = null;
  #readings: ClockReading[] = [];
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(parts: SkewParts) {
    this.#parts = parts;
  }

  /** How far this host is ahead of the others' middle; null while too few have answered. */
  get offMs(): number | null {
    return this.#offMs;
  }

  /**
   * As measured last, and wall time has gone on like the monotonic clock since: a jump counts at once, since a trigger
   * stamped an hour ago would be taken for resolved long since. Not before anything was measured.
   */
  get trusted(): boolean {
    if (!this.#trusted || this.#comparedMs === null) return false;
    return Math.abs(this.#aheadMs() - this.#comparedMs) <= TRUSTED_MS;
  }

  /** What each machine said last. */
  get readings(): readonly ClockReading[] {
    return this.#readings;
  }

  /** Resolves after the first round of asking, which may have failed. */
  async start(): Promise<void> {
    await this.#round();
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #next(): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after(EVERY_MS, () => void this.#round().finally(() => this.#next()));
  }

  async #round(): Promise<void> {
    const aheadMs = this.#aheadMs();
    try {
      this.#readings = await this.#parts.store.clocks();
    } catch (error) {
      this.#parts.log.info({ err: error }, "the store's machines could not be asked for their time");
      return;
    }
    const said = this.#readings;
    if (said.length === 0) return;
    this.#comparedMs = aheadMs;
    const offMs = -middleOf(said.map((one) => one.offsetMs));
    const exactMs = middleOf(said.map((one) => one.errorMs));
    this.#offMs = offMs;
    // A slow answer proves nothing: only what is off by more than the asking took counts.
    const surelyOffMs = Math.max(0, Math.abs(offMs) - exactMs);
    this.#say(surelyOffMs, offMs);
    if (said.length < MACHINES) return;
    const trusted = surelyOffMs <= TRUSTED_MS;
    if (trusted === this.#trusted) return;
    this.#trusted = trusted;
    this.#parts.onTrust?.(trusted, offMs);
  }

  #aheadMs(): number {
    const { clock } = this.#parts;
    return clock.wallMs() - clock.monoMs();
  }

  #say(surelyOffMs: number, offMs: number): void {
    const { problems } = this.#parts;
    const way = `${Math.round(Math.abs(offMs))} ms ${offMs > 0 ? 'ahead of' : 'behind'} the others`;
    const cure = 'check chrony on this host (chronyc tracking)';
    if (surelyOffMs > TRUSTED_MS) {
      const why = 'its stamps are not trusted and it leaves work to others';
      problems.raise(CLOCK_SKEW, `this host's clock is ${way}; ${why}`, cure);
    } else problems.clear(CLOCK_SKEW);
    // The larger problem says it all.
    const isOff = surelyOffMs > (this.#isOff ? EASED_MS : WARN_MS) && surelyOffMs <= TRUSTED_MS;
    if (isOff)
      problems.raise(CLOCK_OFF, `this host's clock is ${way}: chrony should keep it far closer`, cure);
    else problems.clear(CLOCK_OFF);
    this.#isOff = isOff;
  }
}

function middleOf(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}
