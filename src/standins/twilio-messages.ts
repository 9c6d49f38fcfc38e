/** The messages of a stand-in account: taken, passed on to phones that behave as they were told to, and told about. */
import type { TwilioCallbacks } from './twilio-callbacks.ts';
import type { TwilioRequestKind } from './twilio-faults.ts';
import type { LedgerEntry, TwilioLedger } from './twilio-ledger.ts';
import type { Asked, Created, Resource } from './twilio-resource.ts';
import { notFound, refuseList, refuseSend, type Refusal } from './twilio-rules.ts';

/**
 * How far a text to a number comes. `sent`: the carrier took it and says no more; `queued`: it stays at Twilio;
 * undelivered: the carrier gave it back; failed: Twilio didn't pass it on.
 */
export type PhoneFate = 'delivered' | 'sent' | 'queued' | { status: 'undelivered' | 'failed'; code: number };

export interface MessagesParts {
  ledger: TwilioLedger;
  callbacks: TwilioCallbacks;
  numbers: ReadonlySet<string>;
  nowMs: () => number;
  /** How long the list lags behind, in milliseconds. */
  listLagMs: () => number;
  accepted: (entry: LedgerEntry) => void;
  passedOn: (entry: LedgerEntry) => void;
}

export class TwilioMessages implements Resource {
  readonly creates: ReadonlySet<TwilioRequestKind> = new Set(['send']);
  readonly #parts: MessagesParts;
  readonly #phones = new Map<string, PhoneFate>();

  constructor(parts: MessagesParts) {
    this.#parts = parts;
  }

  /** What becomes of texts to that number from now on. */
  phone(number: string, fate: PhoneFate): void {
    this.#phones.set(number, fate);
  }

  kindOf(method: string, path: string): TwilioRequestKind | null {
    if (path === '/Messages.json') return method === 'POST' ? 'send' : method === 'GET' ? 'list' : null;
    return method === 'GET' && /^\/Messages\/[^/]+\.json$/.test(path) ? 'fetch' : null;
  }

  refuse({ kind, path, params }: Asked): Refusal | null {
    if (kind === 'send') return refuseSend(params, this.#parts.numbers);
    if (kind === 'list') return refuseList(params);
    return this.#entry(path) === undefined ? notFound(path) : null;
  }

  create(params: URLSearchParams): Created {
    const { ledger, nowMs, accepted } = this.#parts;
    const validity = params.get('ValidityPeriod');
    const entry = ledger.add({
      to: params.get('To') ?? '',
      from: params.get('From') ?? '',
      body: params.get('Body') ?? '',
      direction: 'outbound-api',
      acceptedAtMs: nowMs(),
      validitySeconds: validity === null ? null : Number(validity),
      statusCallback: params.get('StatusCallback'),
      status: 'queued',
      errorCode: null,
      delivered: 0,
    });
    accepted(entry);
    return { json: ledger.json(entry), after: () => this.#passOn(entry) };
  }

  read({ kind, path, params }: Asked): Record<string, unknown> {
    const { ledger, nowMs, listLagMs } = this.#parts;
    if (kind === 'list') return ledger.page(params, nowMs() - listLagMs());
    const entry = this.#entry(path);
    if (entry === undefined) throw new Error(`${path} was not refused, and is not there`);
    return ledger.json(entry);
  }

  /** A message that stayed on its way comes further. */
  goesOn(sid: string, fate: PhoneFate): void {
    const entry = this.#parts.ledger.entries.find((one) => one.sid === sid);
    if (entry === undefined) throw new Error(`there is no message ${sid}`);
    this.#become(entry, fate);
  }

  #entry(path: string): LedgerEntry | undefined {
    const sid = path.slice('/Messages/'.length, -'.json'.length);
    return this.#parts.ledger.entries.find((one) => one.sid === sid);
  }

  #passOn(entry: LedgerEntry): void {
    this.#tell(entry);
    this.#become(entry, this.#phones.get(entry.to) ?? 'delivered');
    this.#parts.passedOn(entry);
  }

  #become(entry: LedgerEntry, fate: PhoneFate): void {
    if (fate === 'queued') return;
    const passedOn = typeof fate === 'string' || fate.status === 'undelivered';
    if (passedOn && entry.status === 'queued') {
      entry.status = 'sent';
      this.#tell(entry);
    }
    if (fate === 'sent') return;
    if (fate === 'delivered') {
      entry.status = 'delivered';
      entry.delivered += 1;
    } else {
      entry.status = fate.status;
      entry.errorCode = fate.code;
    }
    this.#tell(entry);
  }

  /** What Twilio posts about a message: no time stamp, and of an error only its number. */
  #tell({ statusCallback, sid, status, errorCode, to, from }: LedgerEntry): void {
    if (statusCallback === null) return;
    this.#parts.callbacks.tell(statusCallback, {
      ApiVersion: '2010-04-01',
      MessageSid: sid,
      MessageStatus: status,
      SmsSid: sid,
      SmsStatus: status,
      To: to,
      From: from,
      ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
    });
  }
}
