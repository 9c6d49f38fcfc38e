/** `relay backup`: the daemon gives everything in its store, and goes on paging; keys and relay.yaml come beside it. */
import { filesOf, filesOfStore } from '../relay/backup/files.ts';
import type { BackupLine } from '../relay/backup/format.ts';
import { BackupError } from '../relay/backup/format.ts';
import { backupsIn, writeBackup } from '../relay/backup/write.ts';
import type { BackupWritten } from '../relay/backup/write.ts';
import { checkBackup, headOf } from '../relay/backup/read.ts';
import { sshPlaceOf } from '../relay/backup/ssh.ts';
import type { Config } from '../relay/config/types.ts';
import type { Client } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io } from './quick-command.ts';

export interface BackupWish {
  config: Config;
  client: Client;
  /** Where to, as it was typed. */
  to: string;
  keep: number | null;
  withSecrets: boolean;
}

/** Rejects with CliError, saying what to do. */
export async function takeBackup(
  { config, client, to, keep, withSecrets }: BackupWish,
  io: Io,
): Promise<BackupWritten> {
  const progress = progressOf(io, 'copied');
  return told(async () => {
    const place = sshPlaceOf(to) ?? { kind: 'folder' as const, folder: to };
    // Before anything is asked of the daemon: whoever can't read the keys learns it at once.
    const files = await filesOf(config, withSecrets);
    return writeBackup({ lines: linesOf(client, config), files, place, keep, onProgress: progress });
  });
}

async function* linesOf(client: Client, config: Config): AsyncGenerator<BackupLine> {
  try {
    yield* await client.stream<BackupLine>('/v1/backup');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.message.startsWith('No relay daemon answers'))
      throw new CliError(error.exit, error.message, `${error.cure ?? ''}\n  ${savedByHand(config)}`);
    if (!/cut the stream off/u.test(error.message)) throw error;
    throw new CliError(
      EXIT.failed,
      'The daemon broke the backup off; nothing was written.',
      'Its log says why (journalctl -u relay); then back up again.',
    );
  }
}

/** Where no daemon can give what is in the store. */
function savedByHand(config: Config): string {
  const { store, keyDir, path } = config;
  const files = store.kind === 'sqlite' ? `${filesOfStore(config).join(', ')} (those that are there), ` : '';
  const nodes =
    store.kind === 'sqlite' ? '' : `; what is in the store is on Cassandra's nodes (nodetool snapshot)`;
  return `If it doesn't start: while it is stopped, copy ${files}${keyDir} and ${path} elsewhere, all together${nodes}.`;
}

export interface CheckedJson {
  path: string;
  at: string;
  host: string;
  version: string;
  store: string;
  copies: string;
  pieces: number;
  files: string[];
}

/** Rejects with CliError where it isn't whole. */
export function checkOne(path: string, io: Io): Promise<CheckedJson> {
  return told(async () => {
    const { head, files, pieces } = await checkBackup(path, progressOf(io, 'checked'));
    const { atMs, host, version, store, copies } = head;
    return { path, at: new Date(atMs).toISOString(), host, version, store, copies, pieces, files };
  });
}

/** A file that is no backup after all stands there with what is wrong with it. */
export interface ListedJson {
  path: string;
  sizeBytes: number;
  at: string | null;
  host: string | null;
  store: string | null;
  wrong: string | null;
}

/** The backups in a folder, oldest first; only their beginnings are read. */
export function listBackups(folder: string): Promise<ListedJson[]> {
  return told(async () => {
    const found = await backupsIn(folder);
    return Promise.all(
      found.map(async (one): Promise<ListedJson> => {
        try {
          const { atMs, host, store } = await headOf(one.path);
          return { ...one, at: new Date(atMs).toISOString(), host, store, wrong: null };
        } catch (error) {
          if (!(error instanceof BackupError)) throw error;
          return { ...one, at: null, host: null, store: null, wrong: error.message };
        }
      }),
    );
  });
}

const TELL_EVERY_MS = 2_000;

/** Tells now and then how far it is, when it takes its time. */
export function progressOf(io: Pick<Io, 'err'>, did: string): (pieces: number) => void {
  let toldAtMs = performance.now();
  return (pieces) => {
    if (performance.now() - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = performance.now();
    io.err(`relay: ${did} ${pieces.toLocaleString('en')} pieces\n`);
  };
}

const SAYS: Record<string, string> = {
  ENOENT: 'no such file or folder',
  EEXIST: 'is a file: name a folder',
  ENOTDIR: 'is no folder, or lies below a file: name a folder',
  EACCES: 'permission denied: run this as root, or as the user that relay runs as (sudo -u relay)',
  ENOSPC: 'no space left there: free some, and back up again; what is there already was not touched',
  EROFS: 'it is on a disk that can only be read',
};

/** What is wrong with a backup or with files, as what the person at the terminal is told. */
export async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError || !(error instanceof Error)) throw error;
    const isKnown = error instanceof BackupError || /^(?:Store\w+|Config)Error$/u.test(error.name);
    if (isKnown) throw new CliError(EXIT.failed, error.message);
    if (!('code' in error)) throw error;
    const why = SAYS[String(error.code)];
    const where = 'path' in error ? `${String(error.path)}: ` : '';
    throw new CliError(EXIT.failed, why === undefined ? error.message : `${where}${why}`);
  }
}

export const sizeText = (sizeBytes: number): string =>
  sizeBytes < 1024 ** 2 ? `${Math.ceil(sizeBytes / 1024)} KB` : `${(sizeBytes / 1024 ** 2).toFixed(1)} MB`;

export function writtenText(done: BackupWritten, withSecrets: boolean): string {
  const lines = [
    `${done.path}: ${done.pieces.toLocaleString('en')} pieces, ${done.files.length} files, ${sizeText(done.sizeBytes)}, checked`,
    withSecrets
      ? 'Passwords are in it, keys too: keep it as you keep those.'
      : 'Keys are in it, passwords are not (--with-secrets): keep it where nobody else reads it.',
    ...done.deleted.map((name) => `deleted ${name}`),
  ];
  return `${lines.join('\n')}\n`;
}

export function listedText(found: readonly ListedJson[]): string {
  if (found.length === 0) return 'No backups there.\n';
  return found
    .map(
      ({ path, sizeBytes, at, wrong }) =>
        `${at ?? '-'}  ${sizeText(sizeBytes).padStart(9)}  ${path}${wrong === null ? '' : `  ${wrong}`}\n`,
    )
    .join('');
}
