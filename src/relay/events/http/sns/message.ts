/**
 * What of a request of AWS SNS is signed, by what, and which addresses in it are AWS' own. Pure.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
import { createVerify, X509Certificate } from 'node:crypto';
import { textIn } from '../../formats/fields.ts';

export interface SnsMessage {
  type: string;
  topic: string;
  /** As sent. */
  fields: Record<string, unknown>;
}

const SIGNED: Record<string, readonly string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const HASHES: Record<string, string> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };
const HOST = /^sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?$/u;
const URL_MAX = 2_000;

/** Null: no message of SNS. */
export function snsMessage(fields: Record<string, unknown>): SnsMessage | null {
  const type = textIn(fields['Type']);
  const topic = textIn(fields['TopicArn']);
  if (SIGNED[type] === undefined || topic === '' || textIn(fields['MessageId']) === '') return null;
  return { type, topic, fields };
}

/** An https address on a host of SNS; null for any other: nothing else in a request may make us fetch something. */
export function awsUrl(value: unknown): URL | null {
  const text = textIn(value);
  if (text.length > URL_MAX || !URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain = url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === '';
  return isPlain && HOST.test(url.hostname) ? url : null;
}

/** Where its certificate lies; null when that is none of AWS' places. */
export function certificateUrl({ fields }: SnsMessage): URL | null {
  const url = awsUrl(fields['SigningCertURL'] ?? fields['SigningCertUrl']);
  return url !== null && url.pathname.endsWith('.pem') ? url : null;
}

/** Null: this version of signatures is none that we know. */
export function hashOf({ fields }: SnsMessage): string | null {
  return HASHES[textIn(fields['SignatureVersion'])] ?? null;
}

/** Whether AWS signed it with this certificate. Throws when the certificate is none. */
export function isSigned(message: SnsMessage, hash: string, pem: string): boolean {
  const { publicKey } = new X509Certificate(pem);
  return createVerify(hash)
    .update(signedText(message), 'utf8')
    .verify(publicKey, textIn(message.fields['Signature']), 'base64');
}

/** Names and values line by line; what is not there is left out. */
function signedText({ type, fields }: SnsMessage): string {
  return (SIGNED[type] ?? [])
    .filter((name) => typeof fields[name] === 'string')
    .map((name) => `${name}\n${fields[name] as string}\n`)
    .join('');
}
