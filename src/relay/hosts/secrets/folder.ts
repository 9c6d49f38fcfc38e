/** `cluster-secrets/` beside cluster.yaml: which files it has, and that nobody else can read them. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../config/types.ts';
import { syncFolder } from '../../setup/write-whole.ts';
import type { Inventory } from '../types.ts';

/** Beside `cluster.yaml`. */
export const SECRETS_FOLDER = 'cluster-secrets';

/** Certificate and key stand in one file, so that no crash leaves one without the other. */
export const FILES = {
  authority: 'authority.pem',
  /** Trusted already, or still, while the authority is being replaced. */
  nextAuthority: 'authority-next.pem',
  formerAuthority: 'authority-former.pem',
  tokenKey: 'token.key',
  apiToken: 'api.token',
  cassandraAdmin: 'cassandra-admin',
  formerAdmin: 'cassandra-admin-former',
  cassandraRelay: 'cassandra-relay',
  formerRelay: 'cassandra-relay-former',
} as const;

/** In the order in which they are made: one that is missing before another was lost. */
export const MADE_ONCE = [
  FILES.authority,
  FILES.tokenKey,
  FILES.apiToken,
  FILES.cassandraAdmin,
  FILES.cassandraRelay,
] as const;

export const hostFile = (name: string): string => `host-${name}.pem`;

export const secretsDir = (inventory: Pick<Inventory, 'path'>): string =>
  join(dirname(inventory.path), SECRETS_FOLDER);

/** Makes the folder if there is none. */
export async function makeFolder(dir: string): Promise<void> {
  if ((await mkdir(dir, { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(dirname(dir));
}

/**
 * The names in the folder; none where there is no folder. Rejects with ConfigError when others may read it or a file in
 * it, or when something of it was lost.
 */
export async function openFolder(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const names = (await readdir(dir)).filter((name) => !name.startsWith('.'));
  const open: string[] = [];
  for (const path of [dir, ...names.map((name) => join(dir, name))])
    if (((await stat(path)).mode & 0o077) !== 0) open.push(path);
  if (open[0] !== undefined) {
    throw new ConfigError([
      `${open[0]}: other users of this machine may read it, and it holds the keys of the cluster; run: chmod -R go-rwx ${dir}`,
    ]);
  }
  const last = MADE_ONCE.findLastIndex((name) => names.includes(name));
  const lost = MADE_ONCE.slice(0, last + 1).filter((name) => !names.includes(name));
  if (lost.length > 0) {
    throw new ConfigError([
      `${dir}: ${lost.join(', ')} is missing while the rest is there; bring it back from a copy. Hosts that know ` +
        'the lost one would refuse another',
    ]);
  }
  return names;
}

/** A text in the folder; null: there is no such file. */
export async function textIn(dir: string, name: string): Promise<string | null> {
  try {
    return await readFile(join(dir, name), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
