/** A copy of a keyspace while hosts work with it, restored into a file, and a file's into a keyspace. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';
import type { SqliteStore } from '../../../src/relay/store/sqlite/store.ts';
import type { CassandraStore } from '../../../src/relay/store/cassandra/store.ts';
import { nodesMissing, sharedNode } from '../../cassandra/use-node.ts';
import { copyPromises } from '../store/copies.ts';
import { nowMs } from '../store/samples.ts';
import { TestKeyspace } from './keyspace.ts';

const FIRST_RUN_MS = 600_000;

// Needs Linux, Java 17 and Maven; the run's last lines say so where they are missing, and CI fails there.
describe.skipIf(nodesMissing() !== null)('on a real node', () => {
  let keyspace: TestKeyspace;
  const files: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    keyspace = await TestKeyspace.make(await sharedNode());
  }, FIRST_RUN_MS);
  afterEach(async () => {
    for (const dispose of files.splice(0)) await dispose();
  });
  afterAll(() => keyspace.drop());

  const nodes = async (): Promise<CassandraStore> => {
    await keyspace.empty();
    return keyspace.open({ wallMs: nowMs });
  };
  const file = async (): Promise<SqliteStore> => {
    const folder = await mkdtemp(join(tmpdir(), 'relay-copy-'));
    const store = await openSqliteStore({ path: join(folder, 'relay.db'), nowMs });
    files.push(async () => {
      await store.close();
      await rm(folder, { recursive: true });
    });
    return store;
  };

  copyPromises('Cassandra', { source: nodes, target: file });
  copyPromises('SQLite, restored into Cassandra,', { source: file, target: nodes });
});
