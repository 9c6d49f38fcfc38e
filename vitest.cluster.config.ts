import { defineConfig } from 'vitest/config';

/** `npm run test:cluster`: what needs five real nodes. One file at a time, since five JVMs leave room for nothing else. */
export default defineConfig({
  test: {
    include: ['test/**/*.cluster.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    globalSetup: ['test/cassandra/need-nodes.ts'],
    testTimeout: 300_000,
    // Five nodes come up in 15 s on two idle cores; before that, once, their jars are fetched.
    hookTimeout: 600_000,
  },
});
