/**
 * A strict stand-in for Twilio's 2010-04-01 messages API on loopback, for tests, the bench and `relay demo`.
 * It keeps a ledger of what it accepted, plays the phones that answer, and fails on request.
 */
import { timingSafeEqual } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { AddressInfo, Socket } from 'node:net';
import { TwilioLedger, type LedgerEntry } from './twilio-ledger.ts';
import { postInbound } from './twilio-webhook.ts';
import { AUTHENTICATE, notFound, refusalBody, refuseList, refuseSend, type Refusal } from './twilio-rules.ts';

export type { LedgerEntry } from './twilio-ledger.ts';

export interface TwilioStandinOptions {
  accountSid?: string;
  authToken?: string;
  /** The senders the account owns; E.164 or alphanumeric. */
  numbers?: string[];
  /** Where inbound SMS are posted, signed; null: only the list shows them. */
  webhookUrl?: string | null;
  /** How long the list lags behind what was accepted. */
  listLagMs?: number;
  /** Default 0, any free port. */
  port?: number;
  /** Serves https with these. */
  tls?: { key: string; cert: string };
  nowMs?: () => number;
}

export type TwilioRequestKind = 'send' | 'list' | 'fetch' | 'account';

/** What goes wrong with one request. `accept`: a send is taken into the ledger all the same. */
export type TwilioFault =
  | { kind: 'error'; status: number; code: number; message?: string; retryAfterSeconds?: number }
  | { kind: 'reset'; accept: boolean }
  | { kind: 'hang'; accept: boolean }
  /** A bare HTTP status with no error document, as a gateway answers. */
  | { kind: 'status'; status: number; accept: boolean }
  /** A success that isn't JSON. */
  | { kind: 'garbage'; accept: boolean }
  | { kind: 'slow'; delayMs: number };

export interface TwilioRequest {
  kind: TwilioRequestKind;
  params: URLSearchParams;
}

interface Events {
  /** An outbound message was accepted. */
  message: [LedgerEntry];
  /** A request arrived whole, before anything was made of it. */
  request: [TwilioRequest];
  /** The client let go of a request that was not answered; `reset`: by RST. */
  abandoned: [{ kind: TwilioRequestKind; reset: boolean }];
}

export class TwilioStandin extends EventEmitter<Events> {
  readonly accountSid: string;
  authToken: string;
  /** Decides the fault of each request; `failNext` goes first. */
  fault: (request: TwilioRequest) => TwilioFault | null = () => null;
  webhookUrl: string | null;
  listLagMs: number;
  accountStatus: 'active' | 'suspended' | 'closed' = 'active';
  readonly #server: Server;
  readonly #ledger: TwilioLedger;
  readonly #numbers: Set<string>;
  readonly #nowMs: () => number;
  readonly #scheme: string;
  readonly #raw = new Map<string, Socket>();
  readonly #next: { kind: TwilioRequestKind; fault: TwilioFault }[] = [];

