/** Packs a folder so that the same content gives the same bytes: names sorted, one date, nobody's ids, no odd modes. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface Packed {
  file: string;
  sizeBytes: number;
  sha256: string;
}

/**
 * Packs `folder`, itself the top of what is in it, into `file`, and writes `file`.sha256 for `sha256sum -c`. Neither
 * appears before it is whole. Rejects without GNU tar.
 */
export async function pack(folder: string, file: string, atSeconds: number): Promise<Packed> {
  const half = `${file}.new`;
  try {
    await writeTar(folder, half, atSeconds);
    const hash = createHash('sha256');
    await pipeline(createReadStream(half), hash);
    const sha256 = hash.digest('hex');
    await writeFile(`${file}.sha256`, `${sha256}  ${basename(file)}\n`);
    await rename(half, file);
    return { file, sizeBytes: (await stat(file)).size, sha256 };
  } finally {
    await rm(half, { force: true });
  }
}

async function writeTar(folder: string, to: string, atSeconds: number): Promise<void> {
  const tar = spawn(
    'tar',
    [
      '--create',
      '--format=gnu',
      '--sort=name',
      `--mtime=@${atSeconds}`,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u+rwX,go+rX,go-w',
      `--directory=${dirname(folder)}`,
      basename(folder),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } },
  );
  let said = '';
  tar.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    tar.once('error', reject);
    tar.once('close', resolve);
  });
  // Node's gzip writes no date and no name into its header.
  const [code] = await Promise.all([ended, pipeline(tar.stdout, createGzip(), createWriteStream(to))]);
  if (code !== 0) throw new Error(`tar ended with ${code} (GNU tar is needed): ${said.trim()}`);
}
