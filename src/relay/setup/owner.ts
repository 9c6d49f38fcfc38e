/** As root: gives the installation to the user that the service runs as. */
import { chown, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The user of systemd/relay.service. */
const SERVICE_USER = 'relay';

/**
 * Hands the folders and what is in them to the user `relay`, if there is such a user: its service couldn't
 * read the keys otherwise. Needs root. Goes one level deep, which is all that init makes.
 */
export async function handOver(dirs: string[]): Promise<void> {
  const owner = userIn(await readFile('/etc/passwd', 'utf8'), SERVICE_USER);
  if (owner === null) return;
  for (const dir of new Set(dirs)) {
    await chown(dir, owner.uid, owner.gid);
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      if (entry.isFile()) await chown(join(dir, entry.name), owner.uid, owner.gid);
    }
  }
}

/** A user's ids from the text of /etc/passwd. */
export function userIn(passwd: string, name: string): { uid: number; gid: number } | null {
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return fields !== undefined && Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : null;
}
