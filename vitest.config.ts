import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/long-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    sequence: { sequencer: LongFirst },
    globalSetup: [
      'test/cassandra/shared-node.ts',
      'test/browser/say-missing.ts',
      'test/clients/offer-clients.ts',
      'test/imap/offer-dovecot.ts',
      'test/network/say-missing.ts',
      'test/promtool/offer-promtool.ts',
    ],
    // The tests of the whole daemon mostly wait: on two cores a third of them works while two do. 635 s instead of 790.
    maxWorkers: Math.max(3, availableParallelism()),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Worker threads and daemons that tests start needn't strip and compile the same files each time.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/relay-tests', import.meta.url)) },
  },
});
