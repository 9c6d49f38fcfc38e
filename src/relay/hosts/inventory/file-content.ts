/** A file of the admin's machine, or in words why it can't be had. */
import { readFile } from 'node:fs/promises';

/** A text: what is wrong. Rejects with what is no matter of the file, such as a disk that fails. */
export async function contentOf(path: string): Promise<Uint8Array | string> {
  try {
    const content = await readFile(path);
    return content.length === 0 ? 'expected something in it, got an empty file' : content;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = {
      ENOENT: 'no such file',
      ENOTDIR: 'no such file',
      EACCES: 'permission denied',
      EISDIR: 'expected a file, got a folder',
    }[code];
    if (why === undefined) throw error;
    return why;
  }
}
