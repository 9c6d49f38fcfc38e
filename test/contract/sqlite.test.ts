import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openSqliteStore } from '../../src/relay/store/sqlite/open.ts';
import type { SqliteStore } from '../../src/relay/store/sqlite/store.ts';
import { storeContract } from './store.ts';
import { copyPromises } from './store/copies.ts';
import { EXACT } from './store/opened.ts';
import type { OpenStore } from './store/opened.ts';
import { nowMs } from './store/samples.ts';

async function open(): Promise<OpenStore> {
  const folder = await mkdtemp(join(tmpdir(), 'relay-store-'));
  const path = join(folder, 'relay.db');
  let store = await openSqliteStore({ path, nowMs });
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openSqliteStore({ path, nowMs });
      return store;
    },
    dispose: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

storeContract('SQLite', { open, capabilities: EXACT });

const files: (() => Promise<void>)[] = [];
const file = async (): Promise<SqliteStore> => {
  const folder = await mkdtemp(join(tmpdir(), 'relay-store-'));
  const store = await openSqliteStore({ path: join(folder, 'relay.db'), nowMs });
  files.push(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
};
afterEach(async () => {
  for (const dispose of files.splice(0)) await dispose();
});
copyPromises('SQLite', { source: file, target: file });
