/** What a release says of itself: release.json at its top, which `npm run release` wrote. A checkout has none. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ReleaseFile {
  name: string;
  version: string;
  /** x64 or arm64. */
  arch: string;
  /** The version of its own Node. */
  node: string;
  /** The commit it was built from. */
  builtFrom: string;
  /** When that commit was made, ISO 8601. */
  builtFromAt: string;
  /** SHA-256 over what is in it: two builds with the same content are the same release. */
  digest: string;
}

/** The folder of this installation: the one with package.json, above the sources in a checkout and a release alike. */
export function installedRoot(): string {
  for (const up of ['../../..', '../../../..']) {
    const root = join(import.meta.dirname, up);
    if (existsSync(join(root, 'package.json'))) return root;
  }
  throw new Error(`no package.json above ${import.meta.dirname}: relay isn't installed whole`);
}

/** Null for a folder that holds no release of Relay. Throws when its release.json can't be read. */
export function releaseIn(root: string): ReleaseFile | null {
  const path = join(root, 'release.json');
  if (!existsSync(path)) return null;
  const release = JSON.parse(readFileSync(path, 'utf8')) as ReleaseFile;
  return release.name === 'relay' ? release : null;
}
