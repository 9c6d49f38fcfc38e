/** What HAProxy sees of a daemon: its mail doors, its HTTP door, whether it is well. It writes down who came. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Taken {
  /** The host whose daemon took it. */
  host: string;
  door: 'smtp' | 'submission' | 'http';
  /** Who sent it, as HAProxy says. */
  from: string;
  /** The subject, or the body. */
  text: string;
  proto?: string | undefined;
}

export interface Health {
  ready: boolean;
  alive: boolean;
}

/** Ports once given stay, so that it comes back where it was. */
export class StandInDaemon {
  readonly name: string;
  readonly address: string;
  readonly health: Health = { ready: true, alive: true };
  ports = { smtp: 0, submission: 0, http: 0 };
  /** What the next requests are answered, instead of taken; `cut`: the connection ends without an answer. */
  readonly spoiled: (number | 'cut')[] = [];
  readonly #taken: Taken[];
  #close: (() => Promise<void>)[] = [];

  constructor(name: string, address: string, taken: Taken[]) {
    this.name = name;
    this.address = address;
    this.#taken = taken;
  }

  async start(): Promise<void> {
    for (const door of ['smtp', 'submission'] as const) await this.#openMail(door);
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    this.ports.http = await listen(server, this.ports.http, this.address);
    this.#close.push(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    );
  }

  /** As when its process is killed. */
  async stop(): Promise<void> {
    await Promise.all(this.#close.splice(0).map((close) => close()));
  }

  async #openMail(door: 'smtp' | 'submission'): Promise<void> {
    const server = new SMTPServer({
      useProxy: true,
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      closeTimeout: 1,
      onData: (stream, session, done) => {
        let raw = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => (raw += chunk));
        stream.on('end', () => {
          this.#taken.push({
            host: this.name,
            door,
            from: session.remoteAddress,
            text: /^Subject: (?<text>.*)$/mu.exec(raw)?.groups?.['text']?.trim() ?? '',
          });
          done();
        });
      },
    });
    // Whoever looks only whether somebody listens leaves without a word.
    server.on('error', () => {});
    this.ports[door] = await listen(server.server, this.ports[door], this.address);
    this.#close.push(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve());
        }),
    );
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (code: number, text: string): void => void response.writeHead(code).end(text);
    if (request.url === '/readyz') return say(this.health.ready ? 200 : 503, 'the store is out of reach');
    if (request.url === '/healthz') return say(this.health.alive ? 200 : 503, 'stuck');
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
    const spoiled = this.spoiled.shift();
    if (spoiled === 'cut') return void request.socket.destroy();
    if (spoiled !== undefined) return say(spoiled, 'not now');
    this.#taken.push({
      host: this.name,
      door: 'http',
      from: String(request.headers['x-forwarded-for']),
      text: Buffer.concat(chunks).toString(),
      proto: request.headers['x-forwarded-proto']?.toString(),
    });
    say(202, `${request.method} ${request.url}`);
  }
}

/** Gives back the port. */
export function listen(
  server: Server | SMTPServer['server'],
  port: number,
  address: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
