/** The Node that goes into a release: the one that package-lock.json locks for the machine it is for. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lock } from './packages.ts';
import { run } from './run.ts';

/** As npm names processors; release files are named alike. */
export type Arch = 'x64' | 'arm64';

/** Debian's names, and the kernel's, mean the same. */
const NAMES: Record<string, Arch> = {
  x64: 'x64',
  amd64: 'x64',
  x86_64: 'x64',
  arm64: 'arm64',
  aarch64: 'arm64',
};

/** Throws for a processor that no release can be built for. */
export function readArch(text: string): Arch {
  const arch = NAMES[text];
  if (arch === undefined) throw new Error(`--arch ${text}: expected x64 or arm64`);
  return arch;
}

/**
 * Puts Node with its licence into `to`/runtime; says which version. Another machine's comes from the registry that npm
 * is set to, and has to be what was locked. `scratch`: a folder for what is fetched.
 */
export async function copyRuntime(options: {
  root: string;
  lock: Lock;
  arch: Arch;
  to: string;
  scratch: string;
}): Promise<string> {
  const { root, lock, arch, to, scratch } = options;
  const name = `node-linux-${arch}`;
  const locked = lock[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json locks no ${name}`);
  let from = join(root, 'node_modules', name);
  if (!existsSync(join(from, 'bin/node'))) from = await fetchRuntime(name, locked, scratch);
  await mkdir(join(to, 'runtime/bin'), { recursive: true });
  await copyFile(join(from, 'bin/node'), join(to, 'runtime/bin/node'));
  await copyFile(join(from, 'LICENSE'), join(to, 'runtime/LICENSE'));
  return locked.version;
}

async function fetchRuntime(
  name: string,
  { version, integrity }: Lock[string],
  scratch: string,
): Promise<string> {
  const what = `${name}@${version}`;
  let file: string;
  try {
    file = (await run('npm', ['pack', '--silent', what], { cwd: scratch })).trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${what} is not in node_modules, and npm can't get it (is there a network?): ${why}`, {
      cause: error,
    });
  }
  const content = await readFile(join(scratch, file));
  const sum = `sha512-${createHash('sha512').update(content).digest('base64')}`;
  if (sum !== integrity) throw new Error(`${what} is not what package-lock.json locked: ${sum}`);
  await run('tar', ['-xzf', file], { cwd: scratch });
  return join(scratch, 'package');
}
