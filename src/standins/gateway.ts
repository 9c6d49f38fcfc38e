/**
 * A strict stand-in for an SMS gateway with a small REST API on loopback. It takes exactly the requests that its
 * documentation allows, keeps a ledger of what it took, and fails on request.
 */
import { timingSafeEqual } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface GatewayEntry {
  id: string;
  to: string;
  from: string;
  text: string;
  reference: string;
}

/** What goes wrong with one request to send. `accept`: the message is taken all the same. */
export type GatewayFault =
  | { kind: 'status'; status: number; message?: string; retryAfterSeconds?: number; accept?: boolean }
  | { kind: 'reset'; accept: boolean }
  | { kind: 'hang'; accept: boolean }
  /** A success that never ends. */
  | { kind: 'endless'; accept: boolean };

interface Events {
  /** A message was taken. */
  message: [GatewayEntry];
  /** A request to send arrived whole. */
  request: [];
  /** A request is left without an answer. */
  hanging: [];
  /** The client let go of a request that was not answered; `reset`: by RST. */
  abandoned: [{ reset: boolean }];
}

export class GatewayStandin extends EventEmitter<Events> {
  token = 'gateway-token-0123456789';
  /** Out of credit, or switched off: nothing is taken. */
  suspended = false;
  /** Decides the fault of each request to send for which `failNext` doesn't. */
  fault: (to: string) => GatewayFault | null = () => null;
  /** What was taken, oldest first. */
  readonly ledger: GatewayEntry[] = [];
  /** Requests to send that came, whatever became of them. */
  calls = 0;
  readonly #server: Server;
  readonly #scheme: string;
  readonly #faults: GatewayFault[] = [];
  /** Answers by idempotency key, with the request that each was given for. */
  readonly #keys = new Map<string, { body: string; entry: GatewayEntry }>();
  readonly #raw = new Map<string, Socket>();

  constructor(tls?: { key: string; cert: string }) {
    super();
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer() : createTlsServer(tls);
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket: Socket) => {
      const key = peer(socket);
      this.#raw.set(key, socket);
      socket.on('close', () => this.#raw.delete(key));
    });
  }

  get baseUrl(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#raw.size;
  }

  failNext(fault: GatewayFault): void {
    this.#faults.push(fault);
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#raw.values()) socket.destroy();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client went away before its request was whole: nothing was asked
    }
    const url = new URL(request.url ?? '/', this.baseUrl);
    const asked = `${request.method} ${url.pathname}`;
    if (!this.#knows(request.headers.authorization)) {
      // As some do: the token that was sent comes back in the answer.
      return say(response, 401, { error: { message: `bad token ${request.headers.authorization ?? ''}` } });
    }
    if (asked === 'GET /v1/account') return say(response, 200, { active: !this.suspended });
    if (asked === 'GET /v1/messages') {
      const reference = url.searchParams.get('reference');
      const messages = this.ledger.filter((one) => one.reference === reference);
      return say(response, 200, { messages });
    }
    if (asked !== 'POST /v1/messages') return say(response, 404, { error: { message: `no ${asked}` } });
    this.#send(request, Buffer.concat(chunks).toString(), response);
  }

  #send(request: IncomingMessage, body: string, response: ServerResponse): void {
    this.calls += 1;
    this.emit('request');
    response.on('close', () => {
      if (!response.writableFinished) this.emit('abandoned', { reset: isReset(request.socket.errored) });
    });
    const entry = entryOf(body, request.headers['content-type']);
    if (typeof entry === 'string') return say(response, 400, { error: { message: entry } });
    const fault = this.#faults.shift() ?? this.fault(entry.to);
    if (fault !== null) {
      if (fault.accept === true) this.#take(entry, body, request);
      return this.#misbehave(fault, request, response);
    }
    if (this.suspended) return say(response, 403, { error: { message: 'the account is suspended' } });
    const key = request.headers['idempotency-key'];
    const known = typeof key === 'string' ? this.#keys.get(key) : undefined;
    if (known !== undefined && known.body !== body)
      return say(response, 422, { error: { message: 'this key came with another message' } });
    const taken = known?.entry ?? this.#take(entry, body, request);
    return say(response, 201, { messages: [{ id: taken.id, to: taken.to }] });
  }

  #take(message: Omit<GatewayEntry, 'id'>, body: string, request: IncomingMessage): GatewayEntry {
    const key = request.headers['idempotency-key'];
    const known = typeof key === 'string' ? this.#keys.get(key) : undefined;
    if (known !== undefined) return known.entry;
    const entry = { id: `gw-${this.ledger.length + 1}`, ...message };
    this.ledger.push(entry);
    if (typeof key === 'string') this.#keys.set(key, { body, entry });
    this.emit('message', entry);
    return entry;
  }

  #misbehave(fault: GatewayFault, request: IncomingMessage, response: ServerResponse): void {
    if (fault.kind === 'hang') {
      this.emit('hanging');
      return;
    }
    if (fault.kind === 'reset') {
      this.#raw.get(peer(request.socket))?.resetAndDestroy();
      return;
    }
    if (fault.kind === 'endless') {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
      return;
    }
    if (fault.retryAfterSeconds !== undefined)
      response.setHeader('Retry-After', String(fault.retryAfterSeconds));
    if (fault.status >= 300 && fault.status < 400)
      response.setHeader('Location', `${this.baseUrl}/v1/messages`);
    say(response, fault.status, { error: { message: fault.message ?? `error ${fault.status}` } });
  }

  #knows(authorization: string | undefined): boolean {
    const expected = Buffer.from(`Bearer ${this.token}`);
    const given = Buffer.from(authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

/** Starts a gateway on loopback. */
export async function startGatewayStandin(
  options: { port?: number; tls?: { key: string; cert: string } } = {},
): Promise<GatewayStandin> {
  const standin = new GatewayStandin(options.tls);
  await standin.listen(options.port ?? 0);
  return standin;
}

const FIELDS = ['to', 'from', 'text', 'reference'] as const;

/** The message in a request, or what is wrong with it. */
function entryOf(body: string, type: string | undefined): Omit<GatewayEntry, 'id'> | string {
  if (type !== 'application/json') return `Content-Type is ${type ?? 'missing'}`;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'this is no JSON';
  }
  if (typeof json !== 'object' || json === null) return 'this is no object';
  const fields = json as Record<string, unknown>;
  const names = Object.keys(fields).toSorted().join();
  if (names !== FIELDS.toSorted().join()) return `the fields are ${names}`;
  const [to, from, text, reference] = FIELDS.map((name) => fields[name]);
  if (typeof to !== 'string' || !/^\+[1-9]\d{6,14}$/u.test(to)) return 'to is no E.164 number';
  if (typeof from !== 'string' || typeof reference !== 'string') return 'from and reference are texts';
  if (typeof text !== 'string' || text === '' || text.length > 1_600) return 'text has 1 to 1,600 characters';
  if (/[^\P{Cc}\n]/u.test(text) || !text.isWellFormed()) return 'text has characters that no phone knows';
  return { to, from, text, reference };
}

const say = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
const isReset = (error: NodeJS.ErrnoException | null): boolean => error?.code === 'ECONNRESET';
const peer = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;
