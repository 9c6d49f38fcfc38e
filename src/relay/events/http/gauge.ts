/** Counts requests under way and turns away what is too much, before a body is read. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpLimits } from './limits.ts';

export class Gauge {
  readonly #limits: HttpLimits;
  #inFlight = 0;
  #large = 0;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  /** False when there are too many; otherwise the request is counted until its response is closed. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    const large = this.#isLarge(request);
    if (this.#inFlight >= this.#limits.maxInFlight || (large && this.#large >= this.#limits.maxLarge))
      return false;
    this.#inFlight += 1;
    if (large) this.#large += 1;
    response.once('close', () => {
      this.#inFlight -= 1;
      if (large) this.#large -= 1;
    });
    return true;
  }

  #isLarge(request: IncomingMessage): boolean {
    if (request.headers['transfer-encoding'] !== undefined) return true;
    const length = Number(request.headers['content-length'] ?? 0);
    return length > this.#limits.smallBytes && length <= this.#limits.bodyBytes;
  }
}
