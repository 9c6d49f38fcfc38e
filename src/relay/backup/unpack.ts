/** The files in a backup on their way back to where they belong. */
import { chown, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config/types.ts';
import { replaceFile, writeNew } from '../setup/write-whole.ts';
import { secretFiles } from './files.ts';
import { BackupError } from './format.ts';
import { checkBackup, readBackup } from './read.ts';

const MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Nothing in a backup may name a place of its own choice. */
const NAME = /^(?:relay\.yaml|keys\/[\w-][\w.-]*|secrets\/[\w-][\w.-]*)$/u;
const SAVED = '.before-restore';

interface Packed {
  name: string;
  content: Buffer;
}

/** Rejects as reading the backup does. */
export async function filesIn(path: string): Promise<Packed[]> {
  const files: Packed[] = [];
  for await (const found of readBackup(path)) {
    if (found.kind === 'pieces') break;
    if (found.kind !== 'file') continue;
    if (!NAME.test(found.name))
      throw new BackupError(`${path} holds a file ${found.name}: no backup of relay does`);
    files.push({ name: found.name, content: found.content });
  }
  return files;
}

/**
 * Writes all of them below a folder, in which none of them may be; resolves with their paths. Rejects, with nothing
 * written, where the backup isn't whole.
 */
export async function unpack(
  path: string,
  folder: string,
  onProgress?: (pieces: number) => void,
): Promise<string[]> {
  await checkBackup(path, onProgress);
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const written: string[] = [];
  for (const { name, content } of await filesIn(path)) {
    const to = join(folder, name);
    await mkdir(dirname(to), { recursive: true, mode: FOLDER_MODE });
    if (!(await writeNew(to, content, MODE)))
      throw new BackupError(
        `${to} is there already: name an empty folder, and put things in their places by hand`,
      );
    written.push(to);
  }
  return written;
}

/**
 * Keys go to where the configuration has them; one that differs stays beside as NAME.before-restore. Passwords only go
 * where there is none. relay.yaml is not touched: it is the one that is used. Resolves with what was written.
 */
export async function putBack(path: string, config: Config): Promise<string[]> {
  const written: string[] = [];
  const secrets = new Map(secretFiles(config));
  for (const { name, content } of await filesIn(path)) {
    const [kind, part = ''] = name.split(/\/(.*)/su);
    const to =
      kind === 'keys' ? join(config.keyDir, part) : kind === 'secrets' ? secrets.get(part) : undefined;
    if (to === undefined) continue;
    await mkdir(dirname(to), { recursive: true, mode: FOLDER_MODE });
    const present = await contentOf(to);
    if (present?.equals(content) === true || (present !== null && kind === 'secrets')) continue;
    if (present !== null) await replaceFile(`${to}${SAVED}`, present, MODE);
    await replaceFile(to, content, MODE);
    written.push(to);
  }
  return written;
}

async function contentOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** As root: what was made belongs to whoever has the folder above, as a service that isn't root needs it. */
export async function giveToOwner(paths: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (const path of paths) {
    const { uid, gid } = await stat(dirname(path));
    await chown(path, uid, gid).catch((error: unknown) => {
      // SQLite's files beside the database come and go.
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    });
  }
}