  constructor(options: TwilioStandinOptions) {
    super();
    this.accountSid = options.accountSid ?? `AC${'0'.repeat(31)}1`;
    this.authToken = options.authToken ?? 'stand-in-auth-token';
    this.webhookUrl = options.webhookUrl ?? null;
    this.listLagMs = options.listLagMs ?? 0;
    this.#numbers = new Set(options.numbers ?? ['+15550100']);
    this.#nowMs = options.nowMs ?? Date.now;
    this.#ledger = new TwilioLedger(this.accountSid);
    this.#scheme = options.tls === undefined ? 'http' : 'https';
    this.#server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
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

  /** What was accepted to be sent to phones, oldest first. */
  get ledger(): LedgerEntry[] {
    return this.#ledger.entries.filter((entry) => entry.direction === 'outbound-api');
  }

  /** Connections open at present. */
  get connections(): number {
    return this.#raw.size;
  }

  /** The next request of that kind meets the fault; several wait in order. */
  failNext(fault: TwilioFault, kind: TwilioRequestKind = 'send'): void {
    this.#next.push({ kind, fault });
  }

  /** A phone sends an SMS to us. Resolves with what the webhook answered, when one is configured. */
  async inbound(sms: { from: string; body: string; to?: string }): Promise<{
    sid: string;
    webhook: { status: number; body: string } | null;
  }> {
    const [first] = this.#numbers;
    const to = sms.to ?? first;
    if (to === undefined) throw new Error('the stand-in has no number that could receive an SMS');
    const entry = this.#ledger.add({
      to,
      from: sms.from,
      body: sms.body,
      direction: 'inbound',
      acceptedAtMs: this.#nowMs(),
      validitySeconds: null,
      statusCallback: null,
    });
    return {
      sid: entry.sid,
      webhook: this.webhookUrl === null ? null : await postInbound(this.webhookUrl, entry, this),
    };
  }

  /** Posts an inbound SMS again, as Twilio does when it got no answer. */
  async redeliver(sid: string): Promise<{ status: number; body: string }> {
    const entry = this.#ledger.entries.find((one) => one.sid === sid);
    if (entry === undefined || this.webhookUrl === null)
      throw new Error(`nothing to deliver again for ${sid}`);
    return postInbound(this.webhookUrl, entry, this);
  }

  /** Closes every idle keep-alive connection, as a server does after a while. */
  closeIdle(): void {
    this.#server.closeIdleConnections();
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
    const root = `/2010-04-01/Accounts/${this.accountSid}`;
    if (!this.#knows(request.headers.authorization)) return refuse(response, AUTHENTICATE);
    const kind = kindOf(request.method ?? '', url.pathname, root);
    if (kind === null) return refuse(response, notFound(url.pathname));
    const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const params =
      kind === 'send' ? new URLSearchParams(form ? Buffer.concat(chunks).toString() : '') : url.searchParams;
    this.emit('request', { kind, params });
    response.on('close', () => {
      if (!response.writableFinished) {
        this.emit('abandoned', {
          kind,
          reset: isReset(request.socket.errored),
        });
      }
    });
    const fault = this.#takeFault({ kind, params });
    if (fault?.kind === 'slow') await delay(fault.delayMs);
    if (fault === null || fault.kind === 'slow') return this.#answer(kind, params, url, response);
    if (fault.kind === 'error') {
      if (fault.retryAfterSeconds !== undefined)
        response.setHeader('Retry-After', String(fault.retryAfterSeconds));
      return refuse(response, {
        status: fault.status,
        code: fault.code,
        message: fault.message ?? `Error ${fault.code}`,
      });
    }
    if (fault.accept && kind === 'send') this.#accept(params);
    if (fault.kind === 'reset') this.#raw.get(peer(request.socket))?.resetAndDestroy();
    else if (fault.kind === 'status')
      response.writeHead(fault.status, { 'Content-Type': 'text/html' }).end('<h1>Sorry</h1>');
    else if (fault.kind === 'garbage')
      response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"sid": "SM');
  }

  #answer(kind: TwilioRequestKind, params: URLSearchParams, url: URL, response: ServerResponse): void {
    if (kind === 'send') {
      if (this.accountStatus !== 'active') {
        return refuse(response, { status: 403, code: 20005, message: `Account is ${this.accountStatus}` });
      }
      const refusal = refuseSend(params, this.#numbers);
      if (refusal !== null) return refuse(response, refusal);
      return answer(response, 201, this.#ledger.json(this.#accept(params), true));
    }
    if (kind === 'list') {
      const refusal = refuseList(params);
      if (refusal !== null) return refuse(response, refusal);
      return answer(response, 200, this.#ledger.page(params, this.#nowMs() - this.listLagMs));
    }
    if (kind === 'account') {
      return answer(response, 200, {
        sid: this.accountSid,
        friendly_name: 'Stand-in',
        status: this.accountStatus,
        type: 'Full',
      });
    }
    const sid = url.pathname.slice(url.pathname.lastIndexOf('/') + 1, -'.json'.length);
    const entry = this.#ledger.entries.find((one) => one.sid === sid);
    if (entry === undefined) return refuse(response, notFound(url.pathname));
    return answer(response, 200, this.#ledger.json(entry));
  }

  #accept(form: URLSearchParams): LedgerEntry {
    const validity = form.get('ValidityPeriod');
    const entry = this.#ledger.add({
      to: form.get('To') ?? '',
      from: form.get('From') ?? '',
      body: form.get('Body') ?? '',
      direction: 'outbound-api',
      acceptedAtMs: this.#nowMs(),
      validitySeconds: validity === null ? null : Number(validity),
      statusCallback: form.get('StatusCallback'),
    });
    this.emit('message', entry);
    return entry;
  }

  #takeFault(request: TwilioRequest): TwilioFault | null {
    const index = this.#next.findIndex((waiting) => waiting.kind === request.kind);
    return index === -1 ? this.fault(request) : (this.#next.splice(index, 1)[0]?.fault ?? null);
  }

  #knows(authorization: string | undefined): boolean {
    const expected = Buffer.from(
      `Basic ${Buffer.from(`${this.accountSid}:${this.authToken}`).toString('base64')}`,
    );
    const given = Buffer.from(authorization ?? '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

/** Starts a stand-in account on loopback. */
export async function startTwilioStandin(options: TwilioStandinOptions = {}): Promise<TwilioStandin> {
  const standin = new TwilioStandin(options);
  await standin.listen(options.port ?? 0);
  return standin;
}

function kindOf(method: string, path: string, root: string): TwilioRequestKind | null {
  if (path === `${root}/Messages.json`) return method === 'POST' ? 'send' : method === 'GET' ? 'list' : null;
  if (method !== 'GET') return null;
  if (path === `${root}.json`) return 'account';
  return path.startsWith(`${root}/Messages/`) && path.endsWith('.json') ? 'fetch' : null;
}

const isReset = (error: NodeJS.ErrnoException | null): boolean => error?.code === 'ECONNRESET';
const peer = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { 'Content-Type': 'application/json' }).end(refusalBody(refusal));
}
