/** Where the configuration is searched: --config, RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from './types.ts';

export const SYSTEM_CONFIG = '/etc/relay/relay.yaml';

/** What `relay init` makes for those who aren't root, in the folder that it is run in. */
export const INIT_FOLDER = 'relay-data';

/** What findConfig says of a file that was named and isn't there. */
export const NO_SUCH_FILE = 'no such file';

export interface Where {
  /** The value of --config. */
  flag?: string | undefined;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/**
 * The absolute path of the configuration file, or null when the last two places have none. A file that was named
 * (--config, RELAY_CONFIG) is not looked for elsewhere: rejects with ConfigError when it isn't there.
 */
export async function findConfig(where: Where): Promise<string | null> {
  const { named, path } = namedConfig(where);
  if (path !== null) {
    if (await isFile(path)) return path;
    if (existsSync(path))
      throw new ConfigError([
        `${path}: not a file (named by ${named}); name the configuration itself, such as ${join(path, 'relay.yaml')}`,
      ]);
    throw new ConfigError([`${path}: ${NO_SUCH_FILE} (named by ${named}); write one with: relay init`]);
  }
  for (const candidate of [resolve(where.cwd, 'relay.yaml'), SYSTEM_CONFIG]) {
    if (await isFile(candidate)) return candidate;
  }
  return null;
}

/** Like findConfig, but rejects with ConfigError saying where it looked. */
export async function requireConfig(where: Where): Promise<string> {
  const path = await findConfig(where);
  if (path !== null) return path;
  const looked = `no configuration: looked at --config, RELAY_CONFIG, ${resolve(where.cwd, 'relay.yaml')} and ${SYSTEM_CONFIG}; `;
  const made = await madeHere(where.cwd);
  if (made !== null) throw new ConfigError([`${looked}there is one: export RELAY_CONFIG=${made}`]);
  throw new ConfigError([`${looked}make one with: relay init`]);
}

/** The one that `relay init` wrote here, which another terminal than its own isn't told of; null: there is none. */
export async function madeHere(cwd: string): Promise<string | null> {
  const made = resolve(cwd, INIT_FOLDER, 'relay.yaml');
  return (await isFile(made)) ? made : null;
}

function namedConfig(where: Where): { named: string; path: string | null } {
  if (where.flag !== undefined) return { named: '--config', path: resolve(where.cwd, where.flag) };
  const fromEnv = where.env['RELAY_CONFIG'];
  if (fromEnv !== undefined && fromEnv !== '')
    return { named: 'RELAY_CONFIG', path: resolve(where.cwd, fromEnv) };
  return { named: '', path: null };
}

/** A directory or nothing there is "no"; a folder that can't be searched is an error worth showing. */
async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    if (code === 'EACCES') {
      throw new ConfigError([`${path}: permission denied; run as root or as the user relay runs as`]);
    }
    throw error;
  }
}
