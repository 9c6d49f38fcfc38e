/**
 * A mailbox over imapflow, which never reconnects by itself: whatever breaks ends it, and the reader opens another. Each
 * command has a deadline, since a connection whose other end has gone without a word would hold it for minutes.
 */
import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { ImapMailbox } from '../../config/types.ts';
import type { Clock } from '../../engine/ports.ts';
import { MailboxError, RefusedError, type OpenMailbox, type Settled, type UnreadMail } from './port.ts';
import { asMailboxError, refusalOf } from './trouble.ts';

export interface ConnectionParts {
  source: ImapMailbox;
  password: string;
  clock: Clock;
  /** Ends it, whatever is under way. */
  signal: AbortSignal;
}

const CONNECT_MS = 20_000;
const COMMAND_MS = 60_000;
/** Servers may end an IDLE after half an hour (RFC 2177). */
const IDLE_MS = 5 * 60_000;
/** Sequence numbers of one search: its answer is one line. */
const WINDOW = 5_000;
const LINE_MAX_BYTES = 1024 * 1024;
const RESPONSE_MAX_BYTES = 16 * 1024 * 1024;

/** Rejects with MailboxError: no connection, no login, no such mailbox, or one that nothing can be marked in. */
export async function openMailbox(parts: ConnectionParts): Promise<OpenMailbox> {
  const { ImapFlow } = await import('imapflow');
  const client = new ImapFlow(optionsOf(parts));
  const connection = new Connection(client, parts);
  await connection.open();
  return connection;
}

function optionsOf({ source: { server }, password }: ConnectionParts): ImapFlowOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.isSecure,
    // Without TLS a password goes nowhere but to this machine.
    ...(server.isSecure || server.isLoopback ? {} : { doSTARTTLS: true }),
    tls: { rejectUnauthorized: server.checksCertificate && !server.isLoopback, minVersion: 'TLSv1.2' },
    auth: { user: server.user, pass: password },
    // It would log what is said on the connection.
    logger: false,
    emitLogs: false,
    clientInfo: { name: 'relay' },
    disableAutoIdle: true,
    maxIdleTime: IDLE_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    maxLineLength: LINE_MAX_BYTES,
    maxLiteralSize: RESPONSE_MAX_BYTES,
    maxResponseSize: RESPONSE_MAX_BYTES * 2,
  };
}

class Connection implements OpenMailbox {
  readonly #client: ImapFlow;
  readonly #parts: ConnectionParts;
  readonly #abort = (): void => this.#end(new Error('relay is shutting down'));
  /** Who waits for anything; a promise that lives as long as the connection would keep each of them. */
  readonly #waiting = new Set<(error: MailboxError) => void>();
  #ended: MailboxError | null = null;
  #hasMore = false;
  #wake: () => void = () => undefined;
  uidValidity = '';

