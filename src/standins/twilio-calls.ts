/**
 * The calls of a stand-in account: taken, put through to phones that somebody takes, or doesn't, and told about. Its
 * scripts are fetched and gone through as Twilio does; what was said and pressed stands in the call.
 */
import { randomBytes } from 'node:crypto';
import type { TwilioCallbacks } from './twilio-callbacks.ts';
import type { TwilioRequestKind } from './twilio-faults.ts';
import { pageOf, rfc2822 } from './twilio-page.ts';
import type { Asked, Created, Resource } from './twilio-resource.ts';
import { notFound, refuseCall, refuseCalls, type Refusal } from './twilio-rules.ts';

/** One instruction of a script: its name, what it holds, and what it says. */
export interface Verb {
  name: string;
  attributes: Record<string, string>;
  text: string;
  verbs: Verb[];
}

/**
 * Who takes the calls of a number. A function hears what was said up to a question, and gives the key to be pressed, or
 * null for none; `mailbox`: something picks up, listens to the end and presses nothing; `hangs up`: at once; `queued`:
 * the call stays at Twilio.
 */
export type Answering =
  | 'queued'
  | 'mailbox'
  | 'hangs up'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'
  | ((heard: string) => string | null | Promise<string | null>);

export interface CallEntry {
  sid: string;
  to: string;
  from: string;
  url: string | null;
  fallbackUrl: string | null;
  twiml: string | null;
  statusCallback: string | null;
  acceptedAtMs: number;
  /** Twilio's word for how far it has come. */
  status: 'queued' | 'in-progress' | 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';
  /** Everything that was said, one entry a `Say`. */
  heard: string[];
  pressed: string[];
  /** What was wrong with scripts: Twilio then says that an application error has occurred, and hangs up. */
  errors: string[];
}

export interface CallsParts {
  account: { accountSid: string };
  callbacks: TwilioCallbacks;
  numbers: ReadonlySet<string>;
  nowMs: () => number;
  listLagMs: () => number;
  accepted: (entry: CallEntry) => void;
  ended: (entry: CallEntry) => void;
}

/** A person who presses wrong keys for ever. */
const MOST_SCRIPTS = 20;

