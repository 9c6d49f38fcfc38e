/** One open connection between two daemons, as frames. */
import type { TLSSocket } from 'node:tls';
import { FrameReader, frameHeader, type Frame } from './frames.ts';

/** What may wait unsent for a side that doesn't read; more, and the connection is given up. */
export const UNSENT_LIMIT_BYTES = 64 * 1024 * 1024;

/** How long it is quiet before the kernel asks whether the other machine is still there. */
const KEEP_ALIVE_MS = 30_000;

export interface WireEvents {
  /** Must not throw. */
  frame(frame: Frame): void;
  /** Once, whoever ended it; after that no frame comes. */
  closed(reason: string): void;
}

export class Wire {
  readonly #socket: TLSSocket;
  #reason: string | null = null;
  #corked = false;
  readonly closed: Promise<void>;

  /** Takes the socket over. `limitOf`: how many bytes a body of that kind may have. */
  constructor(socket: TLSSocket, limitOf: (kind: number) => number, events: WireEvents) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const reader = new FrameReader(limitOf);
    socket.on('data', (chunk: Buffer) => {
      if (this.#reason !== null) return;
      try {
        for (const frame of reader.push(chunk)) if (!socket.destroyed) events.frame(frame);
      } catch (error) {
        this.destroy(reasonOf(error));
      }
    });
    socket.on('error', (error) => (this.#reason ??= reasonOf(error)));
    socket.once('end', () => this.destroy('the other side closed the connection'));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        events.closed(this.#reason ?? 'the connection broke');
        resolve();
      });
    });
  }

  /** Bytes that the other side hasn't taken yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  /** What is sent in one turn of the event loop goes out in one piece. */
  send(kind: number, id: number, body: Buffer): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    socket.write(frameHeader(kind, id, body.length));
    if (body.length > 0) socket.write(body);
    if (this.unsentBytes > UNSENT_LIMIT_BYTES) this.destroy('the other side takes nothing any more');
  }

  /** Sends what was written, then closes without waiting for the other side. */
  end(): void {
    this.#socket.destroySoon();
  }

  /** At once; what is unsent is dropped. */
  destroy(reason: string): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }
}

/** An error's text in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n')[0] ?? '';
}
