/** The engine's time: it starts at wall time, goes with the monotonic clock, and never jumps (rule 4). */
import type { Clock, Problems } from './ports.ts';

/** Up to this, corrections are followed: a trusted clock may be so far off (rule 4). Anything larger is a jump, and said. */
const JUMP_MS = 1_000;

export class SteadyClock {
  readonly #clock: Clock;
  readonly #problems: Problems;
  #offsetMs: number;
  #lastMs = 0;

  constructor(clock: Clock, problems: Problems) {
    this.#clock = clock;
    this.#problems = problems;
    this.#offsetMs = clock.wallMs() - clock.monoMs();
  }

  /** Milliseconds since the epoch; never goes back. */
  nowMs(): number {
    const steadyMs = this.#offsetMs + this.#clock.monoMs();
    const driftMs = this.#clock.wallMs() - steadyMs;
    const jumped = Math.abs(driftMs) > JUMP_MS;
    if (!jumped) this.#offsetMs += driftMs;
    this.#report(jumped, driftMs);
    this.#lastMs = Math.max(this.#lastMs, this.#offsetMs + this.#clock.monoMs());
    return Math.round(this.#lastMs);
  }

  #report(jumped: boolean, driftMs: number): void {
    if (jumped) {
      this.#problems.raise(
        'clock-jump',
        `the clock jumped by ${Math.round(driftMs / 1_000)} s while relay was running; timers go on unchanged`,
        'check chrony; when the clock is right now, restart relay so that its times are right again',
      );
    } else {
      this.#problems.clear('clock-jump');
    }
  }
}
