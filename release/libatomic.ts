/**
 * libatomic.so.1, which Node is linked against and a bare Debian lacks (package libatomic1): 30 kB of GCC's runtime that
 * go along, so that a host needs no package.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch } from './runtime.ts';

const NAME = 'libatomic.so.1';
/** Where Debian's packages for building for other processors put it. */
const CROSS: Record<Arch, { file: string; debian: string }> = {
  x64: { file: `/usr/x86_64-linux-gnu/lib/${NAME}`, debian: 'libatomic1-amd64-cross' },
  arm64: { file: `/usr/aarch64-linux-gnu/lib/${NAME}`, debian: 'libatomic1-arm64-cross' },
};

/** Puts it into `to`/runtime/lib. Rejects with the package to install when this machine hasn't got that processor's. */
export async function copyLibatomic(arch: Arch, to: string): Promise<void> {
  const cross = CROSS[arch];
  const own = arch === process.arch ? await loaded() : null;
  const from = own ?? (existsSync(cross.file) ? cross.file : null);
  if (from === null) {
    throw new Error(
      `Node for ${arch} needs ${NAME}, which goes along: on Debian, apt-get install ${cross.debian} brings it`,
    );
  }
  await mkdir(join(to, 'runtime/lib'), { recursive: true });
  await copyFile(await realpath(from), join(to, 'runtime/lib', NAME));
  for (const name of ['libatomic1', cross.debian]) {
    const terms = join('/usr/share/doc', name, 'copyright');
    if (!existsSync(terms)) continue;
    await copyFile(terms, join(to, 'runtime/lib/libatomic-LICENSE'));
    return;
  }
}

/** The one that runs this very process. */
async function loaded(): Promise<string | null> {
  const maps = await readFile('/proc/self/maps', 'utf8').catch(() => '');
  return /\S*\/libatomic\.so\.1\S*$/mu.exec(maps)?.[0] ?? null;
}
