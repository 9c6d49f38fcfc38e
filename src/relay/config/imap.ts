/** `imap:` as the daemon uses it. */
import { readImapUrl } from './imap-url.ts';
import type { AnyConfigFile } from './schema.ts';
import type { ImapMailbox } from './types.ts';

/** `at`: makes a path absolute. */
export function imapOf(
  file: AnyConfigFile['imap'],
  at: (path: string | undefined) => string | null,
): ImapMailbox[] {
  return (file ?? []).flatMap((one): ImapMailbox[] => {
    const server = readImapUrl(one.url);
    if (server === null) return [];
    return [
      {
        server,
        passwordFile: at(one.passwordFile),
        mailbox: one.mailbox,
        alerts: one.for.includes('alerts'),
        replies: one.for.includes('replies'),
        service: one.service ?? null,
        done: one.done,
        pollSeconds: one.pollSeconds,
        replyAddress: one.replyAddress ?? plusAddress(server.user),
      },
    ];
  });
}

/** What most hosts deliver to the user itself; null where the user's name isn't an address. */
function plusAddress(user: string): string | null {
  const at = user.lastIndexOf('@');
  return at <= 0 ? null : `${user.slice(0, at)}+ack.{token}${user.slice(at)}`;
}
