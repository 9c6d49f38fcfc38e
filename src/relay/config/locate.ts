/**
 * Finds the daemon for the CLI, which can't afford zod (36 ms) nor, for a file as `relay init` writes it, yaml (24 ms).
 * RELAY_URL names a daemon elsewhere; otherwise it is the unix socket of the configuration found.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { defaultSocket, sqlitePath } from './paths.ts';
import { plainYaml } from './plain-yaml.ts';
import { findConfig, requireConfig } from './search.ts';
import type { Where } from './search.ts';
import { readSecret } from './secrets.ts';
import { ConfigError } from './types.ts';

export type ApiPlace =
  | { kind: 'socket'; socket: string; config: string }
  | { kind: 'url'; url: string; token: string | null };

/** Where the control API answers. Rejects with ConfigError when nothing says where. */
export async function locateApi(where: Where): Promise<ApiPlace> {
  const url = where.env['RELAY_URL'];
  if (url !== undefined && url !== '') return { kind: 'url', url: webUrl(url), token: await tokenFor(where) };
  const config = await requireConfig(where);
  const keys = await apiKeys(config);
  if (keys.socket !== undefined)
    return { kind: 'socket', socket: resolve(dirname(config), keys.socket), config };
  const database = keys.store === undefined ? null : sqlitePath(keys.store, dirname(config));
  const beside = keys.distant ? config : database;
  if (beside === null) throw new ConfigError([`${config}: expected api.socket or a store, got neither`]);
  return { kind: 'socket', socket: defaultSocket(beside), config };
}

function webUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/u.test(url.protocol)) return text.replace(/\/+$/u, '');
  throw new ConfigError(['RELAY_URL: expected a URL such as https://relay.example.com:8081']);
}

/** RELAY_TOKEN, or the api.tokenFile of a configuration at hand; a machine with RELAY_URL alone needs none. */
async function tokenFor(where: Where): Promise<string | null> {
  const warn = (): void => {};
  const env = where.env;
  const direct = await readSecret({ key: 'api.tokenFile', variable: 'RELAY_TOKEN', file: null, env, warn });
  if (direct !== null) return direct;
  const config = await findConfig(where);
  const file = config === null ? undefined : (await apiKeys(config)).tokenFile;
  if (config === null || file === undefined) return null;
  return readSecret({
    key: 'api.tokenFile',
    variable: 'RELAY_TOKEN',
    file: resolve(dirname(config), file),
    env,
    warn,
  });
}

interface ApiKeys {
  store?: string;
  /** The store is no file of this machine. */
  distant: boolean;
  socket?: string;
  tokenFile?: string;
}

async function apiKeys(path: string): Promise<ApiKeys> {
  const text = await readFile(path, 'utf8');
  const plain = plainYaml(text);
  if (plain !== null) return keysOf((key) => plain.get(key));
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new ConfigError([`${path}: not valid YAML; relay start says what is wrong`]);
  return keysOf((key) => document.getIn(key.split('.')));
}

function keysOf(read: (key: string) => unknown): ApiKeys {
  const keys: ApiKeys = { distant: read('store.cassandra') !== undefined };
  const text = (key: string, put: (value: string) => void): void => {
    const value = read(key);
    if (typeof value === 'string' && value !== '') put(value);
  };
  text('store', (value) => (keys.store = value));
  text('api.socket', (value) => (keys.socket = value));
  text('api.tokenFile', (value) => (keys.tokenFile = value));
  return keys;
}
