/**
 * Which store this host worked with last, kept beside its keys. Everybody to page is in it: a relay that began anew because
 * its database had vanished would look well and page nobody.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/types.ts';
import { isDatabaseThere, logAloneText } from '../store/sqlite/files.ts';
import { replaceFile } from './write-whole.ts';

type Part = Pick<Config, 'store' | 'keyDir'>;

interface Kept {
  store: string;
}

export const inUseFile = ({ keyDir }: Pick<Config, 'keyDir'>): string => join(keyDir, 'store-in-use.json');

/** What makes the configuration's store this one and no other, whatever the way to it. */
export const storeIdentity = ({ store }: Pick<Config, 'store'>): string =>
  store.kind === 'sqlite' ? `sqlite:${store.path}` : `cassandra: keyspace ${store.keyspace}`;

/** The identity of the store this host worked with last; null: none yet. Rejects with the system's error. */
export async function storeInUse(config: Part): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(inUseFile(config), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    return (JSON.parse(text) as Kept).store;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Rejects with the system's error. */
export async function keepInUse(config: Part): Promise<void> {
  const kept: Kept = { store: storeIdentity(config) };
  await replaceFile(inUseFile(config), `${JSON.stringify(kept)}\n`, 0o600);
}

/** What to do where the database that this host worked with is not there any more; null: it is, or there was none. */
export async function vanishedText(config: Part): Promise<string | null> {
  const { store } = config;
  if (store.kind !== 'sqlite' || isDatabaseThere(store.path)) return null;
  const logAlone = logAloneText(store.path);
  if (logAlone !== null || (await storeInUse(config)) !== storeIdentity(config)) return logAlone;
  return `${store.path} is not there, and relay worked with it: everybody to page and every incident is in it. Is its disk mounted? Put it back, with ${store.path}-wal if there is one, or put a backup in (relay restore FILE); to begin anew with nobody, delete ${inUseFile(config)} and run relay init. Nothing was changed`;
}
