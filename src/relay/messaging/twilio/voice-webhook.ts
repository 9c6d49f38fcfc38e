/**
 * Twilio's calls to us while somebody is on the phone: for what is to be said, and with the key that was pressed. Both
 * name the message in their URL, which the signature covers, and only the message's own call may answer it. That a
 * call was taken, by whomever or whatever, changes nothing: only a key does (S8).
 */
import type { Receipt } from '../../events/types.ts';
import { readMessageId } from '../../notifications/rows.ts';
import { CALL_SID } from './call-receipt.ts';
import type { SpokenMessage } from './calls-made.ts';
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
import { lastWords, question, reading, type Speech } from './twiml.ts';

/** The path of what is said, and below it that of keys. */
export const SCRIPT_PATH = '/twilio/voice';
export const KEY_PATH = `${SCRIPT_PATH}/key`;

/** Where Twilio fetches what a call says. */
export const scriptUrl = (publicUrl: string, messageId: string): string =>
  urlOf(publicUrl, SCRIPT_PATH, messageId);

/** What a key asks for. */
export const KEYS = { '4': 'ack', '6': 'resolve', '9': 'escalate' } as const;
export type Key = keyof typeof KEYS;

/** A key that counts. */
export interface PressedKey {
  person: string;
  code: number;
  /** The number that was called. */
  contact: string;
  callSid: string;
  key: Key;
  /** What the call itself proves: Twilio took it. */
  receipt: Receipt;
}

export interface VoiceWebhookOptions extends SignedParts {
  speech: Speech;
  /** The message of a call; null when there is none. Rejects when it can't be read now. */
  message: (id: { person: string; code: number }) => Promise<SpokenMessage | null>;
  /** Resolves once it is durable. */
  onReceipt: (received: { person: string; code: number; receipt: Receipt }) => Promise<void>;
  /** Resolves, once the answer is durable, with what is said of it; rejects when it could not be made so. */
  onKey: (pressed: PressedKey) => Promise<string>;
}

const NOT_READ =
  'This is Relay. There is an alert for you, and it can not be read at present. Please look at your messages.';
const NOTHING = 'This is Relay. There is nothing more to be said in this call. Goodbye.';
const OTHER_KEY = 'This key has no meaning here.';
const NOT_STORED = 'Your answer could not be stored, so nothing has changed. Please press the key again.';

/** What the call says, up to three times. 200 for every signed call about a call: whoever took it hears why not. Never rejects. */
export async function scriptWebhook(
  options: VoiceWebhookOptions,
  request: WebhookRequest,
): Promise<WebhookAnswer> {
  const call = await callOf(options, request);
  if ('answer' in call) return call.answer;
  const { id, message, callSid } = call;
  try {
    // The fetch proves that Twilio took the call: it settles a doubt sooner than any list does (rule 5).
    await options.onReceipt({ ...id, receipt: provenBy(callSid) });
  } catch (error) {
    options.log.error(
      { callSid, error: wordsOf(error) },
      'that a call was taken by Twilio could not be stored; the list of calls will show it',
    );
  }
  return xml(
    message.answerable
      ? await question(message.body, keyUrl(options, id), options.speech)
      : await reading(message.body, options.speech),
  );
}

/** A key in the call: acts on the message that the call is about, says what really happened, and hangs up. Never rejects. */
export async function keyWebhook(
  options: VoiceWebhookOptions,
  request: WebhookRequest,
): Promise<WebhookAnswer> {
  const call = await callOf(options, request);
  if ('answer' in call) return call.answer;
  const { id, message, callSid, params } = call;
  if (!message.answerable) return xml(await reading(message.body, options.speech));
  const key = one(params['Digits']);
  const again = async (why: string): Promise<WebhookAnswer> =>
    xml(await question(`${why} ${message.body}`.trim(), keyUrl(options, id), options.speech));
  if (key === '') return again('');
  if (!isKey(key)) return again(OTHER_KEY);
  // Should Twilio ever be asked whether a machine listens: a mailbox that plays tones is nobody's answer.
  if (/^(?:machine|fax)/.test(one(params['AnsweredBy'])))
    return xml(await lastWords(NOTHING, options.speech));
  const contact = message.to;
  try {
    const said = await options.onKey({ ...id, contact, callSid, key, receipt: provenBy(callSid) });
    return xml(await lastWords(`${said} Goodbye.`, options.speech));
  } catch (error) {
    options.log.error({ callSid, error: wordsOf(error) }, 'a key pressed in a call could not be stored');
    return again(NOT_STORED);
  }
}

interface Call {
  id: { person: string; code: number };
  message: SpokenMessage;
  callSid: string;
  params: WebhookParams;
}

/** The call that Twilio speaks of, and its message; else what is answered at once. */
async function callOf(
  options: VoiceWebhookOptions,
  request: WebhookRequest,
): Promise<Call | { answer: WebhookAnswer }> {
  const signed = await signedParams(options, request);
  if ('refused' in signed) return { answer: signed.refused };
  const { params } = signed;
  const id = readMessageId(new URLSearchParams(request.url.split('?')[1]).get('m') ?? '');
  const callSid = one(params['CallSid']);
  if (id === null || !CALL_SID.test(callSid)) {
    return { answer: plain(400, 'The message in the URL (m=…) and a CallSid are needed') };
  }
  let message: SpokenMessage | null;
  try {
    message = await options.message(id);
  } catch (error) {
    options.log.error({ callSid, error: wordsOf(error) }, 'what a call is to say could not be read');
    return { answer: xml(await lastWords(NOT_READ, options.speech)) };
  }
  const isItsOwn =
    message !== null &&
    (message.providerId === null || message.providerId === callSid) &&
    one(params['To']) === message.to;
  if (message !== null && isItsOwn) return { id, message, callSid, params };
  options.log.warn({ callSid }, 'a call that belongs to no message here was told nothing');
  return { answer: xml(await lastWords(NOTHING, options.speech)) };
}

const isKey = (key: string): key is Key => Object.hasOwn(KEYS, key);

const provenBy = (callSid: string): Receipt => ({ status: 'sent', providerId: callSid });

const keyUrl = ({ publicUrl }: SignedParts, { person, code }: { person: string; code: number }): string =>
  urlOf(publicUrl ?? '', KEY_PATH, `${person}.${code}`);

const urlOf = (publicUrl: string, path: string, messageId: string): string =>
  `${publicUrl.replace(/\/$/, '')}${path}?m=${encodeURIComponent(messageId)}`;

const xml = (body: string): WebhookAnswer => ({ status: 200, contentType: 'text/xml', body });
