/**
 * HTTP to one provider with the exact knowledge rule 6 needs: whether a request's first byte was written, the last
 * word of `mayStart` just before it, and a reset of the raw socket at the deadline.
 *
 * The gap that remains: `mayStart` is asked once DNS, TCP and TLS are done, in the same turn of the event loop as the
 * write that follows it. A pause of the whole process between the two (the machine suspended, a long stop by the
 * kernel), and bytes already handed to the kernel when the socket is reset, can't be taken back.
 */
import type { Agent, ClientRequest, IncomingHttpHeaders } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Clock } from '../engine/ports.ts';

// Importing these would read their lazy exports, which load all of undici: 20 MB that nothing here uses.
const { Agent: HttpAgent, request: httpRequest } = process.getBuiltinModule('node:http');
const { Agent: HttpsAgent, request: httpsRequest } = process.getBuiltinModule('node:https');

/** Not one byte of the request was written: nothing can have been sent. */
export class NotSentError extends Error {
  override name = 'NotSentError';
  /** The system's code, e.g. ECONNREFUSED, or `deadline`. */
  readonly code: string;
  /** A kept connection turned out to be gone. */
  readonly stale: boolean;
  constructor(message: string, code: string, stale: boolean) {
    super(message);
    this.code = code;
    this.stale = stale;
  }
}

/** `mayStart` said no: nothing was written. */
export class LateError extends Error {
  override name = 'LateError';
}

/** Written, at least in part, and no whole answer came: it may have been sent. */
export class UnansweredError extends Error {
  override name = 'UnansweredError';
}

export interface WireRequest {
  method: string;
  /** Below the base URL, with its query. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface WireReply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface WireCall {
  /** From now on. */
  deadlineMs: number;
  mayStart: () => boolean;
}

/** Shorter than what servers and load balancers allow, so that the other side is rarely the one to close. */
const IDLE_MS = 4_000;
const CONNECT_MS = 10_000;
const MOST_CONNECTIONS = 64;
const LARGEST_REPLY_BYTES = 8 * 1024 * 1024;

export class Wire {
  readonly #base: URL;
  readonly #clock: Clock;
  readonly #kept: Agent;
  readonly #fresh: Agent;
  /** The TCP socket under each connection: only that one can be reset when TLS runs over it. */
  readonly #raw = new WeakMap<Duplex, Socket>();
  readonly #largestReplyBytes: number;
  #underWay = 0;
  #closed = false;

