/** A page of this relay that came back to its own alert address: as an alert it would page again, for ever. */
import { cleanSummary } from './clean.ts';
import { boundKey } from './key.ts';
import type { MailFormat, ParsedMail } from './mail.ts';

/** Whether it has this relay's List-Id, and is addressed to the domain in it. */
export function isOwnPage({ headers, to }: Pick<ParsedMail, 'headers' | 'to'>): boolean {
  const domain = /<relay\.([^<>\s]+)>\s*$/.exec(headers.get('list-id') ?? '')?.[1]?.toLowerCase();
  return domain !== undefined && to.toLowerCase().includes(`@${domain}`);
}

/** Another relay's pages are alerts like any. */
export const readOwnPage: MailFormat = (mail, service) => {
  if (!isOwnPage(mail)) return null;
  return [
    {
      action: 'none',
      service,
      dedupKey: boundKey(`own page ${mail.messageId ?? ''}`),
      severity: 'info',
      summary: cleanSummary(mail.subject),
      source: 'mail',
      reason: 'a page of this relay came back to its alert address; that is no contact method for a person',
    },
  ];
};

/** Whether it is a page of this relay or of another, whomever it went to. */
export const isPage = (mail: ParsedMail): boolean =>
  /<relay\.[^<>\s]{1,255}>\s{0,9}$/.test(mail.headers.get('list-id') ?? '');
