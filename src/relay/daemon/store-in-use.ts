/**
 * Which store this host worked with last, kept beside its keys: relay.yaml may name another one before everything has
 * moved there, and a daemon that started on that one, empty as it is, would page nobody.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { replaceFile } from '../setup/write-whole.ts';

interface Kept {
  store: string;
}

const fileOf = (config: Config): string => join(config.keyDir, 'store-in-use.json');

/** What makes the configuration's store this one and no other, whatever the way to it. */
export const storeIdentity = ({ store }: Pick<Config, 'store'>): string =>
  store.kind === 'sqlite' ? `sqlite:${store.path}` : `cassandra: keyspace ${store.keyspace}`;

/** Rejects with StoreUnavailableError, with what to do, where an empty store takes the place of another. */
export async function refuseEmpty(config: Config, isEmpty: () => Promise<boolean>): Promise<void> {
  const former = await read(config);
  const present = storeIdentity(config);
  if (former === null || former === present || !(await isEmpty())) return;
  throw new StoreUnavailableError(
    `${config.path} names ${present}, which is empty, while everything is in ${former}: name that one again, start relay, and then move everything with relay store move (to begin anew with nothing, delete ${fileOf(config)})`,
  );
}

/** Notes that this host works with the configuration's store from now on. */
export async function noteInUse(config: Config, log: Log): Promise<void> {
  try {
    if ((await read(config)) === storeIdentity(config)) return;
    const kept: Kept = { store: storeIdentity(config) };
    await replaceFile(fileOf(config), `${JSON.stringify(kept)}\n`, 0o600);
  } catch (error) {
    log.warn({ err: error, file: fileOf(config) }, 'which store is in use could not be noted');
  }
}

async function read(config: Config): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(fileOf(config), 'utf8');
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
