/**
 * Email through any SMTP server. `mayStart` is asked right before the final dot: until then the server has to forget
 * the mail when the connection breaks, so everything before is proven not sent.
 *
 * Connections are kept for a while, because a login over TLS costs more than the mail. A kept one that has gone stale
 * costs nothing: what fails before the final dot is done again at once on a new connection, within the same call.
 */
import type { Clock, Log } from '../../engine/ports.ts';
import type { Outgoing, SendOutcome, Transport } from '../port.ts';
import { compose, type Composed } from './compose.ts';
import { cureOf, outcomeOf } from './refusals.ts';
import { mailServer, type MailServer } from './server.ts';
import { LateError, Session, type Phase, type SmtpFailure } from './session.ts';
import { SessionPool } from './pool.ts';

export interface SmtpEmailOptions {
  /** Of this server among several; absent: `mail`. */
  name?: string;
  /** `smtp://user@host:port` or `smtps://…`; see `mailServer` for what it may say about TLS. */
  url: string;
  from: string;
  /** Read anew for each login; null: none is set. May throw. */
  password: () => string | null;
  /** Where answers go when Relay can't take them. */
  replyTo: string | null;
  /** The address whose mail answers this message; null: answers by mail don't work here. */
  replyAddress: ((message: Outgoing) => string | null) | null;
  /** For Message-ID, threads and List-Id. */
  domain: string;
  clock: Clock;
  log?: Log;
  /** How long a kept connection may take to its first reply before it counts as stale. */
  staleAfterMs?: number;
}

const STALE_AFTER_MS = 1_500;
const CHECK_DEADLINE_MS = 10_000;

export function smtpEmail(options: SmtpEmailOptions): Transport {
  let server: Promise<MailServer> | null = null;
  const known = (): Promise<MailServer> => (server ??= mailServer(options.url));
  const pool = new SessionPool(options.clock);
  return {
    channel: 'email',
    name: options.name ?? 'mail',
    // After the final dot nobody can tell; there is nothing to wait for (rule 8).
    settleMs: 0,
    send: async (message, call) => {
      let mail: Composed;
      try {
        mail = await compose(message, options, options.clock.wallMs());
      } catch (error) {
        return {
          kind: 'refused',
          permanent: true,
          code: 'address',
          error: wordsOf(error),
          cure: 'Check the mail address: relay person edit ID --email ADDRESS',
        };
      }
      try {
        return await deliver(options, await known(), pool, mail, call);
      } catch (error) {
        // Only what comes before any connection gets here: a URL or a password that can't be read.
        return {
          kind: 'refused',
          permanent: true,
          account: true,
          code: 'configuration',
          error: wordsOf(error),
          cure: configuration(options),
        };
      }
    },
    settle: () =>
      Promise.resolve({
        kind: 'unclear',
        retry: false,
        error: 'a mail server keeps no list of what it took',
      }),
    check: () => check(options, known),
    close: () => {
      pool.close();
      return Promise.resolve();
    },
  };
}

interface Call {
  deadlineMs: number;
  mayStart: () => boolean;
}

/** A delivery under way; the deadline reaches its connection through this. */
interface Turn {
  session: Session | null;
  expired: boolean;
}

async function deliver(
  options: SmtpEmailOptions,
  server: MailServer,
  pool: SessionPool,
  mail: Composed,
  call: Call,
): Promise<SendOutcome> {
  const turn: Turn = { session: null, expired: false };
  const cancel = options.clock.after(call.deadlineMs, () => {
    turn.expired = true;
    turn.session?.reset();
    pool.giveUp(turn);
  });
  const once = async (kept: Session | null): Promise<SendOutcome | 'stale'> => {
    const session = kept ?? Session.dial(server);
    turn.session = session;
    if (turn.expired) session.reset();
    try {
      if (kept === null) await session.open(server, passwordOf(options, server));
      await over(session, options, mail, call, kept !== null);
      pool.keep(session);
      return { kind: 'accepted', providerId: mail.messageId };
    } catch (error) {
      session.reset();
      if (error instanceof ConfigurationError) throw error;
      if (error instanceof LateError) return { kind: 'late' };
      const failure = error as SmtpFailure;
      if (turn.expired) return expired(session.phase, call, hostOf(server));
      // 421: the server ends this connection (idle for too long, enough mails), which says nothing about the mail.
      const ended = failure.responseCode === undefined || failure.responseCode === 421;
      const stale = kept !== null && session.phase !== 'dot' && ended;
      return stale ? 'stale' : outcomeOf(failure, session.phase, hostOf(server), options.name);
    }
  };
  try {
    const place = await pool.take(turn);
    if (place === 'given-up') return expired('connect', call, hostOf(server));
    try {
      const outcome = await once(place);
      if (outcome !== 'stale') return outcome;
      options.log?.info({ host: hostOf(server) }, 'a kept mail connection had gone stale; using a new one');
      pool.forgetKept();
      // A new connection can't be stale.
      return (await once(null)) as SendOutcome;
    } finally {
      pool.leave();
    }
  } finally {
    cancel();
  }
}

/** One mail over one session. A kept one that gives no sign of life soon is reset: it is stale. */
async function over(
  session: Session,
  options: SmtpEmailOptions,
  mail: Composed,
  call: Call,
  kept: boolean,
): Promise<void> {
  const cancel = kept
    ? options.clock.after(options.staleAfterMs ?? STALE_AFTER_MS, () => session.reset())
    : (): void => {};
  try {
    await session.send(mail.envelope, mail.raw, call.mayStart, cancel);
  } finally {
    cancel();
  }
}

/** Past the deadline the final dot decides: before it nothing can have been sent. */
function expired(phase: Phase, call: Call, host: string): SendOutcome {
  if (phase === 'dot') {
    return { kind: 'doubt', error: `no answer within ${call.deadlineMs} ms, after the mail was handed over` };
  }
  return {
    kind: 'refused',
    permanent: false,
    code: 'deadline',
    error: `no progress with ${host} within ${call.deadlineMs} ms`,
    cure: `Check that a mail server listens on ${host} and answers`,
  };
}

async function check(
  options: SmtpEmailOptions,
  known: () => Promise<MailServer>,
): Promise<{ error: string; cure: string } | null> {
  let server: MailServer;
  let password: string | null;
  try {
    server = await known();
    password = passwordOf(options, server);
  } catch (error) {
    return { error: wordsOf(error), cure: configuration(options) };
  }
  const host = hostOf(server);
  const session = Session.dial(server);
  const cancel = options.clock.after(CHECK_DEADLINE_MS, () => session.reset());
  try {
    await session.open(server, password);
    session.quit();
    return null;
  } catch (error) {
    session.reset();
    return {
      error: `the mail server ${host}: ${wordsOf(error)}`,
      cure: cureOf(error as SmtpFailure, host, options.name),
    };
  } finally {
    cancel();
  }
}

class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

function passwordOf(options: SmtpEmailOptions, server: MailServer): string | null {
  if (server.user === null) return null;
  try {
    return options.password() ?? server.password;
  } catch (error) {
    throw new ConfigurationError(wordsOf(error), { cause: error });
  }
}

const configuration = ({ name = 'mail' }: SmtpEmailOptions): string =>
  name === 'mail'
    ? 'Check mail.url (smtp://user@host:port) and mail.passwordFile'
    : `Check url (smtp://user@host:port) and passwordFile of ${name} in mail.servers`;
const hostOf = (server: MailServer): string => `${server.host}:${server.port}`;
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
