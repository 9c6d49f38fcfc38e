/** A line to a node that a test can cut: what goes through is never looked at, so TLS passes as it is. */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export class CutLine {
  readonly #server: Server;
  readonly #pairs = new Set<{ near: Socket; far: Socket }>();
  /** What is lost from now on, and whom to tell when something was. */
  #losing: { what: 'answers' | 'questions'; lost: () => void } | null = null;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on the node's own address, which its certificate names, at a free port. */
  static async to(address: string, port: number): Promise<CutLine> {
    const server = createServer();
    const line = new CutLine(server);
    server.on('connection', (near) => line.#join(near, connect(port, address)));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, resolve);
    });
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on what one side says is lost on the way. Resolves with the first that is. */
  async lose(what: 'answers' | 'questions'): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#losing = { what, lost: resolve };
    });
  }

  /** Ends all connections; new ones work. */
  cut(): void {
    this.#losing = null;
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #join(near: Socket, far: Socket): void {
    const pair = { near, far };
    this.#pairs.add(pair);
    for (const [from, to, what] of [
      [near, far, 'questions'],
      [far, near, 'answers'],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      from.on('data', (bytes: Buffer) => {
        if (this.#losing?.what === what) this.#losing.lost();
        else to.write(bytes);
      });
    }
  }
}
