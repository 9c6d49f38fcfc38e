/** What a provider's answer says of a message, by the statuses that its template names. Pure. */
import type { SendOutcome, SettleOutcome } from '../port.ts';
import type { WireReply } from '../wire.ts';
import type { HttpProvider, SettleTemplate } from './template.ts';

/** The account is at fault, unless the template says otherwise of them. */
const ACCOUNT = new Set([401, 402, 403]);
const SAID_CHARACTERS = 160;

/**
 * Accepted and refused are what the template says; 429 is for now, and 401, 402 and 403 concern the account. Anything
 * else is doubt: a gateway's page or a redirect proves nothing. `secret` is taken out of whatever the provider says.
 */
export function outcomeOf(
  { name, accepted, refused }: HttpProvider,
  reply: WireReply,
  messageId: string,
  secret: string | null,
): SendOutcome {
  const { status } = reply;
  const said = wordsOf(reply, secret);
  if (accepted.status.includes(status)) {
    if (accepted.id === null) return { kind: 'accepted', providerId: messageId };
    const id = idAt(reply.body, accepted.id);
    if (id !== null) return { kind: 'accepted', providerId: id };
    return { kind: 'doubt', error: `HTTP ${status} with nothing at ${accepted.id}: ${said}` };
  }
  if (refused.status.includes(status)) {
    return {
      kind: 'refused',
      permanent: true,
      code: String(status),
      error: said,
      cure: `See what ${name} says to it; check the contact method, and providers in relay.yaml`,
    };
  }
  if (ACCOUNT.has(status)) {
    return {
      kind: 'refused',
      permanent: true,
      account: true,
      code: String(status),
      error: said,
      cure: accountCure(name),
    };
  }
  if (status === 429) {
    return {
      kind: 'refused',
      permanent: false,
      code: '429',
      error: said,
      cure: `${name} limits how fast it may be called; it is tried again`,
      ...retryAfter(reply),
    };
  }
  return { kind: 'doubt', error: `HTTP ${status}: ${said}` };
}

/** What can be done when a provider refuses the account. */
export const accountCure = (name: string): string =>
  `Check the token or password in the secretFile of ${name}, and its account`;

/** What the GET by reference says. `adopted`: ids that other messages own. */
export function settledOf(
  { found, absent }: SettleTemplate,
  reply: WireReply,
  adopted: ReadonlySet<string>,
  secret: string | null,
): SettleOutcome {
  if (found.status.includes(reply.status)) {
    if (!isJson(reply.body)) return unclear(`HTTP ${reply.status} without JSON`);
    const id = idAt(reply.body, found.id);
    if (id === null) return { kind: 'absent' };
    if (adopted.has(id)) return unclear(`${id} is another message's`);
    return { kind: 'found', providerId: id };
  }
  if (absent.status.includes(reply.status)) return { kind: 'absent' };
  return unclear(`HTTP ${reply.status}: ${wordsOf(reply, secret)}`);
}

const unclear = (error: string): SettleOutcome => ({ kind: 'unclear', error, retry: true });

/** A text or a number at a JSON pointer (RFC 6901); null when there is none. */
export function idAt(body: string, pointer: string): string | null {
  let at = parsed(body);
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null;
    at = (at as Record<string, unknown>)[key];
  }
  if (typeof at === 'number') return String(at);
  return typeof at === 'string' && at !== '' ? at.slice(0, 200) : null;
}

const isJson = (body: string): boolean => parsed(body) !== undefined;

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // no JSON: there is nothing to point at
  }
}

const ERROR_KEYS = ['message', 'error', 'detail', 'title', 'description', 'errorDescription', 'reason'];

/** What the provider says in its own words, short; the status where it says nothing that a person could read. */
export function wordsOf({ status, body }: WireReply, secret: string | null): string {
  const text = spoken(parsed(body)) ?? (/^\s*</u.test(body) ? '' : body);
  const line = withoutSecret(text, secret)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, SAID_CHARACTERS)
    .toWellFormed();
  return line === '' ? `HTTP ${status}` : line;
}

function spoken(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth > 3) return null;
  if (Array.isArray(value)) return spoken(value[0], depth + 1);
  const fields = value as Record<string, unknown>;
  for (const key of [...ERROR_KEYS, 'errors']) {
    const said = Object.hasOwn(fields, key) ? spoken(fields[key], depth + 1) : null;
    if (said !== null && said !== '') return said;
  }
  return null;
}

/** A provider that repeats the token in its answer must not put it into a log or a timeline. */
export function withoutSecret(text: string, secret: string | null): string {
  if (secret === null || secret === '') return text;
  const forms = [
    secret,
    encodeURIComponent(secret),
    ...secret.split(/[\s/:]/u).filter((one) => one.length >= 8),
  ];
  return forms.reduce((rest, form) => rest.replaceAll(form, '(secret)'), text);
}

function retryAfter(reply: WireReply): { retryAfterMs?: number } {
  const seconds = Number(reply.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {};
}
