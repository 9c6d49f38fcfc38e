/** Where `relay start` ends up: loads the daemon, makes sure that it is loaded lean, and runs it. */
import { startAgainIfCold } from './daemon/lean.ts';

process.title = 'relay';

// Loaded here and not above: only what comes after the cache is looked after is kept in it.
const { run } = await import('./run.ts');
await startAgainIfCold([
  new URL('./store/sqlite/worker.ts', import.meta.url),
  new URL('./events/mail/worker.ts', import.meta.url),
]);
await run();
