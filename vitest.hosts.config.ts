import { defineConfig } from 'vitest/config';

/** `npm run test:hosts`: real hosts by ssh, one after the other. Each scenario goes on from what the one before left. */
export default defineConfig({
  test: {
    include: ['test/hosts/*.hosts.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    sequence: { concurrent: false, shuffle: false },
    // What comes later has no host to stand on when the installation failed.
    bail: 1,
    testTimeout: 1_200_000,
    hookTimeout: 900_000,
  },
});
