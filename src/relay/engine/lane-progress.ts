/** Whether a lane gets on: what the watchdog goes by. */
import type { Clock } from './ports.ts';

export class LaneProgress {
  readonly #clock: Clock;
  #movedMonoMs = 0;
  #waitsForTurn = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** It got on with something, was refused by the store, or has only now got work. */
  moved(): void {
    this.#movedMonoMs = this.#clock.monoMs();
  }

  /** For how long it got on with nothing: a call that never answers, a deadlock. Waiting for its turn is neither. */
  get stuckMs(): number {
    return this.#waitsForTurn ? 0 : this.#clock.monoMs() - this.#movedMonoMs;
  }

  async waitForTurn(turn: Promise<void>): Promise<void> {
    this.#waitsForTurn = true;
    await turn;
    this.#waitsForTurn = false;
    this.moved();
  }
}
