/** Alerts, and answers to pages, out of mailboxes on other servers. Stage 1 of the way of an alert. */
import type { ImapMailbox } from '../config/types.ts';
import type { Clock } from '../engine/ports.ts';
import { openMailbox } from './imap/connection.ts';
import { MailboxReader, type ReaderParts, type ReaderState } from './imap/reader.ts';

export type { ReaderState };

export interface ImapOptions
  extends Pick<ReaderParts, 'accept' | 'reader' | 'reply' | 'roster' | 'rosterIsSure' | 'log' | 'chance'> {
  source: ImapMailbox;
  password: string;
  clock: Clock;
  isMine(): boolean;
  onChange(): void;
}

/** As much of a mail as the mail server keeps. */
const KEPT_BYTES = 512 * 1024;

/** Begins to read; nothing is waited for, and what goes wrong is in its state. */
export function startImap(options: ImapOptions): MailboxReader {
  const { source, password, clock } = options;
  const { server, mailbox, alerts, replies, service, replyAddress } = source;
  const reader = new MailboxReader({
    ...options,
    place: { host: server.host, user: server.user, mailbox },
    rules: { user: server.user, alerts, replies, service, replyAddress },
    keptBytes: KEPT_BYTES,
    pollMs: source.pollSeconds * 1_000,
    open: (signal) => openMailbox({ source, password, clock, signal }),
  });
  reader.start();
  return reader;
}
