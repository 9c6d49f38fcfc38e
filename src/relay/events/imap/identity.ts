/** What names a mail that has no Message-ID (rule 11). */
import { createHash } from 'node:crypto';

/** Whose mailbox it lies in. */
export interface Place {
  host: string;
  user: string;
  mailbox: string;
}

/** The same on whichever host reads it; another when the server has numbered the mailbox anew. */
export function placeId(place: Place, uidValidity: string, uid: number): string {
  const digest = createHash('sha256');
  for (const part of [place.host.toLowerCase(), place.user, place.mailbox, uidValidity, String(uid)])
    digest.update(`${part.length}:${part}\n`);
  return `imap-${digest.digest('hex').slice(0, 40)}`;
}
