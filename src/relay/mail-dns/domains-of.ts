/** Which domains and servers a configuration's mail goes by. */
import { isIP } from 'node:net';
import type { MailDomains } from './check.ts';
import type { OwnHost } from './own-host.ts';

/** What counts of a configuration, as init has it too. */
export interface MailWays {
  mail: { url: string; from: string; replyWorks: boolean | 'auto' } | null;
  smtp: { domain: string } | null;
  imap?: { replyAddress: string | null; replies: boolean }[];
}

/** Where answers don't come back to relay, bounces go to the From address too. */
export function domainsOf(config: MailWays, own: OwnHost): MailDomains {
  const { mail, smtp, imap = [] } = config;
  const mailbox = imap.find(({ replies }) => replies)?.replyAddress ?? null;
  const answers = mail !== null && mail.replyWorks !== false && smtp !== null && mailbox === null;
  const from = mail === null ? null : domainOf(mail.from);
  return {
    incoming: answers ? smtp.domain : null,
    senders: [
      ...(from === null ? [] : [from]),
      ...(answers ? [smtp.domain] : []),
      ...(mailbox === null ? [] : [domainOf(mailbox)]),
    ],
    from,
    servers: mail === null ? [] : [hostOf(mail.url)],
    own,
  };
}

const domainOf = (address: string): string =>
  address
    .slice(address.lastIndexOf('@') + 1)
    .replace(/>$/, '')
    .toLowerCase();

function hostOf(url: string): string {
  const host = (URL.parse(url)?.hostname ?? '').replace(/^\[|\]$/g, '');
  return host === '' ? 'localhost' : isIP(host) === 0 ? host.toLowerCase() : host;
}
