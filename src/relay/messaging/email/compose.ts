/** Our mails: threaded per incident, never mistaken for a person's, and with no header that a text could break. */
import type { Outgoing } from '../port.ts';

export interface ComposeOptions {
  from: string;
  replyTo: string | null;
  /** The address that takes the answer to this message; null: answers don't work here. */
  replyAddress: ((message: Outgoing) => string | null) | null;
  /** For Message-ID, thread and List-Id. */
  domain: string;
}

export interface Composed {
  messageId: string;
  envelope: { from: string; to: string };
  raw: Buffer;
}

/** Header safe: one line, no control characters, no half surrogates. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();

const bodyText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');

/** The same for the same message, so that a mail that did come twice shows as one. */
export const messageIdOf = (id: string, domain: string): string =>
  `<${encodeURIComponent(id).replace(/[()]/g, '_')}@${domain}>`;

export const threadIdOf = (incident: number, domain: string): string => `<incident-${incident}@${domain}>`;

/** Rejects when an address can't be one. */
export async function compose(message: Outgoing, options: ComposeOptions, atMs: number): Promise<Composed> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  // Also of what takes no answer: a report of a mail server comes back there, and names by it what it is about.
  const ownAddress = options.replyAddress === null ? null : options.replyAddress(message);
  const answerAddress = message.answerable ? ownAddress : null;
  const from = oneLine(options.from);
  const messageId = messageIdOf(message.id, options.domain);
  const replyTo = answerAddress ?? options.replyTo;
  const thread = message.thread === undefined ? null : threadIdOf(message.thread, options.domain);
  const node = new MailComposer({
    from,
    to: { name: '', address: oneLine(message.to) },
    ...(replyTo === null ? {} : { replyTo: oneLine(replyTo) }),
    subject: oneLine(message.subject ?? 'Relay'),
    text: bodyText(message.body),
    messageId,
    ...(thread === null ? {} : { inReplyTo: thread, references: thread }),
    date: new Date(atMs),
    headers: {
      'Auto-Submitted': message.automaticReply === true ? 'auto-replied' : 'auto-generated',
      'List-Id': `Relay alerts <relay.${options.domain}>`,
    },
    // A text may look like a path or a URL to the composer: never read either.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const envelope = node.getEnvelope();
  const sender = ownAddress ?? (envelope.from === false ? '' : envelope.from);
  const [to] = envelope.to;
  if (to === undefined || !/^[^\s@<>]+@[^\s@<>]+$/.test(to))
    throw new Error(`${oneLine(message.to)} is no mail address`);
  return { messageId, envelope: { from: sender, to }, raw: await node.build() };
}
