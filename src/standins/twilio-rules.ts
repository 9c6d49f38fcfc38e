/**
 * What Twilio refuses and with which code, so that a mistake of ours shows in a test and not at 3 a.m.
 * Codes and their meaning: https://www.twilio.com/docs/api/errors
 */

/** An answer that isn't a success, in Twilio's own shape. */
export interface Refusal {
  status: number;
  code: number;
  message: string;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const ALPHANUMERIC_SENDER = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;
const LONGEST_BODY = 1600;
const LONGEST_URL = 4_000;
const LONGEST_VALIDITY_SECONDS = 36_000;

/** What we use of the many parameters of a send; the real API knows more, and we would want to know if we sent one. */
const SEND_PARAMETERS = new Set(['To', 'From', 'Body', 'StatusCallback', 'ValidityPeriod', 'SmartEncoded']);
const LIST_PARAMETERS = new Set([
  'To',
  'From',
  'DateSent',
  'DateSent<',
  'DateSent>',
  'PageSize',
  'Page',
  'PageToken',
]);

const CALL_PARAMETERS = new Set(['To', 'From', 'Url', 'FallbackUrl', 'Twiml', 'StatusCallback', 'Timeout']);
const CALLS_PARAMETERS = new Set(['To', 'From', 'PageSize', 'Page', 'PageToken']);
const LONGEST_TWIML = 4000;
const LONGEST_RINGING_SECONDS = 600;

export const AUTHENTICATE: Refusal = { status: 401, code: 20003, message: 'Authenticate' };
export const notFound = (path: string): Refusal => ({
  status: 404,
  code: 20404,
  message: `The requested resource ${path} was not found`,
});

/** Twilio's answer to whoever would send from an account that was closed or suspended. */
export const notActive = (status: string): Refusal => ({
  status: 403,
  code: 20005,
  message: `Account is ${status}`,
});

/** The error document the API answers with. */
export const refusalBody = (refusal: Refusal): string =>
  JSON.stringify({
    code: refusal.code,
    message: refusal.message,
    more_info: `https://www.twilio.com/docs/errors/${refusal.code}`,
    status: refusal.status,
  });

const bad = (code: number, message: string): Refusal => ({ status: 400, code, message });

/** Why a send is refused, or null. `numbers`: the senders this account owns. */
export function refuseSend(form: URLSearchParams, numbers: ReadonlySet<string>): Refusal | null {
  const unknown = unknownParameter(form, SEND_PARAMETERS);
  if (unknown !== null) return unknown;
  const to = form.get('To') ?? '';
  const from = form.get('From') ?? '';
  const body = form.get('Body') ?? '';
  if (to === '') return bad(21604, "A 'To' phone number is required.");
  if (!E164.test(to)) return bad(21211, `Invalid 'To' Phone Number: ${to}`);
  if (from === '') return bad(21603, "A 'From' phone number is required.");
  if (!E164.test(from) && !ALPHANUMERIC_SENDER.test(from)) {
    return bad(21212, `Invalid 'From' Phone Number: ${from}`);
  }
  if (!numbers.has(from)) {
    return bad(
      21606,
      `The 'From' phone number provided (${from}) is not a message-capable number of this account.`,
    );
  }
  if (to === from) return bad(21266, "'To' and 'From' number cannot be the same");
  if (body === '') return bad(21602, 'Message body is required.');
  if (body.length > LONGEST_BODY) {
    return bad(21617, `The concatenated message body exceeds the ${LONGEST_BODY} character limit`);
  }
  const validity = form.get('ValidityPeriod');
  if (
    validity !== null &&
    !(/^\d+$/.test(validity) && +validity >= 1 && +validity <= LONGEST_VALIDITY_SECONDS)
  ) {
    return bad(20001, `ValidityPeriod must be between 1 and ${LONGEST_VALIDITY_SECONDS}`);
  }
  const callback = form.get('StatusCallback');
  if (callback !== null && !isPublicUrl(callback))
    return bad(21609, `Invalid 'StatusCallback' URL: ${callback}`);
  return null;
}

/** A whole address with a name that could be public: no `localhost`, no underscore. Addresses by number pass here. */
function isPublicUrl(given: string): boolean {
  if (given.length > LONGEST_URL || !URL.canParse(given)) return false;
  const { protocol, hostname } = new URL(given);
  return /^https?:$/.test(protocol) && hostname.includes('.') && !hostname.includes('_');
}

/** Why a list is refused, or null. */
export function refuseList(query: URLSearchParams): Refusal | null {
  const unknown = unknownParameter(query, LIST_PARAMETERS);
  if (unknown !== null) return unknown;
  const size = refuseSize(query);
  if (size !== null) return size;
  for (const name of ['DateSent', 'DateSent<', 'DateSent>']) {
    const day = query.get(name);
    if (day !== null && !/^\d{4}-\d{2}-\d{2}$/.test(day))
      return bad(20001, `${name} must be a day, YYYY-MM-DD`);
  }
  return null;
}

/** Why a call is refused, or null. `numbers`: those that this account owns. */
export function refuseCall(form: URLSearchParams, numbers: ReadonlySet<string>): Refusal | null {
  const unknown = unknownParameter(form, CALL_PARAMETERS);
  if (unknown !== null) return unknown;
  const to = form.get('To') ?? '';
  const from = form.get('From') ?? '';
  if (to === '') return bad(21201, "No 'To' number is specified");
  if (!E164.test(to)) return bad(21211, `Invalid 'To' Phone Number: ${to}`);
  if (from === '') return bad(21213, "Caller phone number is required: 'From'");
  if (!E164.test(from)) return bad(21212, `Invalid 'From' Phone Number: ${from}`);
  if (!numbers.has(from)) {
    return bad(21210, `The source phone number provided, ${from}, is not yet verified for your account`);
  }
  const url = form.get('Url');
  const twiml = form.get('Twiml');
  if ((url === null) === (twiml === null)) return bad(21205, 'Either Url or Twiml must be given');
  if (twiml !== null && twiml.length > LONGEST_TWIML) {
    return bad(20001, `Twiml must be at most ${LONGEST_TWIML} characters`);
  }
  for (const name of ['Url', 'FallbackUrl', 'StatusCallback']) {
    const given = form.get(name);
    if (given === null) continue;
    if (!isPublicUrl(given))
      return bad(name === 'StatusCallback' ? 21609 : 21205, `${name} is not a valid URL: ${given}`);
  }
  const timeout = form.get('Timeout');
  const rings = timeout === null || /^\d+$/.test(timeout) ? Number(timeout ?? 60) : 0;
  return rings >= 1 && rings <= LONGEST_RINGING_SECONDS
    ? null
    : bad(20001, `Timeout must be between 1 and ${LONGEST_RINGING_SECONDS}`);
}

/** Why a list of calls is refused, or null. */
export const refuseCalls = (query: URLSearchParams): Refusal | null =>
  unknownParameter(query, CALLS_PARAMETERS) ?? refuseSize(query);

function refuseSize(query: URLSearchParams): Refusal | null {
  const size = query.get('PageSize');
  return size === null || (/^\d+$/.test(size) && +size >= 1 && +size <= 1000)
    ? null
    : bad(20001, 'PageSize must be between 1 and 1000');
}

function unknownParameter(params: URLSearchParams, known: ReadonlySet<string>): Refusal | null {
  for (const name of params.keys()) if (!known.has(name)) return bad(20001, `Unknown parameter: ${name}`);
  for (const name of new Set(params.keys())) {
    if (params.getAll(name).length > 1) return bad(20001, `Parameter given more than once: ${name}`);
  }
  return null;
}
