/** The store over Cassandra against one real node. */
import { afterAll, beforeAll, describe } from 'vitest';
import { nodesMissing, sharedNode } from '../cassandra/use-node.ts';
import { DISTANT, cassandraEngine } from './cassandra/engine.ts';
import { TestKeyspace } from './cassandra/keyspace.ts';
import { storeContract } from './store.ts';

/** A machine's first run fetches the jars before any node starts. */
const FIRST_RUN_MS = 600_000;

// Needs Linux, Java 17 and Maven; the run's last lines say so where they are missing, and CI fails there.
describe.skipIf(nodesMissing() !== null)('on a real node', () => {
  let keyspace: TestKeyspace;
  beforeAll(async () => {
    keyspace = await TestKeyspace.make(await sharedNode());
  }, FIRST_RUN_MS);
  afterAll(() => keyspace.drop());

  storeContract('Cassandra', { open: cassandraEngine(() => keyspace), capabilities: DISTANT });
});
