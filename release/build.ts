/** From a checkout after `npm ci` to the file that hosts are given. */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFrom } from './built-from.ts';
import { compile, filesBelow, nameVersion } from './compile.ts';
import { writeManifest } from './manifest.ts';
import { copyLibatomic } from './libatomic.ts';
import { pack, type Packed } from './pack.ts';
import { copyPackages, readLock } from './packages.ts';
import { type Arch, copyRuntime } from './runtime.ts';

/** What release.json in a release says of it. */
export interface Release {
  name: 'relay';
  version: string;
  arch: Arch;
  node: string;
  /** The commit; `+edits` behind it: and what had been changed since. */
  builtFrom: string;
  /** When that commit was made, ISO 8601. */
  builtFromAt: string;
  /** SHA-256 over every other file, by path: two builds of the same content are the same release. */
  digest: string;
}

export interface BuildOptions {
  root: string;
  /** The folder for the file. */
  out: string;
  arch: Arch;
  /** Instead of the version in package.json. */
  version?: string;
  tell: (text: string) => void;
}

const AS_THEY_ARE = ['LICENSE', 'README.md', 'CHANGELOG.md', 'bin', 'config', 'docs', 'systemd'];
/** A part of a file's name and of a folder's, and nothing a shell reads. */
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/u;

/** Rejects with what to do first: `npm ci`, a git checkout, types that are right. */
export async function buildRelease(options: BuildOptions): Promise<Release & Packed> {
  const { root, out, arch, tell } = options;
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const version = options.version ?? String(pjson['version']);
  if (!VERSION.test(version))
    throw new Error(`--as ${version}: expected a version such as 0.2.0 or 0.2.0-rc1`);
  const { commit, atSeconds } = await builtFrom(root);
  const lock = await readLock(root);
  const scratch = await mkdtemp(join(tmpdir(), 'relay-release-'));
  try {
    const top = join(scratch, `relay-${version}`);
    const compiled = join(top, 'src');
    await mkdir(top);
    tell('compiling');
    await compile(root, compiled);
    await nameVersion(compiled, version);
    tell('copying packages');
    const packages = await copyPackages(root, lock, top);
    tell(`${packages} packages; Node for ${arch}`);
    const node = await copyRuntime({ root, lock, arch, to: top, scratch });
    await copyLibatomic(arch, top);
    for (const name of AS_THEY_ARE) await cp(join(root, name), join(top, name), { recursive: true });
    const { scripts: _, devDependencies: __, optionalDependencies: ___, ...kept } = pjson;
    const own = { ...kept, version };
    await writeFile(join(top, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
    const commands = await writeManifest(top, own);
    const release: Release = {
      name: 'relay',
      version,
      arch,
      node,
      builtFrom: commit,
      builtFromAt: new Date(atSeconds * 1_000).toISOString(),
      digest: await digestOf(top),
    };
    await writeFile(join(top, 'release.json'), `${JSON.stringify(release, null, 2)}\n`);
    tell(`${commands} commands; packing`);
    await mkdir(out, { recursive: true });
    const packed = await pack(top, join(out, `relay-${version}-linux-${arch}.tar.gz`), atSeconds);
    return { ...release, ...packed };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await filesBelow(folder)) {
    const content = createHash('sha256').update(await readFile(join(folder, path)));
    hash.update(`${content.digest('hex')}  ${path}\n`);
  }
  return hash.digest('hex');
}
