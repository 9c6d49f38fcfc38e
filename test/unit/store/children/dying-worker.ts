/** A store worker that opens and then dies at the first call, in the way its path says. */
import { parentPort, workerData } from 'node:worker_threads';

const { path } = workerData as { path: string };
if (path === 'never starts') throw new Error('no way to start');
parentPort?.on('message', () => {
  if (path === 'throws') throw new Error('a bug in the worker');
  process.exit(3);
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
parentPort?.postMessage({ kind: 'ready', applied: [], checked: true });
