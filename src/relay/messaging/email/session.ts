/**
 * One SMTP session over nodemailer's smtp-connection, on a socket of our own: it can be reset at the deadline, TLS or
 * not, and the final dot waits for our word.
 */
import type { LookupFunction, Socket } from 'node:net';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MailServer } from './server.ts';

/** What nodemailer's errors carry beyond a message. */
export interface SmtpFailure extends Error {
  code?: string;
  originalCode?: string;
  responseCode?: number;
  response?: string;
  /** The command that was being answered: `RCPT TO`, `AUTH PLAIN`, … */
  command?: string;
}

export interface Envelope {
  from: string;
  to: string;
}

/** `dot`: the final dot may have left; before it, nothing can have been sent. */
export type Phase = 'connect' | 'envelope' | 'dot';

/** The word before the final dot was no. */
export class LateError extends Error {
  override name = 'LateError';
}

type Connection = InstanceType<typeof SMTPConnection>;
const CLOSE_MS = 1_000;

export class Session {
  phase: Phase = 'connect';
  /** Mails sent over it; 0 for a new one. */
  mails = 0;
  /** Called once when the connection is gone, whoever ended it. */
  onGone: () => void = () => {};
  readonly #raw: Socket;
  #connection: Connection | null = null;
  #gone = false;
  #onReply: () => void = () => {};
  /** nodemailer says nothing when we end the connection ourselves: whoever waits hears of it here. */
  #onReset: (error: Error) => void = () => {};

  private constructor(raw: Socket) {
    this.#raw = raw;
    raw.once('close', () => this.#end());
    // nodemailer reports what goes wrong; a socket that fails before or after it listens must not end the process.
    raw.on('error', () => {});
  }

  /** A socket on its way, so that it can be reset from the first moment. */
  static dial(server: MailServer, lookup?: LookupFunction): Session {
    return new Session(
      connect({ host: server.host, port: server.port, noDelay: true, ...(lookup && { lookup }) }),
    );
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Connects, upgrades to TLS, logs in. Rejects with an SmtpFailure; then the session is gone. */
  async open(server: MailServer, password: string | null): Promise<void> {
    const { default: Smtp } = await import('nodemailer/lib/smtp-connection');
    await this.#connected();
    const connection = new Smtp({
      ...server.options,
      connection: this.#raw,
      socketCloseTimeout: CLOSE_MS,
      // Only for the sign of life: nothing of what it says is kept.
      transactionLog: true,
      logger: quietLogger((entry) => {
        if (entry.tnx === 'server') this.#onReply();
      }),
    });
    this.#connection = connection;
    connection.once('end', () => this.#end());
    await this.#step(connection, (done) => connection.connect(done));
    const { user } = server;
    if (user !== null) {
      await this.#step(connection, (done) => connection.login({ user, pass: password ?? '' }, done));
    }
    // Between two mails an error only means that the connection is gone.
    connection.on('error', () => this.#end());
    this.phase = 'envelope';
  }

  /**
   * Sends one mail. `mayFinish` is asked once everything but the final dot is on its way; no: the connection is reset
   * and the server has to forget the mail. `answered` tells of the first sign of life. Rejects with LateError or an
   * SmtpFailure; look at `phase` for what it means.
   */
  async send(
    envelope: Envelope,
    mail: Buffer,
    mayFinish: () => boolean,
    answered: () => void,
  ): Promise<string> {
    const connection = this.#connection;
    if (connection === null || this.#gone) throw new Error('the connection is gone');
    this.phase = 'envelope';
    this.#onReply = answered;
    let parts = 0;
    let failed = (_error: Error): void => {};
    const content = new Readable({
      read: () => {
        parts += 1;
        if (parts === 1) return void content.push(mail);
        if (!mayFinish()) return void content.destroy(new LateError('too late to start the call'));
        this.phase = 'dot';
        return void content.push(null);
      },
    });
    try {
      const response = await new Promise<string>((resolve, reject) => {
        content.once('error', reject);
        failed = reject;
        this.#onReset = reject;
        connection.on('error', reject);
        // A copy: nodemailer keeps its own marks on it.
        connection.send({ ...envelope }, content, (error, info) =>
          error ? reject(error) : resolve(info?.response ?? ''),
        );
      });
      this.mails += 1;
      this.phase = 'envelope';
      return response;
    } catch (error) {
      this.reset();
      throw error;
    } finally {
      this.#onReply = (): void => {};
      connection.off('error', failed);
    }
  }

  /** Ends it with RST: what is still in our buffers never leaves. */
  reset(): void {
    this.#raw.resetAndDestroy();
    this.#connection?.close();
    this.#end();
    this.#onReset(new Error('the connection was given up'));
  }

  /** Ends it politely. */
  quit(): void {
    if (this.#gone) return;
    this.#connection?.quit();
    this.#connection?.close();
    this.#end();
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.onGone();
  }

  #connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onReset = reject;
      this.#raw.once('connect', resolve);
      this.#raw.once('error', reject);
      // It may all have happened while nodemailer was being loaded.
      if (this.#raw.errored !== null) reject(this.#raw.errored);
      else if (this.#gone) reject(new Error('the connection was given up'));
      else if (!this.#raw.connecting) resolve();
    });
  }

  #step(connection: Connection, run: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error | null): void => {
        connection.off('error', done);
        if (error) reject(error);
        else if (this.#gone) reject(new Error('the connection was given up'));
        else resolve();
      };
      connection.on('error', done);
      this.#onReset = done;
      run(done);
    });
  }
}

interface LogEntry {
  tnx?: string;
}

function quietLogger(
  onDebug: (entry: LogEntry) => void,
): Record<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', (entry: LogEntry) => void> {
  const ignore = (): void => {};
  return { trace: ignore, debug: onDebug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
}
