/** Where this machine has a program. Nothing is started to find out. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps servers where only root's PATH leads. */
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** Null: it isn't here. */
export function programOf(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...FOLDERS];
  return folders.map((folder) => join(folder, name)).find(runs) ?? null;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
