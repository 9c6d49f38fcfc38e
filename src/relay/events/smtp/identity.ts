/** When two mails are the same mail sent twice (rule 11). */
import { createHash, hash } from 'node:crypto';
import type { Head } from '../mail/headers.ts';
import type { ReceivedMail } from './data.ts';

/**
 * With a Message-ID: a hash of sender, recipient, Message-ID, Date and body; headers that each hop adds don't count.
 * Without one: undefined, so that each is a new mail.
 */
export function stableMailId(
  mail: ReceivedMail,
  head: Head,
  sender: string,
  recipient: string,
): string | undefined {
  const messageId = (head.headers.get('message-id') ?? '').trim();
  if (messageId === '') return undefined;
  const body = hash('sha256', mail.raw.subarray(head.bodyStart), 'hex');
  const digest = createHash('sha256');
  for (const part of [
    sender.toLowerCase(),
    recipient.toLowerCase(),
    messageId,
    (head.headers.get('date') ?? '').trim(),
    body,
    mail.restHash ?? '',
    String(mail.restHash === null ? 0 : mail.sizeBytes - mail.raw.length),
  ]) {
    digest.update(`${part.length}:${part}\n`);
  }
  return `mail-${digest.digest('hex').slice(0, 40)}`;
}
