/** Where things lie that the configuration doesn't name. Shared by the daemon, the CLI and init. */
import { dirname, join, resolve } from 'node:path';

/** Longest path a unix socket can have, in bytes (sun_path less its final zero). */
export const SOCKET_PATH_MAX_BYTES = 107;

/** `sqlite:PATH` with PATH relative to the configuration's folder; null when it is something else. */
export function sqlitePath(store: string, configDir: string): string | null {
  const match = /^sqlite:(?<path>.+)$/u.exec(store);
  return match?.groups?.['path'] === undefined ? null : resolve(configDir, match.groups['path']);
}

/** The control socket when `api.socket` isn't set: beside the database. */
export const defaultSocket = (databasePath: string): string => join(dirname(databasePath), 'relay.sock');

/** Keys lie beside the database: what is backed up together stays together. */
export const keyDirOf = (databasePath: string): string => join(dirname(databasePath), 'keys');

/** Signs the tokens in reply addresses: 32 random bytes. */
export const tokenKeyFile = (keyDir: string): string => join(keyDir, 'token.key');

/** The certificate for STARTTLS that init makes; used when `smtp.tls` names none. */
export const ownCertificate = (keyDir: string): { certFile: string; keyFile: string } => ({
  certFile: join(keyDir, 'smtp.crt'),
  keyFile: join(keyDir, 'smtp.key'),
});
