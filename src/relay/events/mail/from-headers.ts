/** What can be said of a mail that could not be parsed, whatever it was to be read for: the same in both threads. */
import { replyFromHeaders } from '../../messaging/reply-mail.ts';
import { eventsFromHeaders } from './events.ts';
import { addressOf, readHead } from './headers.ts';
import type { MailJob, MailRead } from './protocol.ts';

/** `why` stands in the events' reason; who replied hears that it wasn't understood. */
export function fromHeaders(raw: Uint8Array, job: MailJob, why: string): MailRead {
  if (job.kind === 'events') return { kind: 'events', events: eventsFromHeaders(raw, job.context, why) };
  const { headers } = readHead(raw);
  const from = addressOf((headers.get('from') ?? '').split('\n', 1)[0] ?? '');
  return { kind: 'reply', reply: replyFromHeaders(headers, from, job.envelope) };
}
