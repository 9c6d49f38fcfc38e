/** Tells a dead man's switch that alerts come through. When the pings stop, the switch pages: relay can't any more. */
import type { Clock, Problems } from '../engine/ports.ts';
import { VERSION } from '../version.ts';
import { statusOfUrl } from './look-up.ts';

export interface PingParts {
  /** As secret as a password. */
  url: string;
  /** How often the switch wants to hear of relay at least. */
  pingMs: number;
  /** How often there is something to tell. */
  everyMs: number;
  clock: Clock;
  problems: Problems;
}

const TIMEOUT_MS = 10_000;

export class Ping {
  readonly #parts: PingParts;
  #isUnderWay = false;
  /** When the switch was last reached. */
  #heardMonoMs = -Infinity;

  constructor(parts: PingParts) {
    this.#parts = parts;
  }

  /**
   * One ping, unless one is under way or the next time is early enough. What goes wrong is a problem, and nothing else:
   * the next time it is tried again.
   */
  async send(): Promise<void> {
    const { url, pingMs, everyMs, clock, problems } = this.#parts;
    const nowMonoMs = clock.monoMs();
    if (this.#isUnderWay || nowMonoMs + everyMs - this.#heardMonoMs < pingMs) return;
    this.#isUnderWay = true;
    try {
      const status = await statusOfUrl(url, { clock, timeoutMs: TIMEOUT_MS, agent: `relay/${VERSION}` });
      if (status >= 200 && status < 300) {
        this.#heardMonoMs = nowMonoMs;
        problems.clear('ping');
        return;
      }
      const redirected = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
      this.#failed(`it answered ${status}${redirected}`);
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
