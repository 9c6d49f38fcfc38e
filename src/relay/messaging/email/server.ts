/** Reads `mail.url`, by nodemailer's conventions with two of our own. */
import { isIP } from 'node:net';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

export interface MailServer {
  host: string;
  port: number;
  /** Null: no login. */
  user: string | null;
  /** A password written into the URL, for what it is worth; the configuration prefers a file. */
  password: string | null;
  options: SMTPConnectionOptions;
}

/**
 * `smtp://user@host:587`: STARTTLS when the server offers it, then with a valid certificate. `smtps://`: TLS from the
 * start. `?requireTLS=true`, `?ignoreTLS=true`, `?tls.rejectUnauthorized=false` and `?name=` as nodemailer has them.
 * Ours: on loopback the certificate isn't checked unless asked for; and a password never goes in the clear to another
 * host unless `?ignoreTLS=true` says so. Rejects when it is no mail URL.
 */
export async function mailServer(url: string): Promise<MailServer> {
  const { parseConnectionUrl } = await import('nodemailer/lib/shared');
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol !== 'smtp:' && protocol !== 'smtps:')
    throw new Error('the mail URL must be smtp://… or smtps://…');
  const parsed = parseConnectionUrl(url);
  const host = (parsed.host ?? 'localhost').replace(/^\[|\]$/g, '');
  const user = parsed.auth?.user ?? null;
  const tls = isLoopback(host) ? { rejectUnauthorized: false, ...parsed.tls } : parsed.tls;
  const clearTextMatters = user !== null && !isLoopback(host) && parsed.ignoreTLS !== true;
  const requireTLS = parsed.requireTLS === undefined ? clearTextMatters : parsed.requireTLS === true;
  return {
    host,
    port: parsed.port ?? (parsed.secure === true ? 465 : 587),
    user: user === '' ? null : user,
    password: parsed.auth?.pass === '' ? null : (parsed.auth?.pass ?? null),
    options: {
      host,
      secure: parsed.secure === true,
      requireTLS,
      ignoreTLS: parsed.ignoreTLS === true,
      ...(typeof parsed.name === 'string' ? { name: parsed.name } : {}),
      ...(tls === undefined ? {} : { tls }),
      logger: false,
    },
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
