/** The mail server that takes alerts: 250 only when the event is durable. Stage 1 of the way of an alert. */
import { hostname } from 'node:os';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions, SMTPServerSession } from 'smtp-server';
import type { Listen } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import type { Roster } from '../oncall/types.ts';
import type { Accept } from './accept.ts';
import type { MailReader } from './mail/reader.ts';
import { DataTimeoutError, receiveData, TooLargeError } from './smtp/data.ts';
import { deliver } from './smtp/deliver.ts';
import type { HandleReply } from './smtp/deliver.ts';
import { AuthGate } from './smtp/guessing.ts';
import { SMTP_LIMITS } from './smtp/limits.ts';
import type { SmtpLimits } from './smtp/limits.ts';
import { networkTest, PRIVATE_NETWORKS } from './smtp/networks.ts';
import { readRecipient } from './smtp/recipient.ts';
import { Connections } from './smtp/session.ts';
import type { Connection } from './smtp/session.ts';
import { Slots } from './smtp/slots.ts';
import { checkPem } from './smtp/tls.ts';
import type { Pem } from './smtp/tls.ts';
import type { SmtpUsers } from './smtp/users.ts';

export { PRIVATE_NETWORKS };
export type { HandleReply, Pem, SmtpLimits, SmtpUsers };

export interface SmtpOptions {
  listen: Listen;
  /** Mail to SERVICE@domain is ours. */
  domain: string;
  /** CIDR ranges that need neither key nor password; `PRIVATE_NETWORKS` is the usual choice. */
  allowFrom: readonly string[];
  /** Null: no STARTTLS is offered. */
  tls: Pem | null;
  /** Null: no AUTH is offered. Over a network AUTH is offered only after STARTTLS. */
  users: SmtpUsers | null;
  roster: () => Roster;
  accept: Accept;
  reader: MailReader;
  /** Takes mail to `ack+TOKEN@domain`; null: refused with 550. */
  reply: HandleReply | null;
  log: Log;
  limits?: Partial<SmtpLimits>;
  /** Names that count as `domain` to allowed networks; the host's own and localhost unless given. */
  localNames?: readonly string[];
}

export interface RunningSmtp {
  /** Where it listens, the port as the system gave it. */
  address: Listen;
  /** Takes a renewed certificate into use for new connections; throws when it can't be used. */
  setTls(pem: Pem): void;
  /** Refuses new mail with 421, lets mail on its way be answered, then closes. */
  close(): Promise<void>;
}

/** Starts to listen. Rejects when the port is taken, a network or the certificate is wrong. */
export async function startSmtp(options: SmtpOptions): Promise<RunningSmtp> {
  const limits: SmtpLimits = { ...SMTP_LIMITS, ...options.limits };
  if (options.tls !== null) checkPem(options.tls);
  const intake = new Intake(options, limits);
  const server = new SMTPServer(serverOptions(options, limits, intake));
  server.on('error', (error: Error) => intake.connectionError(error));
  await listen(server, options.listen);
  const bound = server.server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : options.listen.port;
  return {
    address: { host: options.listen.host, port },
    setTls: (pem) => {
      checkPem(pem);
      server.updateSecureContext({ cert: pem.cert, key: pem.key });
      server.options.disabledCommands = server.options.disabledCommands.filter((one) => one !== 'STARTTLS');
    },
    close: () => closeServer(server, intake, limits),
  };
}

function serverOptions(options: SmtpOptions, limits: SmtpLimits, intake: Intake): SMTPServerOptions {
  return {
    name: options.domain,
    banner: 'relay',
    logger: false,
    ...(options.tls === null ? {} : { cert: options.tls.cert, key: options.tls.key }),
    minVersion: 'TLSv1.2',
    disabledCommands: [
      ...(options.tls === null ? ['STARTTLS'] : []),
      ...(options.users === null ? ['AUTH'] : []),
    ],
    authOptional: true,
    authMethods: ['PLAIN', 'LOGIN'],
    // Who may use AUTH before STARTTLS is decided per connection, in Intake.connect.
    allowInsecureAuth: true,
    disableReverseLookup: true,
    // Firmware sends addresses that strict readers refuse; ours are looked up by name anyway.
    lenientAddressParsing: true,
    size: limits.sizeBytes,
    maxClients: limits.maxClients,
    maxRecipients: limits.maxRecipients,
    maxCommandLength: 4_096,
    socketTimeout: limits.idleMs,
    closeTimeout: limits.closeMs,
    onConnect: (session, done) => done(intake.connect(session)),
    onSecure: (_socket, session, done) => {
      intake.secured(session);
      done();
    },
    onAuth: (auth, session, done) => {
      intake.authenticate(auth.username ?? '', auth.password ?? '', session).then(
        (right) => (right ? done(null, { user: auth.username }) : done(null, intake.wrongPassword(session))),
        (error: unknown) => done(smtpError(454, 'authentication is not available; try again later', error)),
      );
    },
    onMailFrom: (_address, session, done) => done(intake.mailFrom(session)),
    onRcptTo: (address, session, done) => done(intake.recipient(address.address, session)),
    onData: (stream, session, done) => {
      void intake.data(stream, session).then(({ code, text }) => {
        if (code === 250) done(null, text);
        else done(smtpError(code, text));
        intake.onAnswered?.(session);
      });
    },
    onClose: (session) => intake.closed(session),
  };
}

/** The rules of one mail server, as smtp-server asks for them. */
class Intake {
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
        return await deliver(this.#options, mail, { mailFrom, recipients, remote: connection.remote });
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
    return connection.inside || Boolean(session.user);
  }

  #unreceived(error: unknown, connection: Connection): { code: number; text: string } {
    const why = error instanceof Error ? error.message : String(error);
    this.#options.log.warn({ remote: connection.remote }, `mail not taken: ${why}`);
    if (error instanceof DataTimeoutError) return { code: 421, text: why };
    if (error instanceof TooLargeError) return { code: 552, text: why };
    return { code: 451, text: why };
  }
}

function smtpError(code: number, text: string, cause?: unknown): Error & { responseCode: number } {
  return Object.assign(new Error(text, cause === undefined ? {} : { cause }), { responseCode: code });
}

function listen(server: SMTPServer, where: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      reject(
        new Error(`cannot listen for mail on ${where.host}:${where.port}: ${error.message}`, {
          cause: error,
        }),
      );
    };
    server.once('error', failed);
    server.listen(where.port, where.host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

type SMTPConnection = SMTPServer['connections'] extends Set<infer C> ? C : never;

async function closeServer(server: SMTPServer, intake: Intake, limits: SmtpLimits): Promise<void> {
  const sayGoodbye = (connection: SMTPConnection): void =>
    connection.send(421, 'relay is shutting down; try again in a moment');
  intake.closing = true;
  // Who waits for an answer gets it first.
  intake.onAnswered = (session) => {
    for (const connection of server.connections)
      if (connection.session.id === session.id) sayGoodbye(connection);
  };
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const connection of server.connections) {
    if (!intake.connections.isBusy(connection.session.id)) sayGoodbye(connection);
  }
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, limits.closeMs).unref();
  });
  await Promise.race([closed, late]);
}
