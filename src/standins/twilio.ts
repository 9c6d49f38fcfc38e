/**
 * A strict stand-in for Twilio's 2010-04-01 API of messages and calls on loopback, for tests, the bench and `relay demo`.
 * It keeps a ledger of what it accepted, plays the phones that answer, and fails on request.
 *
 * Checked by hand against Twilio's own description (twilio/twilio-oai, spec/json/twilio_api_v2010.json, April 2026):
 * of a message all 20 fields, with their types, null or not, and the patterns of sid and account_sid; of a list the
 * nine fields around the messages; of a call all 26 fields in the same way, and its list; of an account all ten; the statuses; the parameters of a send and of a list that we
 * use, with their types and the largest page. Not described there, and taken from the documentation: error documents,
 * what callbacks post, and which refusal has which code.
 */
import { timingSafeEqual } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { AddressInfo, Socket } from 'node:net';
import { accountJson } from './twilio-account.ts';
import { answer, misbehave, refuse } from './twilio-answers.ts';
import { TwilioCallbacks } from './twilio-callbacks.ts';
import { TwilioCalls, type CallEntry } from './twilio-calls.ts';
import {
  TwilioFaults,
  type TwilioFault,
  type TwilioRequest,
  type TwilioRequestKind,
} from './twilio-faults.ts';
import { TwilioLedger, type LedgerEntry } from './twilio-ledger.ts';
import { TwilioMessages, type PhoneFate } from './twilio-messages.ts';
import type { Asked, Resource } from './twilio-resource.ts';
import { postInbound } from './twilio-webhook.ts';
import { AUTHENTICATE, notActive, notFound } from './twilio-rules.ts';

export { throttled, type TwilioFault, type TwilioRequestKind } from './twilio-faults.ts';
export type { Answering, CallEntry } from './twilio-calls.ts';
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

interface Events {
  /** An outbound message was accepted. */
  message: [LedgerEntry];
  /** It came as far as it will for now, and what is told of that is on its way. */
  passedOn: [LedgerEntry];
  /** A call was accepted; what is heard and pressed in it comes later. */
  call: [CallEntry];
  /** It is over. */
  callEnded: [CallEntry];
  /** A request arrived whole, before anything was made of it. */
  request: [TwilioRequest];
  /** A request is left without an answer. */
  hanging: [TwilioRequestKind];
  /** The client let go of a request that was not answered; `reset`: by RST. */
  abandoned: [{ kind: TwilioRequestKind; reset: boolean }];
}

export class TwilioStandin extends EventEmitter<Events> {
  readonly accountSid: string;
  authToken: string;
  /** What is told of messages, and what becomes of that on the way. */
  readonly callbacks: TwilioCallbacks;
  /** Calls, and who takes them. */
  readonly calls: TwilioCalls;
  webhookUrl: string | null;
  listLagMs: number;
  accountStatus: 'active' | 'suspended' | 'closed' = 'active';
  readonly #server: Server;
  readonly #ledger: TwilioLedger;
  readonly #messages: TwilioMessages;
  readonly #resources: readonly Resource[];
  readonly #faults = new TwilioFaults();
  readonly #numbers: Set<string>;
  readonly #nowMs: () => number;
  readonly #scheme: string;
  readonly #raw = new Map<string, Socket>();

