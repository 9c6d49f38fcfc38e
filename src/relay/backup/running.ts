/**
 * Whether a daemon runs here, asked at its socket: one whose database was moved away goes on with it under the other name,
 * and what it accepts from then on would be in no store that a later start looks at.
 */
import { createConnection } from 'node:net';
import type { Config } from '../config/types.ts';
import { BackupError } from './format.ts';

const NOBODY = ['ENOENT', 'ENOTDIR', 'ECONNREFUSED'];
/** So many wait there that it takes no more: it hangs, and lives. */
const OVERRUN = 'EAGAIN';

/** Rejects with BackupError where one runs, or where that can't be seen. */
export async function refuseRunning({ api: { socket } }: Pick<Config, 'api'>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const connection = createConnection(socket);
  connection.once('connect', () => resolve(null));
  connection.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  const code = await promise;
  connection.destroy();
  if (code !== null && NOBODY.includes(code)) return;
  if (code === null || code === OVERRUN)
    throw new BackupError(
      `relay runs here (it answers on ${socket}), also if its database was moved away: put that back if it was, stop relay (systemctl stop relay), and restore again`,
    );
  throw new BackupError(
    `whether relay runs here can't be seen (${code} at ${socket}): restore as root, or as the user that relay runs as (sudo -u relay)`,
  );
}
