/** Where an installation lies: as root by the rules of a Unix system, otherwise in one folder. */
import { join, resolve } from 'node:path';
import { INIT_FOLDER, SYSTEM_CONFIG } from '../config/search.ts';
import { keyDirOf, SOCKET_PATH_MAX_BYTES } from '../config/paths.ts';
import { ConfigError } from '../config/types.ts';

export interface Place {
  config: string;
  database: string;
  keyDir: string;
  socket: string;
  /** Folders to be made, outermost first. */
  dirs: string[];
  /** The machine's own installation, which the user `relay` runs. */
  system: boolean;
}

export function placeOf(options: { dir: string | undefined; root: boolean; cwd: string }): Place {
  const place =
    options.dir === undefined && options.root
      ? {
          config: SYSTEM_CONFIG,
          database: '/var/lib/relay/relay.db',
          keyDir: keyDirOf('/var/lib/relay/relay.db'),
          socket: '/run/relay/relay.sock',
          dirs: ['/etc/relay', '/var/lib/relay'],
          system: true,
        }
      : inOneFolder(resolve(options.cwd, options.dir ?? INIT_FOLDER));
  if (Buffer.byteLength(place.socket) > SOCKET_PATH_MAX_BYTES) {
    throw new ConfigError([
      `--dir: expected a shorter path: the control socket ${place.socket} would be longer than a unix socket's ` +
        `${SOCKET_PATH_MAX_BYTES} bytes`,
    ]);
  }
  return place;
}

function inOneFolder(dir: string): Place {
  const database = join(dir, 'relay.db');
  return {
    config: join(dir, 'relay.yaml'),
    database,
    keyDir: keyDirOf(database),
    socket: join(dir, 'relay.sock'),
    dirs: [dir],
    system: false,
  };
}