  constructor(client: ImapFlow, parts: ConnectionParts) {
    this.#client = client;
    this.#parts = parts;
    parts.signal.addEventListener('abort', this.#abort);
    client.on('error', (error: unknown) => this.#end(error));
    client.on('close', () => this.#end(new Error('the connection was closed')));
    client.on('exists', () => {
      this.#hasMore = true;
      this.#wake();
    });
  }

  async open(): Promise<void> {
    await this.#within(CONNECT_MS * 2, () => this.#client.connect());
    await this.#select();
  }

  async #select(): Promise<void> {
    const { mailbox } = this.#parts.source;
    const opened = await this.#within(COMMAND_MS, () => this.#client.mailboxOpen(mailbox));
    this.uidValidity = String(opened.uidValidity);
    if (opened.readOnly !== true) return;
    const error = new MailboxError(
      `the mailbox ${mailbox} is read-only`,
      'Give the user of imap.url the right to mark mails there.',
      true,
    );
    this.#end(error);
    throw error;
  }

  async unread(without: ReadonlySet<number>, most: number): Promise<number[]> {
    this.#hasMore = false;
    for (let first = 1; first <= this.#count; first += WINDOW) {
      const last = first + WINDOW - 1;
      // The last one is named as such: mails may go while we ask.
      const seq = `${first}:${last < this.#count ? last : '*'}`;
      const found = await this.#within(COMMAND_MS, () =>
        this.#client.search({ seq, seen: false, deleted: false }, { uid: true }),
      );
      if (!Array.isArray(found)) throw this.#refused('list its mails');
      const fresh = found.filter((uid) => !without.has(uid)).toSorted((a, b) => a - b);
      if (fresh.length > 0) return fresh.slice(0, most);
    }
    return [];
  }

  async fetch(uids: readonly number[], maxBytes: number): Promise<UnreadMail[]> {
    if (uids.length === 0) return [];
    const found = await this.#within(COMMAND_MS, async () => {
      try {
        return await this.#client.fetchAll(
          uids.join(','),
          { uid: true, size: true, source: { start: 0, maxLength: maxBytes } },
          { uid: true },
        );
      } catch (error) {
        const refusal = this.#client.usable ? refusalOf(error) : null;
        if (refusal === null) throw error;
        return new RefusedError(refusal, { cause: error });
      }
    });
    if (found instanceof RefusedError) throw found;
    return found.flatMap(({ uid, size, source }) =>
      source === undefined ? [] : [{ uid, raw: source, sizeBytes: size ?? source.length }],
    );
  }

  async settle(uids: readonly number[]): Promise<Settled> {
    const { done } = this.#parts.source;
    const range = uids.join(',');
    if (done === 'seen') {
      await this.#seen(range);
      return { moved: true };
    }
    const settled = await this.#within(COMMAND_MS, () =>
      done === 'delete' ? this.#client.messageDelete(range, { uid: true }) : this.#move(range, done.move),
    );
    if (settled) return { moved: true };
    // Another host may have done it already; what is still there is at least not read again and again.
    await this.#seen(range);
    const why = done === 'delete' ? 'mails can not be deleted' : `mails can not be moved to ${done.move}`;
    const still = await this.#within(COMMAND_MS, () => this.#client.search({ uid: range }, { uid: true }));
    return Array.isArray(still) && still.length === 0 ? { moved: true } : { moved: false, why };
  }

  async wait(delayMs: number): Promise<void> {
    if (this.#hasMore) return;
    const { promise, resolve } = Promise.withResolvers<'came' | 'time'>();
    this.#wake = () => resolve('came');
    const cancel = this.#parts.clock.after(delayMs, () => resolve('time'));
    // It ends by itself when the next command begins; a server without IDLE is asked by NOOP.
    this.#client.idle().catch((error: unknown) => this.#end(error));
    try {
      const why = await this.#orEnd(promise);
      // A mailbox that was deleted and made anew stays open in its old form, with nothing in it.
      if (why === 'time') await this.#select();
    } finally {
      cancel();
      this.#wake = () => undefined;
    }
  }

  async close(): Promise<void> {
    this.#end(new Error('closed'));
  }

  get #count(): number {
    const { mailbox } = this.#client;
    return mailbox === false || mailbox === undefined ? 0 : mailbox.exists;
  }

  async #seen(range: string): Promise<void> {
    const marked = await this.#within(COMMAND_MS, () =>
      this.#client.messageFlagsAdd(range, ['\\Seen'], { uid: true }),
    );
    if (!marked) throw this.#refused('mark mails as read');
  }

  /** Makes the mailbox where it is missing. */
  async #move(range: string, to: string): Promise<unknown> {
    const moved = await this.#client.messageMove(range, to, { uid: true });
    if (moved) return moved;
    try {
      await this.#client.mailboxCreate(to);
    } catch (error) {
      // It is there already, or can't be: the second try tells. Without a connection there is none.
      if (!this.#client.usable) throw error;
    }
    return this.#client.messageMove(range, to, { uid: true });
  }

  #refused(what: string): MailboxError {
    const error = new MailboxError(
      `the server would not ${what} in ${this.#parts.source.mailbox}`,
      'Look what the mail server logs about it.',
    );
    this.#end(error);
    return error;
  }

  async #within<T>(delayMs: number, run: () => Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#parts.clock.after(delayMs, () =>
      late.reject(new Error(`no answer within ${delayMs / 1_000} s`)),
    );
    try {
      return await this.#orEnd(Promise.race([run(), late.promise]));
    } catch (error) {
      this.#end(error);
      throw asMailboxError(error, this.#parts.source);
    } finally {
      cancel();
    }
  }

  /** The promise, or a rejection as soon as the connection ends. */
  #orEnd<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settled = (): boolean => this.#waiting.delete(reject);
      this.#waiting.add(reject);
      void promise.then(resolve, reject).finally(settled);
      if (this.#ended !== null) reject(this.#ended);
    });
  }

  #end(error: unknown): void {
    if (this.#ended !== null) return;
    this.#ended = asMailboxError(error, this.#parts.source);
    this.#parts.signal.removeEventListener('abort', this.#abort);
    for (const reject of this.#waiting) reject(this.#ended);
    this.#waiting.clear();
    this.#client.close();
  }
}
