/** Any provider with a REST API, by its template. One call a message, nothing tried twice, redirects not followed. */
import type { Clock } from '../../engine/ports.ts';
import type { Outgoing, SendOutcome, SettleOutcome, Transport } from '../port.ts';
import { LateError, NotSentError, UnansweredError, Wire, type WireCall, type WireReply } from '../wire.ts';
import { valuesOf } from '../values.ts';
import { accountCure, outcomeOf, settledOf, withoutSecret, wordsOf } from './answer.ts';
import { AddressError, readOf, requestOf, type HttpRequest } from './request.ts';
import type { HttpProvider } from './template.ts';

export interface HttpProviderOptions {
  provider: HttpProvider;
  /** Read anew for each call; null: the template names none. */
  secret: () => string | null;
  clock: Clock;
}

const READ_DEADLINE_MS = 10_000;
/** Answers are read to their end, to tell ids and errors; no honest one is larger. */
const LARGEST_ANSWER_BYTES = 256 * 1024;
/** A repeat with the same id waits until the first call is surely over. */
const REPEAT_AFTER_MS = 1_000;

/** Throws when a URL of the template is none. */
export function httpProvider({ provider, secret, clock }: HttpProviderOptions): Transport {
  const { name, channel, settle, idempotencyHeader } = provider;
  const wires = new Map<string, Wire>();
  const exchange = ({ origin, ...request }: HttpRequest, call: WireCall): Promise<WireReply> =>
    wireTo(origin).exchange(request, call);
  const wireTo = (origin: string): Wire => {
    const wire = wires.get(origin) ?? new Wire(origin, clock, LARGEST_ANSWER_BYTES);
    wires.set(origin, wire);
    return wire;
  };
  return {
    name,
    channel,
    settleMs:
      settle === null ? (idempotencyHeader === null ? 0 : REPEAT_AFTER_MS) : settle.afterSeconds * 1_000,
    send: (message, call) => send(provider, secret(), message, (request) => exchange(request, call)),
    settle: (message, claim) =>
      settleBy(provider, secret(), message, claim.adopted, (request) => exchange(request, reading())),
    check: () => check(provider, secret(), wireTo, exchange),
    close: () => {
      for (const wire of wires.values()) wire.close();
      return Promise.resolve();
    },
  };
}

type Exchange = (request: HttpRequest) => Promise<WireReply>;
const reading = (): WireCall => ({ deadlineMs: READ_DEADLINE_MS, mayStart: () => true });

async function send(
  provider: HttpProvider,
  secret: string | null,
  message: Outgoing,
  exchange: Exchange,
): Promise<SendOutcome> {
  try {
    const reply = await exchange(requestOf(provider, valuesOf(message, secret)));
    return outcomeOf(provider, reply, message.id, secret);
  } catch (error) {
    if (error instanceof LateError) return { kind: 'late' };
    if (error instanceof UnansweredError)
      return { kind: 'doubt', error: withoutSecret(error.message, secret) };
    const said = withoutSecret(wordsFrom(error), secret);
    if (error instanceof NotSentError) {
      const cure = unreachable(provider);
      return { kind: 'refused', permanent: false, code: error.code, error: said, cure };
    }
    if (error instanceof AddressError) {
      const cure = 'Check the contact method of this person: relay person edit ID';
      return { kind: 'refused', permanent: true, code: 'address', error: said, cure };
    }
    // Thrown before the wire: a header or a URL that can't be one. No page will go until that is put right.
    const cure = `Check providers in relay.yaml: ${provider.name}`;
    return { kind: 'refused', permanent: true, account: true, code: 'configuration', error: said, cure };
  }
}

async function settleBy(
  { settle, ...provider }: HttpProvider,
  secret: string | null,
  message: Outgoing,
  adopted: ReadonlySet<string>,
  exchange: Exchange,
): Promise<SettleOutcome> {
  if (settle === null) {
    if (provider.idempotencyHeader !== null) return { kind: 'repeatable' };
    const error = `${provider.name} keeps no list that relay could ask`;
    return { kind: 'unclear', retry: false, error };
  }
  try {
    const reply = await exchange(readOf(settle.url, { ...provider, settle }, valuesOf(message, secret)));
    return settledOf(settle, reply, adopted, secret);
  } catch (error) {
    const said = withoutSecret(wordsFrom(error), secret);
    return { kind: 'unclear', retry: true, error: `${provider.name} could not be asked: ${said}` };
  }
}

async function check(
  provider: HttpProvider,
  secret: string | null,
  wireTo: (origin: string) => Wire,
  exchange: (request: HttpRequest, call: WireCall) => Promise<WireReply>,
): Promise<{ error: string; cure: string } | null> {
  const values = valuesOf(NOBODY, secret);
  try {
    if (provider.check === null) {
      const [origin = ''] = /^https?:\/\/[^/?#]+/u.exec(provider.url) ?? [];
      await wireTo(origin).reach(READ_DEADLINE_MS);
      return null;
    }
    const reply = await exchange(readOf(provider.check, provider, values), reading());
    if (reply.status >= 200 && reply.status < 300) return null;
    const account = [401, 402, 403].includes(reply.status);
    return {
      error: `${provider.name} answers HTTP ${reply.status}: ${wordsOf(reply, secret)}`,
      cure: account ? accountCure(provider.name) : unreachable(provider),
    };
  } catch (error) {
    const said = withoutSecret(wordsFrom(error), secret);
    return { error: `${provider.name}: ${said}`, cure: unreachable(provider) };
  }
}

const NOBODY: Outgoing = {
  id: 'check',
  code: 0,
  person: 'nobody',
  channel: 'push',
  to: 'nobody',
  body: '',
  answerable: false,
};

const unreachable = ({ name, url }: HttpProvider): string =>
  `See whether ${/^https?:\/\/[^/?#]+/u.exec(url)?.[0] ?? name} can be reached from this machine and answers`;

/** Connection errors name their code, and some have nothing else. */
function wordsFrom(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message.includes(code) ? error.message || code : `${code} ${error.message}`.trim();
}
