/** Calls that wait for their answer, each with its own time. */
import type { Clock } from '../engine/ports.ts';
import { ID_MAX } from './frames.ts';
import { PeerError } from './port.ts';

interface Waiting {
  resolve(body: Buffer): void;
  reject(error: PeerError): void;
  cancel(): void;
}

export class Calls {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** `late` makes the error of a call that waited too long; nothing waits for it then. */
  add(timeoutMs: number, late: () => PeerError): { id: number; answer: Promise<Buffer> } {
    const id = this.#freeId();
    const { promise: answer, resolve, reject } = Promise.withResolvers<Buffer>();
    const cancel = this.#clock.after(timeoutMs, () => {
      this.#waiting.delete(id);
      reject(late());
    });
    this.#waiting.set(id, { resolve, reject, cancel });
    return { id, answer };
  }

  /** An answer that nobody waits for any more is dropped. */
  answered(id: number, body: Buffer): void {
    this.#done(id)?.resolve(body);
  }

  failed(id: number, error: PeerError): void {
    this.#done(id)?.reject(error);
  }

  failAll(text: string): void {
    for (const id of this.#waiting.keys()) this.failed(id, new PeerError(text));
  }

  #done(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.cancel();
    return waiting;
  }

  #freeId(): number {
    do {
      this.#lastId = this.#lastId >= ID_MAX ? 1 : this.#lastId + 1;
    } while (this.#waiting.has(this.#lastId));
    return this.#lastId;
  }
}
