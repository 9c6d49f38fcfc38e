/** The mailboxes of a configuration: read from the start on, their trouble shown, whether answers come by them known. */
import type { Config, ImapMailbox } from '../config/types.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import type { MailboxReader } from '../events/imap/reader.ts';
import type { MailReader } from '../events/mail/reader.ts';
import type { HandleReply } from '../events/smtp/deliver.ts';
import type { Roster } from '../oncall/types.ts';

export interface MailboxesParts {
  accept: Accept;
  reader: MailReader;
  reply: HandleReply;
  roster(): Roster;
  rosterIsSure(): boolean;
  /** Whether this host is the one, among several, that reads the mailbox of this name. */
  isMine(name: string): boolean;
  clock: Clock;
  log: Log;
  problems: Problems;
  /** A mailbox for answers can be read, or can't any more; null: there is none. */
  onAnswers(answers: MailboxAnswers | null): void;
}

/** Whether answers come in by a mailbox. */
export interface MailboxAnswers {
  works: boolean;
  text: string;
  /** With {token} in it. */
  replyAddress: string;
}

/** For `relay status`. */
export interface MailboxLine {
  name: string;
  /** Null: not looked at yet. */
  reads: boolean | null;
  isMine: boolean;
  taken: number;
  left: number;
  lastMs: number | null;
  trouble: string | null;
}

interface Reading {
  source: ImapMailbox;
  name: string;
  reader: MailboxReader;
}

const PROBLEM = 'imap';

export class Mailboxes {
  readonly #parts: MailboxesParts;
  #reading: Reading[] = [];

  constructor(parts: MailboxesParts) {
    this.#parts = parts;
  }

  /** Begins to read those of this configuration, once those of the former one are left. Loads nothing where there are none. */
  async change({ imap }: Pick<Config, 'imap'>, passwords: readonly string[]): Promise<void> {
    await this.stop();
    const { clock, problems, onAnswers } = this.#parts;
    const sources = imap ?? [];
    if (sources.length > 0) {
      const { startImap } = await import('../events/imap.ts');
      this.#reading = sources.map((source, index): Reading => {
        const name = nameOf(source);
        const reader = startImap({
          ...this.#parts,
          source,
          password: passwords[index] ?? '',
          clock,
          isMine: () => this.#parts.isMine(name),
          chance: () => Math.random(),
          onChange: () => this.#changed(),
        });
        return { source, name, reader };
      });
    }
    problems.clear(PROBLEM);
    onAnswers(this.#answers());
  }

  /** Ends after what is under way. */
  async stop(): Promise<void> {
    const former = this.#reading;
    this.#reading = [];
    await Promise.all(former.map(({ reader }) => reader.stop()));
  }

  get lines(): MailboxLine[] {
    return this.#reading.map(({ name, reader: { state } }) => ({
      name,
      reads: state.reads,
      isMine: this.#parts.isMine(name),
      taken: state.taken,
      left: state.left,
      lastMs: state.lastMs,
      trouble: state.trouble?.text ?? null,
    }));
  }

  #changed(): void {
    const { problems, isMine, onAnswers } = this.#parts;
    const troubled = this.#reading.flatMap(({ name, reader: { state } }) =>
      // Of hosts that only look in, the reading one speaks for all.
      state.trouble === null || !isMine(name) ? [] : [{ name, ...state.trouble }],
    );
    const [first] = troubled;
    if (first === undefined) problems.clear(PROBLEM);
    else {
      const text = troubled.map(({ name, text: why }) => `the mailbox ${name}: ${why}`).join('; ');
      problems.raise(PROBLEM, text, first.cure);
    }
    onAnswers(this.#answers());
  }

  #answers(): MailboxAnswers | null {
    for (const { source, name, reader } of this.#reading) {
      if (!source.replies || source.replyAddress === null) continue;
      const { reads, trouble } = reader.state;
      const text =
        reads === null
          ? `the mailbox ${name} is not looked at yet`
          : `answers come in by the mailbox ${name}${reads ? '' : ', which can not be read'}`;
      // A connection that breaks now and then is back within seconds.
      return {
        works: reads === true || (reads === false && trouble === null),
        text,
        replyAddress: source.replyAddress,
      };
    }
    return null;
  }
}

const nameOf = ({ server: { user, host }, mailbox }: ImapMailbox): string =>
  `${user.includes('@') ? user : `${user}@${host}`}${mailbox.toUpperCase() === 'INBOX' ? '' : `/${mailbox}`}`;
