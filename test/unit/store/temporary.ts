/** A folder for a test's database, and stores in it that are closed again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';
import type { SqliteOptions } from '../../../src/relay/store/sqlite/open.ts';
import type { SqliteStore } from '../../../src/relay/store/sqlite/store.ts';

export interface Temporary {
  /** A path in a new folder; nothing is there yet. */
  path: () => string;
  open: (path: string, options?: Partial<SqliteOptions>) => Promise<SqliteStore>;
}

/** To be called once in a test file. Everything is closed and removed after each test. */
export function temporary(): Temporary {
  const folders: string[] = [];
  const stores: SqliteStore[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  return {
    path: () => {
      const folder = mkdtempSync(join(tmpdir(), 'relay-store-'));
      folders.push(folder);
      return join(folder, 'relay.db');
    },
    open: async (path, options = {}) => {
      const store = await openSqliteStore({ path, ...options });
      stores.push(store);
      return store;
    },
  };
}
