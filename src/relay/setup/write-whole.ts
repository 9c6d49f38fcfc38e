/** Files that are there whole or not at all, also after a crash or a lost power supply. */
import { link, open, rm } from 'node:fs/promises';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';

/** Writes `path` unless it exists; says whether it did. */
export async function writeNew(path: string, content: string | Uint8Array, mode: number): Promise<boolean> {
  const temporary = await written(path, content, mode);
  try {
    await link(temporary, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

/** Writes `path`, in place of what may be there. */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = await written(path, content, mode);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** The content on disk under a name of its own in the same folder. */
async function written(path: string, content: string | Uint8Array, mode: number): Promise<string> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(content);
    // The umask may have taken bits away that are meant.
    await file.chmod(mode);
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return temporary;
}

/** A name in a folder is durable once the folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
