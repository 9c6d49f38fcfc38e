/** What Twilio's answers to a send mean for the message. Pure. */
import type { SendOutcome } from '../port.ts';
import { cureOf, meaningOf } from './codes.ts';
import type { WireReply } from '../wire.ts';

/**
 * What an answer to a send that isn't a proper success says. Only a refusal in Twilio's own words proves that nothing
 * was sent; a gateway's page, a redirect or a 5xx doesn't.
 */
export function outcomeOf(reply: WireReply): SendOutcome {
  const document = errorDocument(reply.body);
  const error = document?.message ?? `HTTP ${reply.status}`;
  if (reply.status === 429) {
    return {
      kind: 'refused',
      permanent: false,
      code: String(document?.code ?? 429),
      error,
      cure: 'Twilio limits how fast this account may send; it is tried again',
      ...retryAfter(reply),
    };
  }
  if (reply.status < 400 || reply.status >= 500)
    return { kind: 'doubt', error: `HTTP ${reply.status}: ${error}` };
  const authentication = reply.status === 401 || reply.status === 403;
  if (document === null) {
    if (!authentication) return { kind: 'doubt', error: `HTTP ${reply.status} without an error code` };
    return accountFault(String(reply.status), error, cureOf(20003));
  }
  const meaning = meaningOf(document.code);
  if (authentication || meaning?.account === true) {
    return accountFault(String(document.code), error, cureOf(document.code));
  }
  return {
    kind: 'refused',
    permanent: meaning?.later !== true,
    code: String(document.code),
    error,
    cure: cureOf(document.code),
    ...(meaning?.optedOut === true ? { optedOut: true } : {}),
  };
}

const accountFault = (code: string, error: string, cure: string): SendOutcome => ({
  kind: 'refused',
  permanent: true,
  account: true,
  code,
  error,
  cure,
});

function errorDocument(body: string): { code: number; message: string } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null; // not Twilio's own answer: the caller decides by the status
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { code, message } = parsed as { code?: unknown; message?: unknown };
  if (typeof code !== 'number') return null;
  return { code, message: typeof message === 'string' ? message : `error ${code}` };
}

function retryAfter(reply: WireReply): { retryAfterMs?: number } {
  const seconds = Number(reply.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
}
