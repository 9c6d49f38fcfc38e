/** Finds the tarballs that hosts are given: named, or the newest in dist/ beside the running relay. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConfigError } from '../../config/types.ts';
import type { Product, Release } from '../plan/types.ts';
import type { Facts } from '../types.ts';

/** `dist/` of the checkout or release that runs. */
export const DIST = resolve(import.meta.dirname, '../../../../dist');

const NAMES: Record<Product, RegExp[]> = {
  relay: [/^relay-(?<version>\d[\w.+-]*)-linux-(?<arch>x64|arm64)\.tar\.gz$/u],
  cassandra: [
    /^relay-cassandra-(?<version>\d[\w.+-]*)-linux-(?<arch>x64|arm64)\.tar\.gz$/u,
    // The official one: for any machine, and without Java.
    /^apache-cassandra-(?<version>\d[\w.+-]*)-bin\.tar\.gz$/u,
  ],
};

const MADE_BY: Record<Product, string> = { relay: 'npm run release', cassandra: 'npm run release:cassandra' };

/**
 * `named`: paths; null: the newest in `dist`. `namedAt`: where cluster.yaml names one. Rejects with
 * ConfigError where there is none, an empty one, or a sum that is none.
 */
export async function findReleases(
  named: Record<Product, string | null>,
  { dist = DIST, namedAt = {} }: { dist?: string; namedAt?: Record<string, string> | undefined } = {},
): Promise<(product: Product, arch: Facts['arch']) => Release> {
  const whose = (path: string): string => (namedAt[path] === undefined ? '' : `${namedAt[path]}: `);
  const found = new Map<string, Release>();
  for (const product of ['relay', 'cassandra'] as const) {
    const path = named[product];
    if (path !== null && !existsSync(path)) throw new ConfigError([`${whose(path)}${path}: no such file`]);
    const paths = path === null ? inFolder(dist) : [path];
    for (const one of paths) {
      const read = readName(product, one);
      if (read === null) {
        if (path === null) continue;
        throw new ConfigError([
          `${whose(path ?? '')}${path}: expected a name like ${product === 'relay' ? 'relay-0.1.0' : 'relay-cassandra-5.0.9'}-linux-x64.tar.gz`,
        ]);
      }
      for (const arch of read.arch === null ? ['x64', 'arm64'] : [read.arch]) {
        const known = found.get(`${product} ${arch}`);
        const order = known === undefined ? -1 : compareVersions(known.version, read.version);
        // Of one version the one for this machine alone: the official one is without Java.
        if (order > 0 || (order === 0 && read.arch === null)) continue;
        if (!statSync(one).isFile() || statSync(one).size === 0) {
          throw new ConfigError([
            `${whose(one)}${one}: expected a tarball, got ${statSync(one).isFile() ? 'an empty file' : 'a folder'}: make it again with ${MADE_BY[product]}`,
          ]);
        }
        found.set(`${product} ${arch}`, {
          product,
          version: read.version,
          path: one,
          sha256: await sumOf(one),
        });
      }
    }
  }
  return (product, arch) => {
    const release = found.get(`${product} ${arch}`);
    if (release !== undefined) return release;
    throw new ConfigError([
      `there is no tarball of ${product} for linux-${arch} in ${named[product] ?? dist}: make one with ${MADE_BY[product]}, or name one (releases.${product} in cluster.yaml)`,
    ]);
  };
}

const inFolder = (dist: string): string[] =>
  existsSync(dist) ? readdirSync(dist).map((name) => join(dist, name)) : [];

/** Version and architecture (null: any) by the file's name; null: it is none. */
export function readName(product: Product, path: string): { version: string; arch: string | null } | null {
  for (const form of NAMES[product]) {
    const groups = form.exec(basename(path))?.groups;
    if (groups?.['version'] !== undefined)
      return { version: groups['version'], arch: groups['arch'] ?? null };
  }
  return null;
}

/** What stands beside it; else it is summed up. */
async function sumOf(path: string): Promise<string> {
  const beside = `${path}.sha256`;
  if (existsSync(beside)) {
    const sum = /^[0-9a-f]{64}/u.exec(readFileSync(beside, 'utf8'))?.[0];
    if (sum === undefined) throw new ConfigError([`${beside}: expected a SHA-256 sum`]);
    return sum;
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Number by number: 0.10.0 is newer than 0.9.0, and 1.0.0 than 1.0.0-rc.1. */
export function compareVersions(a: string, b: string): number {
  const [plainA = '', preA] = a.split(/-(?<rest>.*)/su);
  const [plainB = '', preB] = b.split(/-(?<rest>.*)/su);
  const byNumber = plainA.localeCompare(plainB, 'en', { numeric: true });
  if (byNumber !== 0) return byNumber;
  if (preA === preB) return 0;
  if (preA === undefined) return 1;
  if (preB === undefined) return -1;
  return preA.localeCompare(preB, 'en', { numeric: true });
}
