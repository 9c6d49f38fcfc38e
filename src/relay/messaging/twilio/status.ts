/**
 * Twilio's calls about what became of a message: signed, perhaps doubled, out of order, or never made. The message is
 * named in the URL that Twilio was given with it, and the signature covers that.
 */
import type { Receipt } from '../../events/types.ts';
import { readMessageId } from '../../notifications/rows.ts';
import { CALL_SID, callReceipt } from './call-receipt.ts';
import { MESSAGE_SID, smsReceipt } from './receipt.ts';
import {
  one,
  plain,
  signedParams,
  wordsOf,
  type SignedParts,
  type WebhookAnswer,
  type WebhookParams,
  type WebhookRequest,
} from './signed.ts';

/** The path that Twilio is told to call. */
export const STATUS_PATH = '/twilio/status';

/** Where Twilio is to say what became of a message; `publicUrl` without a path of ours. */
export const statusUrl = (publicUrl: string, messageId: string): string =>
  `${publicUrl.replace(/\/$/, '')}${STATUS_PATH}?m=${encodeURIComponent(messageId)}`;

/** One receipt, and whose message it is about. */
export interface ReceivedReceipt {
  person: string;
  code: number;
  receipt: Receipt;
}

export interface StatusOptions extends SignedParts {
  /** Resolves once it is durable; rejects when it could not be made so. */
  onReceipt: (received: ReceivedReceipt) => Promise<void>;
}

/** What one call says: of which message at Twilio, and the receipt in it, if any. Null: it is about something else. */
type StatusReader = (params: WebhookParams) => { sid: string; receipt: Receipt | null } | null;

const readSms: StatusReader = (params) => {
  const sid = one(params.MessageSid);
  if (!MESSAGE_SID.test(sid)) return null;
  const receipt = smsReceipt({
    sid,
    status: one(params.MessageStatus),
    errorCode: /^\d+$/.test(one(params.ErrorCode)) ? Number(one(params.ErrorCode)) : null,
    errorMessage: one(params.ErrorMessage) || null,
  });
  return { sid, receipt };
};

const readCall: StatusReader = (params) => {
  const sid = one(params['CallSid']);
  return CALL_SID.test(sid) ? { sid, receipt: callReceipt(sid, one(params['CallStatus'])) } : null;
};

/** The first that knows what a call is about reads it. */
const READERS: readonly StatusReader[] = [readSms, readCall];

/** 204 once durable or when there is nothing in it, 403 for a wrong signature, 503 when it couldn't be stored. Never rejects. */
export async function statusWebhook(options: StatusOptions, request: WebhookRequest): Promise<WebhookAnswer> {
  const signed = await signedParams(options, request);
  if ('refused' in signed) return signed.refused;
  const named = readMessageId(new URLSearchParams(request.url.split('?')[1]).get('m') ?? '');
  const said = READERS.reduce<ReturnType<StatusReader>>((read, next) => read ?? next(signed.params), null);
  if (named === null || said === null) {
    return plain(400, 'The message in the URL (m=…) and a status of it are needed');
  }
  if (said.receipt === null) return TAKEN;
  try {
    await options.onReceipt({ ...named, receipt: said.receipt });
    return TAKEN;
  } catch (error) {
    options.log.error(
      { sid: said.sid, error: wordsOf(error) },
      'a receipt could not be stored; Twilio will be asked for it',
    );
    return plain(503, 'The receipt could not be stored; call again');
  }
}

const TAKEN: WebhookAnswer = plain(204, '');
