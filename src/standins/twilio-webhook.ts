/** How Twilio tells a webhook of an inbound SMS: what it posts, and how it signs that. */
import { createHmac } from 'node:crypto';
import type { LedgerEntry } from './twilio-ledger.ts';

type Sms = Pick<LedgerEntry, 'sid' | 'from' | 'to' | 'body'>;

/** Posts an inbound SMS to the webhook, signed with the account's token; resolves with the answer. */
export async function postInbound(
  url: string,
  sms: Sms,
  account: { accountSid: string; authToken: string },
): Promise<{ status: number; body: string }> {
  const params = inboundParams(account.accountSid, sms);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'X-Twilio-Signature': signature(account.authToken, url, params) },
    body: new URLSearchParams(params),
  });
  return { status: response.status, body: await response.text() };
}

/** What Twilio posts for an inbound SMS; it carries no time stamp. */
export const inboundParams = (accountSid: string, sms: Sms): Record<string, string> => ({
  MessageSid: sms.sid,
  SmsSid: sms.sid,
  SmsMessageSid: sms.sid,
  AccountSid: accountSid,
  From: sms.from,
  To: sms.to,
  Body: sms.body,
  NumMedia: '0',
  NumSegments: '1',
  SmsStatus: 'received',
  ApiVersion: '2010-04-01',
});

/** X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted parameters, each name followed by its value. */
export function signature(authToken: string, url: string, params: Record<string, string>): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((text, name) => text + name + params[name], url);
  return createHmac('sha1', authToken).update(signed).digest('base64');
}
