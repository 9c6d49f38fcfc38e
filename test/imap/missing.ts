/** Whether this machine has the IMAP server that the tests of mailboxes need. Nothing is started to find out. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps it where only root's PATH leads. */
const FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** Null: there is none. */
export function dovecotProgram(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...FOLDERS];
  return folders.map((folder) => join(folder, 'dovecot')).find(runs) ?? null;
}

/** Why there can't be one, with what to do about it; null where there can. */
export const missingDovecot = (): string | null =>
  dovecotProgram() === null ? 'they need Dovecot: on Debian, apt-get install dovecot-imapd' : null;

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
