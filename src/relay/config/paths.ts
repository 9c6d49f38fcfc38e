/** Where things lie that the configuration doesn't name. Shared by the daemon, the CLI and init. */
import { dirname, join, resolve } from 'node:path';

/** Longest path a unix socket can have, in bytes (sun_path less its final zero). */
export const SOCKET_PATH_MAX_BYTES = 107;

/** `sqlite:PATH` with PATH relative to the configuration's folder; null when it is something else. */
export function sqlitePath(store: string, configDir: string): string | null {
  const match = /^sqlite:(?<path>.+)$/u.exec(store);
  return match?.groups?.['path'] === undefined ? null : resolve(configDir, match.groups['path']);
}

/** The control socket when `api.socket` isn't set: beside the database, or the configuration where that is elsewhere. */
export const defaultSocket = (beside: string): string => join(dirname(beside), 'relay.sock');

/** The spool when `cluster.spool` isn't set; beside the same. */
export const spoolDirOf = (beside: string): string => join(dirname(beside), 'spool');

/** Keys when `keyDir` isn't set: beside the same, since what is backed up together stays together. */
export const keyDirOf = (beside: string): string => join(dirname(beside), 'keys');

/** Signs the tokens in reply addresses: 32 random bytes. */
export const tokenKeyFile = (keyDir: string): string => join(keyDir, 'token.key');

/** The certificate for STARTTLS that init makes; used when `smtp.tls` names none. */
export const ownCertificate = (keyDir: string): { certFile: string; keyFile: string } => ({
  certFile: join(keyDir, 'smtp.crt'),
  keyFile: join(keyDir, 'smtp.key'),
});
