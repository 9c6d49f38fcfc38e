/** What Twilio's answers mean for a message, and what can be done about each. Pure. */
import type { SendOutcome } from '../port.ts';
import type { WireReply } from './wire.ts';

interface Meaning {
  cure: string;
  /** The account, the sender or the configuration is at fault: every SMS will fail. */
  account?: boolean;
}

const NUMBER = 'Check the phone number: relay person edit ID --phone +COUNTRY…';
const CONSOLE = 'Look into the Twilio console';
const SENDER = 'Set twilio.from to a number of this account that can send SMS to that country';

/** The well-known codes. One we don't know counts as failed for this contact, so that the next way is tried. */
const MEANINGS: Record<number, Meaning> = {
  10001: { account: true, cure: `${CONSOLE}: the account is not active` },
  20003: { account: true, cure: 'Check twilio.accountSid and the token in twilio.authTokenFile' },
  20004: { account: true, cure: `${CONSOLE}: these credentials may not do this` },
  20005: { account: true, cure: `${CONSOLE}: the account is not active (suspended, or out of credit)` },
  20006: { account: true, cure: `${CONSOLE}: access to this account was denied` },
  20008: {
    account: true,
    cure: 'Test credentials can send nothing: use the live token in twilio.authTokenFile',
  },
  20404: { account: true, cure: 'Check twilio.accountSid and twilio.baseUrl' },
  21211: { cure: NUMBER },
  21212: { account: true, cure: SENDER },
  21217: { cure: NUMBER },
  21265: { cure: NUMBER },
  21266: { cure: 'The phone number of this person is the one Relay sends from: set another' },
  21401: { cure: NUMBER },
  21407: { account: true, cure: SENDER },
  21408: { cure: `${CONSOLE}: enable SMS to that country (Messaging, Settings, Geo permissions)` },
  21602: { cure: 'The text was empty: please report this' },
  21603: { account: true, cure: SENDER },
  21604: { cure: NUMBER },
  21606: { account: true, cure: SENDER },
  21608: {
    cure: 'A trial account only reaches verified numbers: verify this one in the console, or upgrade',
  },
  21610: { cure: 'The person opted out at the carrier: they must send START to your number' },
  21612: { cure: `${SENDER}: it can't reach this number` },
  21614: { cure: `${NUMBER} (it is no mobile number)` },
  21617: { cure: 'The text is longer than 1,600 characters: please report this' },
  21659: { account: true, cure: SENDER },
  21660: { account: true, cure: SENDER },
  30005: { cure: `${NUMBER} (the carrier doesn't know it)` },
  30006: { cure: `${NUMBER} (a landline, or out of the carrier's reach)` },
  30007: { cure: 'The carrier filtered it as spam: register the sender with the carriers, in the console' },
  30034: {
    cure: 'US carriers drop SMS from unregistered numbers: register yours for A2P 10DLC in the console',
  },
  90010: { account: true, cure: `${CONSOLE}: the account is suspended` },
};

/** What can be done about an error code, when it is a well-known one. */
export const cureOf = (code: number): string | undefined => MEANINGS[code]?.cure;

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
    return accountFault(String(reply.status), error, MEANINGS[20003]?.cure);
  }
  const meaning = MEANINGS[document.code];
  if (authentication || meaning?.account === true) {
    return accountFault(String(document.code), error, meaning?.cure ?? CONSOLE);
  }
  return {
    kind: 'refused',
    permanent: true,
    code: String(document.code),
    error,
    cure: meaning?.cure ?? `See https://www.twilio.com/docs/errors/${document.code}`,
  };
}

function accountFault(code: string, error: string, cure: string | undefined): SendOutcome {
  return {
    kind: 'refused',
    permanent: true,
    account: true,
    code,
    error,
    ...(cure === undefined ? {} : { cure }),
  };
}

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
