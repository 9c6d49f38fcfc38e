/** The phone network and the mailboxes, in a process of their own; tells when each alert's first message came in. */
import { startMailbox } from '../../src/standins/mailbox.ts';
import { startTwilioStandin } from '../../src/standins/twilio.ts';
import { MARKS, monotonicMs } from '../load/mark.ts';
import type { ProvidersReport, ProvidersUp } from './providers.ts';

/** Nobody but the bench starts this, with a channel to it. */
function tell(message: ProvidersUp | ProvidersReport): void {
  if (process.send === undefined) throw new Error('the providers are started by the bench only');
  process.send(message);
}

const twilio = await startTwilioStandin({ numbers: ['+15550100'] });
const mailbox = await startMailbox();
const firstMs = new Map<string, number>();
let texts = 0;
let mails = 0;

function note(text: string): void {
  const nowMs = monotonicMs();
  for (const [mark] of text.matchAll(MARKS)) if (!firstMs.has(mark)) firstMs.set(mark, nowMs);
}

twilio.on('request', ({ kind, params }) => {
  if (kind !== 'send') return;
  texts += 1;
  note(params.get('Body') ?? '');
});
mailbox.on('mail', (mail) => {
  mails += 1;
  note(mail.text);
  // Of a storm's mails only the marks matter.
  mailbox.mails.length = 0;
});
process.on('message', () => {
  tell({ firstMs: [...firstMs], texts, mails });
});
process.on('disconnect', () => process.exit(0));
tell({
  baseUrl: twilio.baseUrl,
  accountSid: twilio.accountSid,
  authToken: twilio.authToken,
  mailUrl: mailbox.url,
});
