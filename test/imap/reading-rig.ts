/** One who reads a mailbox, and a journal that knows what it has: what a test of mailboxes needs besides a server. */
import { onTestFinished } from 'vitest';
import { readImapUrl } from '../../src/relay/config/imap-url.ts';
import type { ImapMailbox } from '../../src/relay/config/types.ts';
import { systemClock } from '../../src/relay/daemon/system.ts';
import type { Accept, NewInput } from '../../src/relay/events/accept.ts';
import { startImap } from '../../src/relay/events/imap.ts';
import type { MailboxReader } from '../../src/relay/events/imap/reader.ts';
import { createMailReader } from '../../src/relay/events/mail/reader.ts';
import type { HandleReply } from '../../src/relay/events/smtp/deliver.ts';
import { emptyRoster } from '../../src/relay/oncall/edits.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { JournalRow } from '../../src/relay/store/port.ts';
import { PASSWORD, type Dovecot } from './dovecot.ts';

/** Rows by their id, as the store keeps them: the second of an id is none. */
export class Journal {
  readonly rows = new Map<string, NewInput>();
  /** How often anything was handed in, the same again included. */
  handedIn = 0;
  /** Runs before a row is kept, and may throw. */
  before: () => Promise<void> = () => Promise.resolve();
  /** Runs once it is kept. */
  after: () => Promise<void> = () => Promise.resolve();
  readonly #waiting = new Set<() => void>();

  readonly accept: Accept = async (inputs) => {
    await this.before();
    for (const input of inputs) {
      this.handedIn += 1;
      const id = input.stableId ?? `new-${this.handedIn}`;
      if (!this.rows.has(id)) this.rows.set(id, input);
    }
    for (const wake of this.#waiting) wake();
    await this.after();
    return inputs.map((input) => ({ id: `j:${input.stableId ?? 'new'}`, input: input.input }) as JournalRow);
  };

  get summaries(): string[] {
    return [...this.rows.values()].flatMap(({ input }) =>
      input.kind === 'alert' ? input.events.map(({ service, summary }) => `${service}: ${summary}`) : [],
    );
  }

  /** Resolves once something makes it true. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isTrue()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

export const ROSTER: Roster = {
  ...emptyRoster(),
  version: 1,
  services: ['default', 'db', 'web'].map((id) => ({ id, policy: 'default', keyHashes: [] })),
};

export interface Reading {
  reader: MailboxReader;
  journal: Journal;
  logged: string[];
  /** Resolves once the reader's state is so. */
  until(isSo: (state: MailboxReader['state']) => boolean): Promise<void>;
}

/** Nothing but IDLE can wake it within a test. */
const POLL_SECONDS = 600;

export function startReading(
  dovecot: Dovecot,
  source: Partial<ImapMailbox> = {},
  more: { journal?: Journal; reply?: HandleReply; user?: string; password?: string; url?: string } = {},
): Reading {
  const { journal = new Journal(), user = 'alerts', password = PASSWORD } = more;
  const server = readImapUrl(more.url ?? `imap://${user}@127.0.0.1:${dovecot.port}`);
  if (server === null) throw new Error('not an IMAP URL');
  const logged: string[] = [];
  const note = (fields: object, text: string): void => {
    logged.push(`${JSON.stringify(fields)} ${text}`);
  };
  const log = { info: note, warn: note, error: note };
  const mails = createMailReader({ log });
  const waiting = new Set<() => void>();
  const reader = startImap({
    source: {
      server,
      passwordFile: null,
      mailbox: 'INBOX',
      alerts: true,
      replies: false,
      service: 'default',
      done: 'seen',
      pollSeconds: POLL_SECONDS,
      replyAddress: null,
      ...source,
    },
    password,
    accept: journal.accept,
    reader: mails,
    reply: more.reply ?? null,
    roster: () => ROSTER,
    rosterIsSure: () => true,
    log,
    clock: systemClock,
    chance: () => 0,
    isMine: () => true,
    onChange: () => {
      for (const look of waiting) look();
    },
  });
  onTestFinished(async () => {
    await reader.stop();
    await mails.close();
  });
  return {
    reader,
    journal,
    logged,
    until: (isSo) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isSo(reader.state)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

let mails = 0;

/** An alert as a monitor mails it; `headers` before its own, `id: false` for one without Message-ID. */
export function alertMail(subject: string, headers: string[] = [], id = true): string {
  mails += 1;
  return [
    'Return-Path: <nagios@example.com>',
    ...headers,
    'From: Nagios <nagios@example.com>',
    ...(headers.some((one) => one.startsWith('To:')) ? [] : ['To: alerts@example.com']),
    `Subject: ${subject}`,
    ...(id ? [`Message-ID: <${mails}@example.com>`] : []),
    'Date: Tue, 3 Nov 2026 10:00:00 +0000',
    '',
    'see the subject',
    '',
  ].join('\r\n');
}

/** Subjects in a mailbox, and which of them are unread. */
export async function contents(
  dovecot: Dovecot,
  mailbox = 'INBOX',
  user = 'alerts',
): Promise<{ all: string[]; unread: string[] }> {
  const client = await dovecot.client(user);
  await client.mailboxOpen(mailbox, { readOnly: true });
  const { mailbox: opened } = client;
  const found =
    opened === false || opened === undefined || opened.exists === 0
      ? []
      : await client.fetchAll('1:*', { envelope: true, flags: true });
  await client.logout();
  const subjectOf = ({ envelope }: (typeof found)[number]): string => envelope?.subject ?? '';
  return {
    all: found.map(subjectOf),
    unread: found.filter(({ flags }) => flags?.has('\\Seen') !== true).map(subjectOf),
  };
}
