/** Releases under /opt/relay: one folder each, never changed once it is there; `current` is a link, and so is `previous`. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ReleaseFile, releaseIn } from '../release.ts';
import { must, type System, SystemdError } from './system.ts';

/** Half-made folders: a run that died left them. */
const HALF = '.new-';

export interface Put {
  /** The folder's name below /opt/relay: its version, and more if another build of that version lies there. */
  name: string;
  release: ReleaseFile;
  changed: boolean;
}

/**
 * Puts the release there that `from` holds: a folder, or a file that `npm run release` built, whose checksum is compared
 * if it lies beside it. Rejects with SystemdError when it is none, damaged, or for another processor.
 */
export async function putRelease(system: System, from: { folder: string } | { file: string }): Promise<Put> {
  const { releases } = system.places;
  await mkdir(releases, { recursive: true, mode: 0o755 });
  for (const name of await readdir(releases)) {
    if (name.startsWith(HALF)) await rm(join(releases, name), { recursive: true });
  }
  if ('folder' in from) {
    const release = releaseOf(from.folder, from.folder, system);
    const there = await nameFor(releases, release);
    if (there.same) return { name: there.name, release, changed: false };
    const half = join(releases, `${HALF}${there.name}`);
    system.tell(`copying relay ${release.version} to ${join(releases, there.name)}`);
    await must(system, 'cp', '-R', '--', from.folder, half);
    return finish(system, half, { name: there.name, release });
  }
  const half = join(releases, `${HALF}file`);
  system.tell(`unpacking ${from.file}`);
  await checkSum(from.file);
  await mkdir(half);
  await must(system, 'tar', '-xzf', from.file, '--no-same-owner', '--strip-components=1', '-C', half);
  const release = releaseOf(half, from.file, system);
  const there = await nameFor(releases, release);
  if (there.same) {
    await rm(half, { recursive: true });
    return { name: there.name, release, changed: false };
  }
  return finish(system, half, { name: there.name, release });
}

async function finish(system: System, half: string, put: Omit<Put, 'changed'>): Promise<Put> {
  // The daemon is somebody else than who copied, whatever umask that one has.
  await must(system, 'chmod', '-R', 'u+rwX,go+rX,go-w', half);
  // Whole on the disk before it has its name.
  await must(system, 'sync', '-f', half);
  await rename(half, join(system.places.releases, put.name));
  return { ...put, changed: true };
}

function releaseOf(folder: string, told: string, { arch }: System): ReleaseFile {
  const release = releaseIn(folder);
  if (release === null)
    throw new SystemdError(`${told} is no release of Relay: npm run release in a checkout builds one`);
  if (release.arch !== arch) {
    throw new SystemdError(
      `${told} is for ${release.arch}, this machine is ${arch}: npm run release -- --arch ${arch} builds the right one`,
    );
  }
  return release;
}

/** Two builds may have one version: the second one's folder names its content too. */
async function nameFor(releases: string, release: ReleaseFile): Promise<{ name: string; same: boolean }> {
  for (const name of [release.version, `${release.version}-${release.digest.slice(0, 8)}`]) {
    const there = releaseIn(join(releases, name));
    if (there === null) return { name, same: false };
    if (there.digest === release.digest) return { name, same: true };
  }
  throw new SystemdError(`${join(releases, release.version)} holds another release of that name: remove it`);
}

async function checkSum(file: string): Promise<void> {
  const beside = `${file}.sha256`;
  if (!existsSync(file)) throw new SystemdError(`--release: there is no ${file}`);
  if (!existsSync(beside)) return;
  const [wanted] = (await readFile(beside, 'utf8')).split(/\s/u);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== wanted)
    throw new SystemdError(
      `${basename(file)} is not what ${basename(beside)} says: copy it again (${found})`,
    );
}

/** The name of the release that a link leads to; null: there is no such link. */
export async function linked(link: string): Promise<string | null> {
  const target = await readlink(link).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return target === null ? null : basename(target);
}

/** Makes `name` the current release and keeps the one before as `previous`; says whether that changed anything. */
export async function switchTo({ places }: System, name: string): Promise<boolean> {
  const before = await linked(places.current);
  if (before === name) return false;
  if (before !== null) await point(places.previous, before);
  await point(places.current, name);
  return true;
}

/** The link is there before and after, and leads to one or the other. */
export async function point(link: string, target: string): Promise<void> {
  const half = join(dirname(link), `${HALF}${basename(link)}`);
  await rm(half, { force: true });
  await symlink(target, half);
  await rename(half, link);
}

/** Takes every release and both links away, and leaves what is somebody else's; says which paths. */
export async function removeReleases({ places }: System): Promise<string[]> {
  if (!existsSync(places.releases)) return [];
  const removed: string[] = [];
  for (const name of await readdir(places.releases)) {
    const path = join(places.releases, name);
    const ours =
      name.startsWith(HALF) ||
      path === places.current ||
      path === places.previous ||
      releaseIn(path) !== null;
    if (!ours) continue;
    await rm(path, { recursive: true });
    removed.push(path);
  }
  if ((await readdir(places.releases)).length === 0) await rm(places.releases, { recursive: true });
  return removed;
}
