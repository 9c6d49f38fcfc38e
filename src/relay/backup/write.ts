/** Writes a backup, to a folder or through ssh: whole and verified under its name, or not there. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { syncFolder } from '../setup/write-whole.ts';
import { Tally } from '../store/tally.ts';
import { BackupError, backupName, isBackupOf, pieceOf } from './format.ts';
import type { BackupLine, EndLine, FileLine, HeadLine } from './format.ts';
import { checkBackup } from './read.ts';
import type { SshPlace } from './ssh.ts';
import { keepOverSsh, storeOverSsh } from './ssh.ts';

export type BackupPlace = { kind: 'folder'; folder: string } | SshPlace;

export interface WriteParts {
  /** As the daemon gives them. */
  lines: AsyncIterable<BackupLine>;
  files: readonly FileLine[];
  place: BackupPlace;
  /** How many backups of this host stay; null: all. */
  keep: number | null;
  onProgress(pieces: number): void;
}

export interface BackupWritten {
  /** Where it is. */
  path: string;
  at: string;
  host: string;
  store: string;
  copies: HeadLine['copies'];
  pieces: number;
  files: string[];
  sizeBytes: number;
  sha256: string;
  /** Older ones that were deleted. */
  deleted: string[];
}

const TEXT_CHARACTERS = 64 * 1024;
/** Nobody but who may read the keys. */
const MODE = 0o600;
const FOLDER_MODE = 0o700;
const PARTIAL_KEPT_MS = 24 * 3_600_000;

/** Rejects with BackupError, as `lines` does, or as writing the file does; then nothing is there under the name. */
export async function writeBackup(parts: WriteParts): Promise<BackupWritten> {
  const lines = parts.lines[Symbol.asyncIterator]();
  try {
    const first = await lines.next();
    const head = first.done === true ? undefined : first.value;
    if (head?.kind !== 'relay-backup')
      throw new BackupError('the daemon gives no backup: is it of this version?');
    const name = backupName(head.host, head.atMs);
    const sum = new Sum();
    const passed = new Tally();
    const bytes = Readable.from(texts(head, parts, { [Symbol.asyncIterator]: () => lines }, passed));
    const { place } = parts;
    const path =
      place.kind === 'ssh'
        ? await storeOverSsh(place, name, async (out) => {
            await pipeline(bytes, createGzip(), sum, out);
            return sum.digest;
          })
        : await toFolder(place.folder, head, name, async (file) => {
            await pipeline(bytes, createGzip(), sum, createWriteStream(file, { flags: 'wx', mode: MODE }));
            return sum.digest;
          });
    return {
      path,
      at: new Date(head.atMs).toISOString(),
      host: head.host,
      store: head.store,
      copies: head.copies,
      pieces: passed.total,
      files: parts.files.map((file) => file.name),
      sizeBytes: sum.sizeBytes,
      sha256: sum.digest,
      deleted: parts.keep === null ? [] : await keepNewest(place, head.host, parts.keep),
    };
  } finally {
    await lines.return?.();
  }
}

/** The lines as text, in chunks; rejects where they aren't what their end says. */
async function* texts(
  head: HeadLine,
  { files, onProgress }: WriteParts,
  rest: AsyncIterable<BackupLine>,
  passed: Tally,
): AsyncGenerator<string> {
  yield [head, ...files].map((line) => `${JSON.stringify(line)}\n`).join('');
  let end: EndLine | null = null;
  let text = '';
  for await (const line of rest) {
    if (line.kind === 'end') end = line;
    else if (line.kind === 'relay-backup' || line.kind === 'file') continue;
    else passed.add([pieceOf(line)]);
    text += `${JSON.stringify(line)}\n`;
    if (text.length < TEXT_CHARACTERS) continue;
    onProgress(passed.total);
    yield text;
    text = '';
  }
  if (end === null || Tally.of(end.tally).differences(passed).length > 0)
    throw new BackupError(
      'what the daemon gave broke off before its end: look at its log, and back up again',
    );
  yield text;
}

/** What went through. */
class Sum extends Transform {
  readonly #hash = createHash('sha256');
  #digest: string | null = null;
  sizeBytes = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    this.sizeBytes += chunk.byteLength;
    done(null, chunk);
  }

  get digest(): string {
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }
}

async function toFolder(
  folder: string,
  head: HeadLine,
  name: string,
  write: (file: string) => Promise<string>,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await dropOldPartials(folder, head);
  const partial = join(folder, `.${name}.partial`);
  await rm(partial, { force: true });
  try {
    await write(partial);
    const file = await open(partial, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    // As it is read from the disk, before anything older goes.
    await readBack(partial, folder);
    const path = join(folder, name);
    await rename(partial, path);
    await syncFolder(folder);
    return path;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function readBack(partial: string, folder: string): Promise<void> {
  try {
    await checkBackup(partial);
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    throw new BackupError(
      `what was written to ${folder} is not what is read there (${error.message}): look at its disk, and back up again, to another place if need be`,
    );
  }
}

/** What backups of this host that were killed left behind. One of the last day may still be written. */
async function dropOldPartials(folder: string, { host, atMs }: HeadLine): Promise<void> {
  const before = atMs - PARTIAL_KEPT_MS;
  for (const name of await readdir(folder)) {
    const whole = /^\.(?<name>.+)\.partial$/u.exec(name)?.groups?.['name'];
    if (whole === undefined || !isBackupOf(host, whole)) continue;
    const path = join(folder, name);
    if ((await stat(path)).mtimeMs < before) await rm(path, { force: true });
  }
}

async function keepNewest(place: BackupPlace, host: string, keep: number): Promise<string[]> {
  const tooOld = (names: readonly string[]): string[] =>
    names
      .filter((name) => isBackupOf(host, name))
      .toSorted()
      .slice(0, -keep);
  if (place.kind === 'ssh') return keepOverSsh(place, tooOld);
  const old = tooOld(await readdir(place.folder));
  for (const name of old) await rm(join(place.folder, name));
  return old;
}

/** The backups in a folder, oldest first. Rejects as reading it does. */
export async function backupsIn(folder: string): Promise<{ path: string; sizeBytes: number }[]> {
  const names = (await readdir(folder)).filter((name) => /^relay-.*\.backup$/u.test(name)).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, sizeBytes: (await stat(path)).size };
    }),
  );
}
