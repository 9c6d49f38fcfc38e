/** Which domains and servers a configuration's mail goes by. */
import { isIP } from 'node:net';
import type { MailDomains } from './check.ts';
import type { OwnHost } from './own-host.ts';

/** What counts of a configuration, as init has it too. */
export interface MailWays {
  mail: {
    url: string;
    from: string;
    replyWorks: boolean | 'auto';
    /** More servers, used when the first fails. */
    behind?: { url: string; from: string }[];
  } | null;
  smtp: { domain: string } | null;
  imap?: { replyAddress: string | null; replies: boolean }[];
}

/** Where answers come back to relay, bounces go to the domain of the answers; otherwise to the From address. */
export function domainsOf({ mail, smtp, imap = [] }: MailWays, own: OwnHost): MailDomains {
  if (mail === null) return { incoming: null, senders: [], from: [], own };
  const mailbox = imap.find(({ replies }) => replies)?.replyAddress ?? null;
  const answers = mail.replyWorks !== false && smtp !== null && mailbox === null;
  const servers = [mail, ...(mail.behind ?? [])].map(({ url, from }) => ({
    server: hostOf(url),
    domain: domainOf(from),
  }));
  const all = [...new Set(servers.map(({ server }) => server))];
  const from = [...new Set(servers.map(({ domain }) => domain))];
  const senders = new Map(
    from.map((domain): [string, string[]] => [
      domain,
      [...new Set(servers.filter((one) => one.domain === domain).map(({ server }) => server))],
    ]),
  );
  if (answers) senders.set(smtp.domain, all);
  if (mailbox !== null && mail.replyWorks !== false) senders.set(domainOf(mailbox), all);
  return {
    incoming: answers ? smtp.domain : null,
    senders: [...senders].map(([domain, hosts]) => ({ domain, servers: hosts })),
    from,
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