export class TwilioCalls implements Resource {
  readonly creates: ReadonlySet<TwilioRequestKind> = new Set(['call']);
  /** Every call that was accepted, oldest first. */
  readonly entries: CallEntry[] = [];
  /** Reads a script; rejects what is no well-formed one. Tests bring a library for it. */
  readTwiml: ((xml: string) => Verb[]) | null = null;
  readonly #parts: CallsParts;
  readonly #numbers = new Map<string, Answering>();
  readonly #underWay = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: CallsParts) {
    this.#parts = parts;
  }

  /** Who takes the calls of that number from now on; nobody, before anything was said. */
  answering(number: string, how: Answering): void {
    this.#numbers.set(number, how);
  }

  /** Resolves once no call is under way. */
  async over(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  close(): void {
    this.#closed = true;
  }

  kindOf(method: string, path: string): TwilioRequestKind | null {
    if (path === '/Calls.json') return method === 'POST' ? 'call' : method === 'GET' ? 'calls' : null;
    return method === 'GET' && /^\/Calls\/[^/]+\.json$/.test(path) ? 'call-fetch' : null;
  }

  refuse({ kind, path, params }: Asked): Refusal | null {
    if (kind === 'call') return refuseCall(params, this.#parts.numbers);
    if (kind === 'calls') return refuseCalls(params);
    return this.#entry(path) === undefined ? notFound(path) : null;
  }

  create(params: URLSearchParams): Created {
    const entry: CallEntry = {
      sid: `CA${randomBytes(16).toString('hex')}`,
      to: params.get('To') ?? '',
      from: params.get('From') ?? '',
      url: params.get('Url'),
      fallbackUrl: params.get('FallbackUrl'),
      twiml: params.get('Twiml'),
      statusCallback: params.get('StatusCallback'),
      acceptedAtMs: this.#parts.nowMs(),
      status: 'queued',
      heard: [],
      pressed: [],
      errors: [],
    };
    this.entries.push(entry);
    this.#parts.accepted(entry);
    return { json: this.#json(entry), after: () => this.#track(this.#ring(entry)) };
  }

  read({ kind, path, params }: Asked): Record<string, unknown> {
    if (kind === 'calls') {
      const untilMs = this.#parts.nowMs() - this.#parts.listLagMs();
      const found = this.entries.filter(
        ({ to, from, acceptedAtMs }) =>
          acceptedAtMs <= untilMs && (params.get('To') ?? to) === to && (params.get('From') ?? from) === from,
      );
      const list = `/2010-04-01/Accounts/${this.#parts.account.accountSid}/Calls.json`;
      return pageOf({ path: list, name: 'calls' }, found, params, (entry) => this.#json(entry));
    }
    const entry = this.#entry(path);
    if (entry === undefined) throw new Error(`${path} was not refused, and is not there`);
    return this.#json(entry);
  }

  #entry(path: string): CallEntry | undefined {
    const sid = path.slice('/Calls/'.length, -'.json'.length);
    return this.entries.find((one) => one.sid === sid);
  }

  #track(call: Promise<void>): void {
    this.#underWay.add(call);
    void call.finally(() => this.#underWay.delete(call));
  }

  /** The whole life of a call that was accepted. */
  async #ring(entry: CallEntry): Promise<void> {
    const how = this.#numbers.get(entry.to) ?? 'no-answer';
    if (how === 'queued') return;
    if (how === 'busy' || how === 'no-answer' || how === 'failed' || how === 'canceled') {
      entry.status = how;
    } else {
      entry.status = 'in-progress';
      if (how !== 'hangs up') await this.#talk(entry, typeof how === 'function' ? how : () => null);
      else await this.#fetch(entry);
      entry.status = 'completed';
    }
    const { statusCallback } = entry;
    if (statusCallback !== null && !this.#closed) this.#parts.callbacks.tell(statusCallback, paramsOf(entry));
    this.#parts.ended(entry);
  }

  async #talk(entry: CallEntry, keys: Exclude<Answering, string>): Promise<void> {
    let verbs = await this.#fetch(entry);
    for (let script = 0; verbs !== null && script < MOST_SCRIPTS; script += 1) {
      const asked = await this.#listen(entry, verbs, keys);
      if (asked === null) return;
      verbs = await this.#script(entry, asked.action, null, { Digits: asked.digits });
    }
  }

  /** Goes through a script; null at its end, else what was pressed and where to go with it. */
  async #listen(
    entry: CallEntry,
    verbs: Verb[],
    keys: Exclude<Answering, string>,
  ): Promise<{ action: string; digits: string } | null> {
    const said: string[] = [];
    for (const { name, attributes, text, verbs: within } of verbs) {
      if (name === 'Hangup') return null;
      if (name === 'Say') this.#say(entry, said, text);
      if (name !== 'Gather') continue;
      for (const one of within) if (one.name === 'Say') this.#say(entry, said, one.text);
      const digits = await keys(said.join(' '));
      const { action, numDigits, input, finishOnKey } = attributes;
      if (digits === null || action === undefined) continue;
      if (numDigits !== '1' || input !== 'dtmf' || finishOnKey !== '')
        entry.errors.push(`a key can't be pressed here: ${JSON.stringify(attributes)}`);
      entry.pressed.push(digits);
      return { action, digits };
    }
    return null;
  }

  #say(entry: CallEntry, said: string[], text: string): void {
    entry.heard.push(text);
    said.push(text);
  }

  #fetch(entry: CallEntry): Promise<Verb[] | null> {
    if (entry.twiml !== null) return Promise.resolve(this.#parsed(entry, entry.twiml));
    return this.#script(entry, entry.url ?? '', entry.fallbackUrl, {});
  }

  /** Fetches a script, and once more where the call says to; null when there is none that can be gone through. */
  async #script(
    entry: CallEntry,
    url: string,
    fallbackUrl: string | null,
    params: Record<string, string>,
  ): Promise<Verb[] | null> {
    if (this.#closed) return null;
    try {
      const { status, body } = await this.#parts.callbacks.ask(url, { ...paramsOf(entry), ...params });
      if (status === 200) return this.#parsed(entry, body);
      entry.errors.push(`${url} answered ${status}`);
    } catch (error) {
      entry.errors.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return fallbackUrl === null ? null : this.#script(entry, fallbackUrl, null, params);
  }

  #parsed(entry: CallEntry, xml: string): Verb[] | null {
    if (this.readTwiml === null) throw new Error('the stand-in was given nothing that reads scripts');
    try {
      return this.readTwiml(xml);
    } catch (error) {
      entry.errors.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #json(entry: CallEntry): Record<string, unknown> {
    // Twilio dates a call when it leaves its queue.
    const begun = entry.status !== 'queued';
    const at = begun ? rfc2822(entry.acceptedAtMs) : null;
    const uri = `/2010-04-01/Accounts/${this.#parts.account.accountSid}/Calls/${entry.sid}`;
    return {
      account_sid: this.#parts.account.accountSid,
      answered_by: null,
      api_version: '2010-04-01',
      caller_name: null,
      date_created: at,
      date_updated: at,
      direction: 'outbound-api',
      duration: entry.status === 'completed' ? '17' : null,
      end_time: entry.status === 'in-progress' ? null : at,
      forwarded_from: null,
      from: entry.from,
      from_formatted: entry.from,
      group_sid: null,
      parent_call_sid: null,
      phone_number_sid: `PN${'0'.repeat(31)}1`,
      price: null,
      price_unit: 'USD',
      queue_time: '0',
      sid: entry.sid,
      start_time: at,
      status: entry.status,
      subresource_uris: { recordings: `${uri}/Recordings.json` },
      to: entry.to,
      to_formatted: entry.to,
      trunk_sid: null,
      uri: `${uri}.json`,
    };
  }
}

/** What Twilio posts about a call, for a script and for its end alike. */
const paramsOf = ({ sid, status, to, from }: CallEntry): Record<string, string> => ({
  ApiVersion: '2010-04-01',
  CallSid: sid,
  CallStatus: status,
  Called: to,
  Caller: from,
  Direction: 'outbound-api',
  To: to,
  From: from,
});
