/** Calls with large bodies, each over a connection of its own: on the warm line they would hold up all others. */
import type { Clock } from '../engine/ports.ts';
import { Calls } from './calls.ts';
import { connect, type Target } from './connect.ts';
import { KIND } from './frames.ts';
import { PeerError } from './port.ts';
import { reasonOf, type Wire } from './wire.ts';

/** At the same time to one host; they may hold 40 MB each. */
const PARCELS_MAX = 8;

export class Parcels {
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #open = new Set<Wire>();
  #closed = false;

  constructor(target: Target, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
  }

  /** As `call` of line.ts. */
  async call(kind: number, body: Buffer, what: string, timeoutMs: number): Promise<Buffer> {
    const { name } = this.#target;
    if (this.#closed) throw new PeerError(`${name}: ${what} was not sent: this host is shutting down`);
    if (this.#open.size >= PARCELS_MAX)
      throw new PeerError(`${name}: ${what} was not sent: ${PARCELS_MAX} large calls are under way already`);
    const calls = new Calls(this.#clock);
    const { id, answer } = calls.add(
      timeoutMs,
      () => new PeerError(`${name}: ${what} was not answered within ${timeoutMs} ms; it may have been done`),
    );
    const { wire, opened } = connect(this.#target, this.#clock, timeoutMs, {
      frame: (frame) => {
        if (frame.kind === KIND.answer) calls.answered(frame.id, frame.body);
        else if (frame.kind === KIND.refusal)
          calls.failed(frame.id, new PeerError(`${name}: it refused the call: ${frame.body.toString()}`));
      },
      closed: (reason) =>
        calls.failed(id, new PeerError(`${name}: the connection broke (${reason}); it may have been done`)),
    });
    this.#open.add(wire);
    opened.then(
      () => wire.send(kind, id, body),
      (error: unknown) =>
        calls.failed(id, new PeerError(`${name}: ${what} was not sent: ${reasonOf(error)}`)),
    );
    try {
      return await answer;
    } finally {
      wire.destroy('the call is over');
      this.#open.delete(wire);
    }
  }

  /** Ends the calls under way. */
  async close(): Promise<void> {
    this.#closed = true;
    const open = [...this.#open];
    for (const wire of open) wire.destroy('this host is shutting down');
    await Promise.all(open.map((wire) => wire.closed));
  }
}
