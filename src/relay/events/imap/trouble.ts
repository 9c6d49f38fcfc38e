/** What an IMAP server, or the way to it, says is wrong, with what to do; never what was sent to it. Pure. */
import type { ImapMailbox } from '../../config/types.ts';
import { MailboxError } from './port.ts';

/** In words of ours; what already is one stays. */
export function asMailboxError(error: unknown, { server, mailbox }: ImapMailbox): MailboxError {
  if (error instanceof MailboxError) return error;
  const where = `${server.host}:${server.port}`;
  const said = textOf(error);
  if (flag(error, 'authenticationFailed')) {
    return new MailboxError(
      `${where} refused the login of ${server.user}${said.server}`,
      'Check the user in imap.url and the password in the file of imap.passwordFile, then: systemctl reload relay',
      true,
      error,
    );
  }
  const code = codeOf(error);
  if (flag(error, 'mailboxMissing') || code === 'NONEXISTENT' || code === 'TRYCREATE') {
    return new MailboxError(`there is no mailbox ${mailbox} on ${where}`, 'Check imap.mailbox.', true, error);
  }
  if (/certificate|CERT_|SELF_SIGNED|UNABLE_TO_/i.test(`${code} ${said.own}`)) {
    return new MailboxError(
      `${where}: ${said.own}`,
      'Use the name in the server’s certificate in imap.url; one of your own must be known to Node (NODE_EXTRA_CA_CERTS).',
      false,
      error,
    );
  }
  return new MailboxError(
    `${where}: ${said.own}${said.server}`,
    'Check host and port in imap.url, and whether this machine may connect there. Mails wait on the server meanwhile.',
    false,
    error,
  );
}

/** What the server said when it refused one command and nothing else; null: something else is wrong. */
export function refusalOf(error: unknown): string | null {
  const status = property(error, 'responseStatus');
  return status === 'NO' || status === 'BAD' ? textOf(error).server.trim() : null;
}

const shown = (text: string): string =>
  text
    .replace(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 160);

function textOf(error: unknown): { own: string; server: string } {
  const own = shown(error instanceof Error ? error.message : String(error));
  const response = property(error, 'responseText');
  return { own, server: typeof response === 'string' && response !== '' ? ` (${shown(response)})` : '' };
}

function codeOf(error: unknown): string {
  const code = property(error, 'serverResponseCode') ?? property(error, 'code');
  return typeof code === 'string' ? code : '';
}

const flag = (error: unknown, name: string): boolean => property(error, name) === true;
const property = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error
    ? (error as Record<string, unknown>)[name]
    : undefined;
