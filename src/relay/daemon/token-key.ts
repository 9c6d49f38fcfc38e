/** The key that signs the addresses and links by which pages are answered. */
import { readFile } from 'node:fs/promises';
import { tokenKeyFile } from '../config/paths.ts';

/** Rejects, with what to do, where it can't be read. */
export async function readTokenKey(keyDir: string): Promise<Uint8Array> {
  const file = tokenKeyFile(keyDir);
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT')
      throw new Error(
        `${file} is not there, which signs the addresses and links that pages are answered by: put it back (relay restore FILE --unpack DIR takes it out of a backup; other hosts of this relay have the same), or make new keys with relay init, and earlier pages can't be answered by mail or link any more`,
        { cause: error },
      );
    if (code === 'EACCES')
      throw new Error(
        `${file} can't be read: run relay as the user it belongs to, or give ${keyDir} to the user that relay runs as`,
        { cause: error },
      );
    throw error;
  }
}
