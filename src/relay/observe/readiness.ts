/** Why this host can't take or work on alerts right now: what /readyz answers and a load balancer goes by. */
import type { Clock } from '../engine/ports.ts';
import type { HealthParts } from './health.ts';

/** An engine that hasn't finished a round for this long is stuck: it makes one at least every few seconds. */
export const STALLED_AFTER_MS = 30_000;

export class Readiness {
  readonly #clock: Clock;
  readonly #store: () => string | null;
  readonly #advanced: () => number;
  #phase: 'starting' | 'running' | 'draining' | 'closing' = 'starting';
  #seen: number;
  #seenAtMs: number;

  /**
   * `store` says why the store can't be used, in words for everybody (no paths); null when it can. `advanced` is a
   * count that grows whenever the engine has finished a round.
   */
  constructor(parts: { clock: Clock; store: () => string | null; advanced: () => number }) {
    this.#clock = parts.clock;
    this.#store = parts.store;
    this.#advanced = parts.advanced;
    this.#seen = parts.advanced();
    this.#seenAtMs = parts.clock.monoMs();
  }

  /** Everything is up; the engine has its full time from now on. */
  started(): void {
    this.#phase = 'running';
    this.#seenAtMs = this.#clock.monoMs();
  }

  /** Everything works, but new work should go elsewhere: never ready again. */
  draining(): void {
    this.#phase = 'draining';
  }

  /** Shutting down: from now on never ready again. */
  closing(): void {
    this.#phase = 'closing';
  }

  /** Notes the engine's progress; call it more often than every 30 s (each scrape of /readyz does too). */
  look(): void {
    const count = this.#advanced();
    if (count === this.#seen) return;
    this.#seen = count;
    this.#seenAtMs = this.#clock.monoMs();
  }

  /** What the health routes ask. */
  health(metrics: HealthParts['metrics']): HealthParts {
    return { live: () => this.stalled(), ready: () => this.reasons(), metrics };
  }

  /** Why the process should be restarted: the engine is stuck though the store works. Empty when it is well. */
  stalled(): string[] {
    this.look();
    const stillMs = this.#clock.monoMs() - this.#seenAtMs;
    if (this.#phase !== 'running' || this.#store() !== null || stillMs <= STALLED_AFTER_MS) return [];
    return [`the engine has not advanced for ${Math.round(stillMs / 1000)} s`];
  }

  /** Empty when ready; otherwise each reason in words. */
  reasons(): string[] {
    this.look();
    const reasons: string[] = [];
    if (this.#phase === 'starting') reasons.push('starting');
    if (this.#phase === 'draining') reasons.push('draining');
    if (this.#phase === 'closing') reasons.push('shutting down');
    const store = this.#store();
    if (store !== null) reasons.push(store);
    const stillMs = this.#clock.monoMs() - this.#seenAtMs;
    if (this.#phase === 'running' && stillMs > STALLED_AFTER_MS) {
      reasons.push(`the engine has not advanced for ${Math.round(stillMs / 1000)} s`);
    }
    return reasons;
  }
}
