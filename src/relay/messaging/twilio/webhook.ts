/** Twilio's call for an inbound SMS: signed, without a time stamp, and made again (at the fallback URL) unless answered. */
import type { TwilioAccount } from './account.ts';
import type { HandOnce, ReceivedSms, InboundSmsOptions } from './inbound.ts';
import { MESSAGE_SID } from './receipt.ts';
import { one, plain, signedParams, wordsOf, type WebhookAnswer, type WebhookRequest } from './signed.ts';

/** Twilio waits 15 s in all; then the fallback URL is called. */
const TIME_STAMP_DEADLINE_MS = 3_000;

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
  const signed = await signedParams(options, request);
  if ('refused' in signed) return signed.refused;
  const { params } = signed;
  const [sid, from, to] = [one(params.MessageSid), one(params.From), one(params.To)];
  if (!MESSAGE_SID.test(sid) || from === '' || to === '') {
    return plain(400, 'MessageSid, From and To of an inbound SMS are needed');
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