  /** Throws when the base URL isn't http or https. */
  constructor(baseUrl: string, clock: Clock, largestReplyBytes = LARGEST_REPLY_BYTES) {
    this.#largestReplyBytes = largestReplyBytes;
    this.#base = new URL(baseUrl);
    if (!['http:', 'https:'].includes(this.#base.protocol)) {
      throw new Error(`the base URL must start with http:// or https://, not ${this.#base.protocol}//`);
    }
    this.#clock = clock;
    this.#kept = this.#agent({ keepAlive: true, timeout: IDLE_MS, maxSockets: MOST_CONNECTIONS });
    this.#fresh = this.#agent({ keepAlive: false, maxSockets: MOST_CONNECTIONS });
  }

  /** Where it connects to, for error messages. */
  get host(): string {
    return this.#base.host;
  }

  /**
   * One request, one answer, whatever its status. Rejects with NotSentError, LateError or UnansweredError.
   * A kept connection found closed before anything was written is replaced by a new one, once.
   */
  async exchange(request: WireRequest, call: WireCall): Promise<WireReply> {
    const limit = { expire: (): void => {} };
    const cancel = this.#clock.after(call.deadlineMs, () => limit.expire());
    this.#underWay += 1;
    try {
      return await this.#attempt(request, call, limit, this.#kept).catch((error: unknown) => {
        if (error instanceof NotSentError && error.stale)
          return this.#attempt(request, call, limit, this.#fresh);
        throw error;
      });
    } finally {
      cancel();
      this.#underWay -= 1;
      this.#letGo();
    }
  }

  /** Connects, TLS included, and closes again: nothing is asked. Rejects with NotSentError. */
  reach(deadlineMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit: { expire?: () => void } = {};
      const cancel = this.#clock.after(deadlineMs, () => limit.expire?.());
      const raw = this.#dial((error, connection) => {
        cancel();
        raw.destroy();
        connection?.destroy();
        if (error === null) resolve();
        else reject(new NotSentError(error.message, 'code' in error ? String(error.code) : '', false));
      });
      limit.expire = () =>
        raw.destroy(Object.assign(new Error(`no connection within ${deadlineMs} ms`), { code: 'deadline' }));
    });
  }

  /** Ends kept connections, once what is under way has its answer: cutting that off would leave it in doubt. */
  close(): void {
    this.#closed = true;
    this.#letGo();
  }

  #letGo(): void {
    if (!this.#closed || this.#underWay > 0) return;
    this.#kept.destroy();
    this.#fresh.destroy();
  }

  #attempt(
    asked: WireRequest,
    call: WireCall,
    limit: { expire: () => void },
    agent: Agent,
  ): Promise<WireReply> {
    return new Promise((resolve, reject) => {
      let written = false;
      let over = false;
      const request = this.#request(asked, agent);
      const fail = (error: NodeJS.ErrnoException): void => {
        if (over) return;
        over = true;
        const stale = request.reusedSocket && error.code !== 'deadline';
        reject(
          written
            ? new UnansweredError(error.message)
            : new NotSentError(error.message, error.code ?? '', stale),
        );
      };
      limit.expire = () => {
        if (over) return;
        const socket = request.socket as Duplex | null;
        fail(Object.assign(new Error(`no answer within ${call.deadlineMs} ms`), { code: 'deadline' }));
        if (socket !== null) this.#raw.get(socket)?.resetAndDestroy();
        request.destroy();
      };
      const write = (): void => {
        if (over || request.destroyed) return;
        if (!call.mayStart()) {
          over = true;
          request.destroy();
          reject(new LateError('too late to start the call'));
          return;
        }
        written = true;
        request.end(asked.body ?? undefined);
      };
      request.on('error', fail);
      // A connection is handed over connected. A kept one may have been closed meanwhile: with two immediates the event
      // loop has polled in between, and that news is in before anything is written.
      request.on('socket', () => {
        if (request.reusedSocket) setImmediate(() => void setImmediate(write));
        else write();
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let sizeBytes = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          sizeBytes += chunk.length;
          if (sizeBytes > this.#largestReplyBytes) response.destroy(new Error('the answer is too large'));
        });
        response.on('error', fail);
        response.on('end', () => {
          if (over) return;
          over = true;
          const body = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      request.on('close', () => fail(new Error('the connection closed without a whole answer')));
    });
  }

  #request(asked: WireRequest, agent: Agent): ClientRequest {
    const send = this.#base.protocol === 'https:' ? httpsRequest : httpRequest;
    const path = this.#base.pathname.replace(/\/$/, '') + asked.path;
    const length = asked.body === null ? {} : { 'Content-Length': String(Buffer.byteLength(asked.body)) };
    return send({
      hostname: this.#base.hostname.replace(/^\[|\]$/g, ''),
      port: this.#base.port,
      method: asked.method,
      path,
      headers: { ...asked.headers, ...length },
      agent,
    });
  }

  /** Hands connections over only once they are ready, TLS included, and remembers the socket below. */
  #agent(options: { keepAlive: boolean; maxSockets: number; timeout?: number }): Agent {
    const secure = this.#base.protocol === 'https:';
    const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
    agent.createConnection = (_options, ready) => {
      const raw = this.#dial((error, connection) => {
        if (error === null) ready?.(null, connection);
        else ready?.(error, raw);
      });
      return undefined;
    };
    return agent;
  }

  #dial(ready: (error: Error | null, connection: Duplex) => void): Socket {
    const secure = this.#base.protocol === 'https:';
    const host = this.#base.hostname.replace(/^\[|\]$/g, '');
    const port = Number(this.#base.port) || (secure ? 443 : 80);
    const raw = connect({ host, port, noDelay: true });
    const failed = (error: Error): void => ready(error, raw);
    raw.once('error', failed);
    raw.setTimeout(CONNECT_MS, () => raw.destroy(new Error(`no connection within ${CONNECT_MS} ms`)));
    const handOver = (connection: Duplex): void => {
      raw.off('error', failed);
      raw.setTimeout(0);
      this.#raw.set(connection, raw);
      ready(null, connection);
    };
    raw.once('connect', () => {
      if (!secure) return handOver(raw);
      const name = isIP(host) === 0 ? { servername: host } : {};
      const secured = connectTls({ socket: raw, host, ALPNProtocols: ['http/1.1'], ...name });
      secured.once('error', failed);
      // Errors below TLS come up through the TLS socket; without a listener here they would end the process too.
      raw.on('error', () => {});
      secured.once('secureConnect', () => {
        secured.off('error', failed);
        handOver(secured);
      });
    });
    return raw;
  }
}
