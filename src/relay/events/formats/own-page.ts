/** A page of this relay that came back to its own alert address: as an alert it would page again, for ever. */
import { cleanSummary } from './clean.ts';
import { boundKey } from './key.ts';
import type { MailFormat } from './mail.ts';

/** Takes mail with this relay's List-Id, addressed to the domain in it. Another relay's pages are alerts like any. */
export const readOwnPage: MailFormat = (mail, service) => {
  const domain = /<relay\.([^<>\s]+)>\s*$/.exec(mail.headers.get('list-id') ?? '')?.[1]?.toLowerCase();
  if (domain === undefined || !mail.to.toLowerCase().includes(`@${domain}`)) return null;
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
