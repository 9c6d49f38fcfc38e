/** Where `relay start` ends up: loads the daemon, makes sure that it is loaded lean, and runs it. */
import { startAgainIfCold } from './daemon/lean.ts';
import { Signals } from './daemon/signals.ts';

process.title = 'relay';
const signals = new Signals(process);

// Loaded here and not above: only what comes after the cache is looked after is kept in it.
const { run } = await import('./run.ts');
// Nothing is open yet that would have to be closed.
if (signals.ending) process.exit(0);
await startAgainIfCold([
  new URL('./store/sqlite/worker.ts', import.meta.url),
  new URL('./events/mail/worker.ts', import.meta.url),
]);
await run(signals);