  constructor(options: TwilioStandinOptions) {
    super();
    this.accountSid = options.accountSid ?? `AC${'0'.repeat(31)}1`;
    this.authToken = options.authToken ?? 'stand-in-auth-token';
    this.webhookUrl = options.webhookUrl ?? null;
    this.listLagMs = options.listLagMs ?? 0;
    this.#numbers = new Set(options.numbers ?? ['+15550100']);
    this.#nowMs = options.nowMs ?? Date.now;
    this.#ledger = new TwilioLedger(this.accountSid);
    this.callbacks = new TwilioCallbacks(this);
    this.#messages = new TwilioMessages({
      ledger: this.#ledger,
      callbacks: this.callbacks,
      numbers: this.#numbers,
      nowMs: this.#nowMs,
      listLagMs: () => this.listLagMs,
      accepted: (entry) => this.emit('message', entry),
      passedOn: (entry) => this.emit('passedOn', entry),
    });
    this.calls = new TwilioCalls({
      account: this,
      callbacks: this.callbacks,
      numbers: this.#numbers,
      nowMs: this.#nowMs,
      listLagMs: () => this.listLagMs,
      accepted: (entry) => this.emit('call', entry),
      ended: (entry) => this.emit('callEnded', entry),
    });
    this.#resources = [this.#messages, this.calls];
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

  /** Decides the fault of each request for which neither `failNext` nor `failNumber` does. */
  set fault(decide: (request: TwilioRequest) => TwilioFault | null) {
    this.#faults.otherwise = decide;
  }

  /** The next requests of that kind, so many, meet the fault; several wait in order. */
  failNext(fault: TwilioFault, kind: TwilioRequestKind = 'send', times = 1): void {
    this.#faults.next(fault, kind, times);
  }

  /** Whatever is to go to that number meets the fault, until it is null. */
  failNumber(number: string, fault: TwilioFault | null): void {
    this.#faults.forNumber(number, fault);
  }

  /** What becomes of texts to that number from now on; `delivered` of those nobody said anything about. */
  phone(number: string, fate: PhoneFate): void {
    this.#messages.phone(number, fate);
  }

  /** A text that stayed on its way comes further. */
  goesOn(sid: string, fate: PhoneFate): void {
    this.#messages.goesOn(sid, fate);
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
      status: 'received',
      errorCode: null,
      delivered: 0,
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
    this.callbacks.close();
    this.calls.close();
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
    const path = url.pathname.startsWith(`${root}/`) ? url.pathname.slice(root.length) : '';
    const method = request.method ?? '';
    const resource = this.#resources.find((one) => one.kindOf(method, path) !== null) ?? null;
    const account = method === 'GET' && url.pathname === `${root}.json` ? 'account' : null;
    const kind = resource?.kindOf(method, path) ?? account;
    if (kind === null) return refuse(response, notFound(url.pathname));
    const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const params =
      method === 'POST'
        ? new URLSearchParams(form ? Buffer.concat(chunks).toString() : '')
        : url.searchParams;
    this.emit('request', { kind, params });
    response.on('close', () => {
      if (!response.writableFinished) {
        this.emit('abandoned', { kind, reset: isReset(request.socket.errored) });
      }
    });
    const creates = resource?.creates.has(kind) === true;
    const fault = this.#faults.take({ kind, params }, creates);
    if (fault?.kind === 'slow') await delay(fault.delayMs);
    if (fault === null || fault.kind === 'slow') {
      if (resource === null) answer(response, 200, accountJson(this));
      else this.#answer(resource, { kind, path, params }, response);
      return;
    }
    if (fault.accept === true && creates) resource?.create(params).after();
    if (fault.kind === 'hang') this.emit('hanging', kind);
    misbehave(fault, response, () => this.#raw.get(peer(request.socket))?.resetAndDestroy());
  }

  #answer(resource: Resource, asked: Asked, response: ServerResponse): void {
    const creates = resource.creates.has(asked.kind);
    const refusal =
      creates && this.accountStatus !== 'active' ? notActive(this.accountStatus) : resource.refuse(asked);
    if (refusal !== null) return refuse(response, refusal);
    if (!creates) return answer(response, 200, resource.read(asked));
    const { json, after } = resource.create(asked.params);
    // The world goes on whether or not the client hears of it.
    response.on('close', after);
    return answer(response, 201, json);
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

const isReset = (error: NodeJS.ErrnoException | null): boolean => error?.code === 'ECONNRESET';
const peer = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;
