/**
 * A real SMTP server that keeps what it received, for tests, the bench and `relay demo`. It can fail at any phase of
 * the dialogue, which is what tells whether a mail may have been sent (rules 6 and 8).
 */
import { EventEmitter } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { readMail } from './mail-text.ts';

export interface MailboxOptions {
  /** Default 0, any free port. */
  port?: number;
  /** Credentials it demands; absent: anyone may send. */
  auth?: { user: string; password: string };
  /** Offers STARTTLS with these, or speaks TLS from the start when `secure`. */
  tls?: { key: string; cert: string; secure?: boolean };
}

export interface ReceivedMail {
  envelope: { from: string; to: string[] };
  raw: Buffer;
  /** Names in lower case; each with its values in order. */
  headers: Map<string, string[]>;
  text: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
  /** Whether it came over TLS, and as whom. */
  secure: boolean;
  user: string | null;
}

/** `data`: at the DATA command, before 354; `dot`: after the final dot. */
export type MailPhase = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot';

/** `accept`: at the final dot the mail is kept all the same. Hanging at `data` works without TLS only. */
export type MailFault =
  | { at: Exclude<MailPhase, 'data'>; do: 'refuse'; code: number; text?: string }
  | { at: MailPhase; do: 'drop'; accept?: boolean }
  | { at: MailPhase; do: 'hang'; accept?: boolean };

interface Events {
  mail: [ReceivedMail];
  /** A client closed its connection; `reset`: by RST. */
  closed: [{ reset: boolean }];
  /** A session reached a phase that hangs. */
  hanging: [MailPhase];
}

type Done = (error?: Error | null) => void;

export class Mailbox extends EventEmitter<Events> {
  readonly mails: ReceivedMail[] = [];
  /** Decides the fault at each phase; `failNext` goes first. */
  fault: (phase: MailPhase) => MailFault | null = () => null;
  /** How many connections there have been. */
  connects = 0;
  readonly #server: SMTPServer;
  readonly #sockets = new Map<string, Socket>();
  readonly #levels = new Map<string, number>();
  readonly #next: MailFault[] = [];
  readonly #scheme: string;

  constructor(options: MailboxOptions) {
    super();
    this.#scheme = options.tls?.secure === true ? 'smtps' : 'smtp';
    this.#server = new SMTPServer({
      banner: 'stand-in mailbox',
      disableReverseLookup: true,
      authOptional: options.auth === undefined,
      allowInsecureAuth: true,
      secure: options.tls?.secure === true,
      ...(options.tls === undefined ? {} : { key: options.tls.key, cert: options.tls.cert }),
      disabledCommands: [
        ...(options.tls === undefined ? ['STARTTLS'] : []),
        ...(options.auth === undefined ? ['AUTH'] : []),
      ],
      onSecure: (socket, _session, done) => {
        this.#watch(socket);
        done();
      },
      onConnect: (session, done) => this.#at('connect', session, done),
      onAuth: (given, session, done) => {
        this.#at('auth', session, (error) => {
          if (error) return done(error);
          const right = given.username === options.auth?.user && given.password === options.auth?.password;
          if (right) return done(null, { user: given.username ?? '' });
          return done(smtpError(535, 'Invalid username or password'));
        });
      },
      onMailFrom: (_address, session, done) => this.#at('mail', session, done),
      onRcptTo: (_address, session, done) => this.#at('rcpt', session, done),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks);
          const keep = (): void => {
            const from = session.envelope.mailFrom;
            const mail: ReceivedMail = {
              envelope: {
                from: from === false ? '' : from.address,
                to: session.envelope.rcptTo.map((to) => to.address),
              },
              raw,
              ...readMail(raw),
              receivedAt: Date.now(),
              secure: session.secure,
              user: typeof session.user === 'string' ? session.user : null,
            };
            this.mails.push(mail);
            this.emit('mail', mail);
          };
          this.#at(
            'dot',
            session,
            (error) => {
              if (error) return done(error);
              keep();
              return done();
            },
            keep,
          );
        });
        this.#at('data', session, (error) => {
          if (error) done(error);
        });
      },
    });
    // A client that drops its connection is what many tests are about: nothing to report.
    this.#server.on('error', () => {});
    this.#server.server.on('connection', (socket: Socket) => {
      this.connects += 1;
      this.#sockets.set(String(socket.remotePort), socket);
      this.#watch(socket);
    });
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** Connections open at present. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** The next session that reaches the fault's phase meets it; several wait in order. */
  failNext(fault: MailFault): void {
    this.#next.push(fault);
  }

  /** Closes every connection, as a server does with idle ones. */
  closeConnections(): void {
    for (const socket of this.#sockets.values()) socket.end();
  }

  /** Open connections stay open and are never answered again: what a dropped NAT entry looks like. */
  freezeConnections(): void {
    for (const socket of this.#sockets.values()) {
      socket.removeAllListeners('data');
      socket.pause();
    }
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => resolve());
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets.values()) socket.destroy();
    await closed;
  }

  /** Tells how a connection ended; once TLS is on, only the socket on top knows of a reset. */
  #watch(socket: Socket): void {
    const key = String(socket.remotePort);
    const level = (this.#levels.get(key) ?? 0) + 1;
    this.#levels.set(key, level);
    let reset = false;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reset ||= error.code === 'ECONNRESET';
    });
    socket.on('close', () => {
      if (this.#levels.get(key) !== level) return;
      this.#levels.delete(key);
      this.#sockets.delete(key);
      this.emit('closed', { reset });
    });
  }

  /** Goes on with the session, or does to it what the fault says. `keep` takes the mail into the mailbox. */
  #at(phase: MailPhase, session: { remotePort: number | string }, done: Done, keep?: () => void): void {
    const index = this.#next.findIndex((waiting) => waiting.at === phase);
    const chosen = index === -1 ? this.fault(phase) : (this.#next.splice(index, 1)[0] ?? null);
    if (chosen === null || chosen.at !== phase) return done();
    if (chosen.do === 'refuse') return done(smtpError(chosen.code, chosen.text ?? 'Refused by the stand-in'));
    if (chosen.accept === true) keep?.();
    const socket = this.#sockets.get(String(session.remotePort));
    if (chosen.do === 'drop') {
      socket?.resetAndDestroy();
      return;
    }
    // The server answers DATA by itself, so that answer is held back.
    if (phase === 'data') socket?.cork();
    this.emit('hanging', phase);
  }
}

/** Starts a mailbox on loopback. */
export async function startMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  const mailbox = new Mailbox(options);
  await mailbox.listen(options.port ?? 0);
  return mailbox;
}

const smtpError = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });
