/** Twilio's call for an inbound SMS: signed, without a time stamp, and made again (at the fallback URL) unless answered. */
import type { TwilioAccount } from './account.ts';
import type { HandOnce, ReceivedSms, InboundSmsOptions } from './inbound.ts';

export interface WebhookRequest {
  /** Path and query as requested, e.g. `/twilio/sms`. */
  url: string;
  /** The body as it came: the signature covers every parameter, known to us or not. */
  rawParams: string;
  /** The X-Twilio-Signature header. */
  signature: string | undefined;
}

export interface WebhookAnswer {
  status: number;
  contentType: 'text/xml' | 'text/plain';
  body: string;
}

/** Twilio waits 15 s in all; then the fallback URL is called. */
const TIME_STAMP_DEADLINE_MS = 3_000;
const SID = /^[SM]M[0-9a-f]{32}$/;

/** Empty: answers go out as messages of their own, claimed like any other. */
const TAKEN: WebhookAnswer = {
  status: 200,
  contentType: 'text/xml',
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

/** 200 once durable, 403 for a wrong signature, 503 when it couldn't be stored. Never rejects. */
export async function webhook(
  options: InboundSmsOptions,
  account: TwilioAccount,
  once: HandOnce,
  request: WebhookRequest,
): Promise<WebhookAnswer> {
  if (options.publicUrl === null) return plain(404, 'http.publicUrl is not set: Relay polls for SMS');
  const params = paramsOf(request.rawParams);
  if (!(await signed(options, options.publicUrl, request, params))) {
    options.log.warn(
      { url: pathOf(request.url) },
      'a webhook call without a valid Twilio signature was refused',
    );
    return plain(403, 'The signature does not match: check http.publicUrl and the Twilio token');
  }
  const [sid, from, to] = [one(params.MessageSid), one(params.From), one(params.To)];
  if (one(params.AccountSid) !== options.accountSid || !SID.test(sid) || from === '' || to === '') {
    return plain(400, 'MessageSid, AccountSid, From and To of an inbound SMS are needed');
  }
  try {
    await once.hand(sid, async () => ({
      sid,
      from,
      to,
      body: one(params.Body),
      ...(await timeOf(options, account, sid)),
    }));
    return TAKEN;
  } catch (error) {
    options.log.error(
      { sid, error: wordsOf(error) },
      'an inbound SMS could not be stored; Twilio is asked to call again',
    );
    return plain(503, 'The SMS could not be stored; call again');
  }
}

async function signed(
  options: InboundSmsOptions,
  publicUrl: string,
  request: WebhookRequest,
  params: Record<string, string | string[]>,
): Promise<boolean> {
  if (request.signature === undefined || request.signature === '') return false;
  const { signature } = request;
  const { default: library } = await import('twilio');
  const url = publicUrl.replace(/\/$/, '') + pathOf(request.url);
  try {
    return [options.authToken(), options.secondaryToken()].some(
      (token) => token !== null && token !== '' && library.validateRequest(token, signature, url, params),
    );
  } catch (error) {
    options.log.error({ error: wordsOf(error) }, 'a webhook signature could not be checked');
    return false;
  }
}

/** Rule 9 wants the provider's time stamp, which only the API tells. */
async function timeOf(
  options: InboundSmsOptions,
  account: TwilioAccount,
  sid: string,
): Promise<Pick<ReceivedSms, 'sentAtMs' | 'timeFrom'>> {
  const arrivedAtMs = options.clock.wallMs();
  try {
    const call = { deadlineMs: TIME_STAMP_DEADLINE_MS, mayStart: () => true };
    const message = await account.run(call, { reply: null }, (client) => client.messages(sid).fetch());
    const sentAtMs = sentAt(message);
    if (sentAtMs !== null) return { sentAtMs, timeFrom: 'provider' };
  } catch (error) {
    options.log.warn(
      { sid, error: wordsOf(error) },
      'Twilio did not tell when an SMS was sent; taking its arrival',
    );
  }
  return { sentAtMs: arrivedAtMs, timeFrom: 'arrival' };
}

/** When a message was sent by the provider's clock, or created there; null when it says neither. */
export function sentAt(message: { dateSent: Date | null; dateCreated: Date | null }): number | null {
  for (const date of [message.dateSent, message.dateCreated]) {
    const atMs = date?.getTime() ?? Number.NaN;
    if (Number.isFinite(atMs)) return atMs;
  }
  return null;
}

function paramsOf(raw: string): Record<string, string | string[]> {
  const read = new URLSearchParams(raw);
  // No prototype: a parameter may have any name.
  const params = Object.create(null) as Record<string, string | string[]>;
  for (const name of new Set(read.keys())) {
    const values = read.getAll(name);
    params[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return params;
}

const pathOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/]*/i, '');
const one = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '');
const plain = (status: number, body: string): WebhookAnswer => ({ status, contentType: 'text/plain', body });
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
