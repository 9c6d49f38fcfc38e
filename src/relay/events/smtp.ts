/** The mail server that takes alerts: 250 only when the event is durable. Stage 1 of the way of an alert. */
import { createRequire } from 'node:module';
import type * as SmtpServer from 'smtp-server';
import type { SMTPServer as Server, SMTPServerOptions } from 'smtp-server';
import type { Listen } from '../config/types.ts';
import type { HandleReply } from './smtp/deliver.ts';
import { behindProxy } from './smtp/behind-proxy.ts';
import { Intake, smtpError } from './smtp/intake.ts';
import { SMTP_LIMITS } from './smtp/limits.ts';
import type { SmtpLimits } from './smtp/limits.ts';
import { PRIVATE_NETWORKS } from './smtp/networks.ts';
import type { SmtpOptions } from './smtp/options.ts';
import { checkPem } from './smtp/tls.ts';
import type { Pem } from './smtp/tls.ts';
import type { SmtpUsers } from './smtp/users.ts';

// Its ES module would load all of undici by way of node:http's lazy exports: 20 MB that nothing here uses.
const { SMTPServer } = createRequire(import.meta.url)('smtp-server') as typeof SmtpServer;

export { PRIVATE_NETWORKS };
export type { HandleReply, Pem, SmtpLimits, SmtpOptions, SmtpUsers };

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
  if (options.submission === true && (options.tls === null || options.users === null))
    throw new Error(
      'smtp.submission needs smtp.tls and smtp.usersFile: passwords are asked for, after STARTTLS',
    );
  const intake = new Intake(options, limits);
  const server = new SMTPServer(serverOptions(options, limits, intake));
  const dropUnheard = openToProxies(server, options, limits);
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
    close: () => {
      dropUnheard();
      return closeServer(server, intake, limits);
    },
  };
}

function serverOptions(options: SmtpOptions, limits: SmtpLimits, intake: Intake): SMTPServerOptions {
  return {
    name: options.domain,
    banner: options.id === undefined ? 'relay' : `relay ${options.id}`,
    logger: false,
    ...(options.tls === null ? {} : { cert: options.tls.cert, key: options.tls.key }),
    minVersion: 'TLSv1.2',
    disabledCommands: [
      ...(options.tls === null ? ['STARTTLS'] : []),
      ...(options.users === null ? ['AUTH'] : []),
    ],
    authOptional: options.submission !== true,
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
      const answer = async (): Promise<void> => {
        try {
          const right = await intake.authenticate(auth.username ?? '', auth.password ?? '', session);
          done(null, right ? { user: auth.username } : intake.wrongPassword(session));
        } catch (error) {
          done(smtpError(454, 'authentication is not available; try again later', error));
        }
      };
      void answer();
    },
    onMailFrom: (_address, session, done) => done(intake.mailFrom(session)),
    onRcptTo: (address, session, done) => done(intake.recipient(address.address, session)),
    onData: (stream, session, done) => {
      const answer = async (): Promise<void> => {
        const { code, text } = await intake.data(stream, session);
        if (code === 250) done(null, text);
        else done(smtpError(code, text));
        intake.onAnswered?.(session);
      };
      void answer();
    },
    onClose: (session) => intake.closed(session),
  };
}

/** Returns what closes connections of proxies that haven't said yet who is behind them. */
function openToProxies(server: Server, options: SmtpOptions, limits: SmtpLimits): () => void {
  const { proxies = [], log } = options;
  if (proxies.length === 0) return () => {};
  return behindProxy(server.server, {
    proxies,
    maxWaiting: limits.maxClients,
    headerMs: limits.proxyHeaderMs,
    log,
    begin: (socket, from) => server.connect(socket, from),
  });
}

function listen(server: Server, where: Listen): Promise<void> {
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

type SMTPConnection = Server['connections'] extends Set<infer C> ? C : never;

async function closeServer(server: Server, intake: Intake, limits: SmtpLimits): Promise<void> {
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
