/** The rules of one mail server, as smtp-server asks for them: who may connect, log in, write to whom, and what became of it. */
import { hostname } from 'node:os';
import type { SMTPServerSession } from 'smtp-server';
import { DataTimeoutError, receiveData, TooLargeError } from './data.ts';
import { deliver } from './deliver.ts';
import { AuthGate } from './guessing.ts';
import type { SmtpLimits } from './limits.ts';
import { networkTest } from './networks.ts';
import type { SmtpOptions } from './options.ts';
import { readRecipient } from './recipient.ts';
import { Connections } from './session.ts';
import type { Connection } from './session.ts';
import { Slots } from './slots.ts';

/** One server's decisions; smtp.ts wires them to the library. */
export class Intake {
  readonly connections = new Connections();
  readonly #options: SmtpOptions;
  readonly #limits: SmtpLimits;
  readonly #isAllowed: (address: string) => boolean;
  readonly #isLoopback = networkTest(['127.0.0.0/8', '::1']);
  readonly #localNames: readonly string[];
  readonly #large: Slots;
  readonly #gate: AuthGate | null;
  closing = false;
  /** Called after each mail's answer while closing. */
  onAnswered: ((session: SMTPServerSession) => void) | null = null;

  constructor(options: SmtpOptions, limits: SmtpLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#isAllowed = networkTest(options.allowFrom);
    const host = hostname().toLowerCase();
    this.#localNames = (
      options.localNames ?? ['localhost', 'localhost.localdomain', host, host.split('.')[0] ?? host]
    ).map((name) => name.toLowerCase());
    this.#large = new Slots(limits.maxLarge);
    this.#gate = options.users === null ? null : new AuthGate(options.users, limits.authDelayMs);
  }

  connect(session: SMTPServerSession): Error | null {
    if (this.closing) return smtpError(421, 'relay is shutting down; try again in a moment');
    const connection = this.connections.open(session, this.#isAllowed(session.remoteAddress), this.#limits);
    if (connection === null)
      return smtpError(421, 'too many connections from outside; try again in a moment');
    if (this.#gate !== null && !session.secure && !this.#isLoopback(session.remoteAddress)) {
      session.disabledCommands = [...(this.#options.tls === null ? ['STARTTLS'] : []), 'AUTH'];
    }
    return null;
  }

  /** A password may be sent from here on. */
  secured(session: SMTPServerSession): void {
    session.disabledCommands = this.#gate === null ? ['AUTH'] : [];
    this.connections.of(session).recipients.clear();
  }

  async authenticate(user: string, password: string, session: SMTPServerSession): Promise<boolean> {
    return this.#gate !== null && (await this.#gate.check(user, password, session.remoteAddress));
  }

  wrongPassword(session: SMTPServerSession): { message: string; responseCode: number } {
    const connection = this.connections.of(session);
    connection.wrongPasswords += 1;
    if (connection.wrongPasswords === 1)
      this.#options.log.warn({ remote: connection.remote }, 'SMTP AUTH with a wrong name or password');
    if (connection.wrongPasswords < 3) return { responseCode: 535, message: 'wrong name or password' };
    return { responseCode: 421, message: 'too many wrong passwords' };
  }

  mailFrom(session: SMTPServerSession): Error | null {
    const connection = this.connections.of(session);
    if (this.closing) return smtpError(421, 'relay is shutting down; try again in a moment');
    connection.recipients.clear();
    if (!this.#trusted(connection, session) && connection.mails >= this.#limits.maxMailsOutside) {
      return smtpError(421, 'too many mails over one connection; connect again');
    }
    return null;
  }

  recipient(address: string, session: SMTPServerSession): Error | null {
    const connection = this.connections.of(session);
    const recipient = readRecipient(address, this.#options.roster(), {
      domain: this.#options.domain,
      localNames: this.#localNames,
      trusted: this.#trusted(connection, session),
      replies: this.#options.reply !== null,
      isSure: this.#options.rosterIsSure?.() ?? true,
    });
    if (recipient.kind !== 'refused') {
      connection.recipients.set(address.toLowerCase(), recipient);
      return null;
    }
    connection.refused += 1;
    if (connection.refused === 1)
      this.#options.log.warn({ remote: connection.remote }, `mail refused: ${recipient.text}`);
    if (connection.refused >= this.#limits.maxRefused) return smtpError(421, 'too many refused recipients');
    return smtpError(recipient.code, recipient.text);
  }

  /** Takes one mail in; never rejects. */
  async data(
    stream: Parameters<typeof receiveData>[0],
    session: SMTPServerSession,
  ): Promise<{ code: number; text: string }> {
    const connection = this.connections.of(session);
    const recipients = session.envelope.rcptTo
      .map((one) => connection.recipients.get(one.address.toLowerCase()))
      .filter((one) => one !== undefined);
    const mailFrom = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
    connection.recipients.clear();
    connection.mails += 1;
    connection.busy = true;
    try {
      const mail = await receiveData(stream, this.#limits, this.#large);
      try {
        const { remote } = connection;
        const helo = session.hostNameAppearsAs || null;
        return await deliver(this.#options, mail, { mailFrom, recipients, remote, helo });
      } finally {
        mail.release();
      }
    } catch (error) {
      return this.#unreceived(error, connection);
    } finally {
      connection.busy = false;
    }
  }

  closed(session: SMTPServerSession): void {
    this.connections.close(session);
  }

  /** Clients that go away or speak no TLS are their own affair; one line, no stack. */
  connectionError(error: Error & { remoteAddress?: string }): void {
    this.#options.log.warn({ remote: error.remoteAddress, error: error.message }, 'SMTP connection failed');
  }

  #trusted(connection: Connection, session: SMTPServerSession): boolean {
    // RFC 6409, section 4.3: who submits says who they are; where they are is not enough.
    return Boolean(session.user) || (connection.inside && this.#options.submission !== true);
  }

  #unreceived(error: unknown, connection: Connection): { code: number; text: string } {
    const why = error instanceof Error ? error.message : String(error);
    this.#options.log.warn({ remote: connection.remote }, `mail not taken: ${why}`);
    if (error instanceof DataTimeoutError) return { code: 421, text: why };
    if (error instanceof TooLargeError) return { code: 552, text: why };
    return { code: 451, text: why };
  }
}

/** An error that the library answers with this code. */
export function smtpError(code: number, text: string, cause?: unknown): Error & { responseCode: number } {
  return Object.assign(new Error(text, cause === undefined ? {} : { cause }), { responseCode: code });
}
