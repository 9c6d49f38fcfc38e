/** The files that a relay can't be brought back without: its configuration, its keys, and, if wanted, its secrets. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config/types.ts';
import { filesOfDatabase } from '../store/sqlite/files.ts';
import { BackupError } from './format.ts';
import type { FileLine } from './format.ts';

/** Says which store this host works with: of no use on another. */
const NOT_KEPT = ['store-in-use.json'];

/** What the store is on this machine's disk: nothing, where it is elsewhere. */
export const filesOfStore = ({ store }: Pick<Config, 'store'>): string[] =>
  store.kind === 'sqlite' ? filesOfDatabase(store.path) : [];

/** Rejects with BackupError where one can't be read. */
export async function filesOf(config: Config, withSecrets: boolean): Promise<FileLine[]> {
  const keys = await readdir(config.keyDir, { withFileTypes: true });
  // relay init makes the API's token as it makes the other keys: whoever brings it back has none elsewhere.
  const isKey = (path: string): boolean => path === config.api.tokenFile && dirname(path) === config.keyDir;
  const secrets = new Map(
    secretFiles(config)
      .filter(([, path]) => !isKey(path))
      .map(([key, path]) => [path, key]),
  );
  const kept = keys
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !NOT_KEPT.includes(entry.name))
    .map(({ name }): [string, string] => [`keys/${name}`, join(config.keyDir, name)])
    // Passwords lie beside the keys where relay init has put them.
    .filter(([, path]) => !secrets.has(path));
  const wanted: [name: string, path: string][] = [['relay.yaml', config.path], ...kept];
  if (withSecrets)
    wanted.push(...[...secrets].map(([path, key]): [string, string] => [`secrets/${key}`, path]));
  return Promise.all(wanted.map(([name, path]) => lineOfFile(name, path)));
}

/** Where secrets lie, by their key in relay.yaml. */
export function secretFiles(config: Config): [key: string, path: string][] {
  const { store, twilio, mail, api, imap, providers } = config;
  const found: [string, string | null | undefined][] = [
    ['store.cassandra.passwordFile', store.kind === 'cassandra' ? store.passwordFile : null],
    ['twilio.authTokenFile', twilio?.authTokenFile],
    ['twilio.secondaryTokenFile', twilio?.secondaryTokenFile],
    ['mail.passwordFile', mail?.passwordFile],
    ...(mail?.behind ?? []).map(({ passwordFile }, index): [string, string | null | undefined] => [
      `mail.servers.${index + 2}.passwordFile`,
      passwordFile,
    ]),
    ['api.tokenFile', api.tokenFile],
    ...(imap ?? []).map(({ passwordFile }, index): [string, string | null] => [
      `imap.${index}.passwordFile`,
      passwordFile,
    ]),
    ...(providers ?? []).map(({ name, by }): [string, string | null] => [
      `providers.${name}.secretFile`,
      by.kind === 'http' ? by.secretFile : null,
    ]),
  ];
  return found.filter((one): one is [string, string] => typeof one[1] === 'string');
}

async function lineOfFile(name: string, path: string): Promise<FileLine> {
  try {
    const content = await readFile(path);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { kind: 'file', name, base64: content.toString('base64'), sha256 };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new BackupError(
      `${path} can't be read (${String(error.code)}): back up as the user that relay runs as (sudo -u relay relay backup), or as root`,
    );
  }
}
