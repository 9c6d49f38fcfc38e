/** Tells a dead man's switch that alerts come through. When the pings stop, the switch pages: relay can't any more. */
import type { Clock, Problems } from '../engine/ports.ts';
import { VERSION } from '../version.ts';
import { statusOfUrl } from './look-up.ts';

export interface PingParts {
  /** As secret as a password. */
  url: string;
  clock: Clock;
  problems: Problems;
}

const TIMEOUT_MS = 10_000;

export class Ping {
  readonly #parts: PingParts;
  #isUnderWay = false;

  constructor(parts: PingParts) {
    this.#parts = parts;
  }

  /** One ping, unless one is under way. What goes wrong is a problem, and nothing else: the next round pings again. */
  async send(): Promise<void> {
    if (this.#isUnderWay) return;
    const { url, clock, problems } = this.#parts;
    this.#isUnderWay = true;
    try {
      const status = await statusOfUrl(url, { clock, timeoutMs: TIMEOUT_MS, agent: `relay/${VERSION}` });
      if (status >= 200 && status < 300) problems.clear('ping');
      else
        this.#failed(
          `it answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}`,
        );
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isUnderWay = false;
    }
  }

  #failed(why: string): void {
    this.#parts.problems.raise(
      'ping',
      `the dead man's switch does not hear of this relay: ${why}`,
      'check watch.pingUrl and the way there; the switch will page though relay works',
    );
  }
}
