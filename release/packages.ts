/** The packages that the daemon and the commands need, out of the checkout's node_modules, as package-lock.json has them. */
import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

interface Locked {
  version: string;
  dev?: boolean;
  optional?: boolean;
  integrity?: string;
}

/** What npm locked: folder (`node_modules/x`) to what lies there. */
export type Lock = Record<string, Locked>;

/** Packages that hold a Node; only one goes into a release, and not as a package. */
const RUNTIMES = /^node_modules\/node-(?:linux|bin-darwin)-/u;
/** What only compilers and editors read. */
const UNREAD = /\.(?:map|[cm]?ts|tsbuildinfo)$/u;

/** What package-lock.json in `root` locks. */
export async function readLock(root: string): Promise<Lock> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Lock;
  };
  return packages;
}

/**
 * Copies what is locked for production into `to`/node_modules; says how many packages. Takes no network. Rejects when
 * one is missing, or another version than the locked one lies there.
 */
export async function copyPackages(root: string, lock: Lock, to: string): Promise<number> {
  const wrong: string[] = [];
  const wanted: string[] = [];
  for (const [folder, { version, dev, optional }] of Object.entries(lock)) {
    if (folder === '' || dev === true || RUNTIMES.test(folder)) continue;
    const manifest = join(root, folder, 'package.json');
    if (!existsSync(manifest)) {
      // Made for another system.
      if (optional !== true) wrong.push(`${folder} is missing`);
      continue;
    }
    const there = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
    if (there.version !== version) wrong.push(`${folder} is ${there.version}, locked is ${version}`);
    wanted.push(folder);
  }
  if (wrong.length > 0) throw new Error(`run npm ci first:\n${wrong.join('\n')}`);
  for (const folder of wanted) {
    const from = join(root, folder);
    await cp(from, join(to, folder), {
      recursive: true,
      // Packages inside a package are locked, and copied, by themselves.
      filter: (path) => path === from || (basename(path) !== 'node_modules' && !UNREAD.test(path)),
    });
  }
  return wanted.length;
}
