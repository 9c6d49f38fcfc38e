/** Whether this machine has the IMAP server that the tests of mailboxes need. */
import { programOf } from '../programs.ts';

/** Why there can't be one, with what to do about it; null where there can. */
export const missingDovecot = (): string | null =>
  programOf('dovecot') === null ? 'they need Dovecot: on Debian, apt-get install dovecot-imapd' : null;
