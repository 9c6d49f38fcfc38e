/** `npm run clients`: fetches and builds the clients of other tools, so that no test waits for a download. */
import { goClients, pythonClients } from './made.ts';
import { missingClients } from './missing.ts';

const missing = missingClients();
for (const [name, why] of Object.entries(missing)) {
  if (why !== null) process.stdout.write(`left out ${name}: it needs ${why}\n`);
}
if (missing.python === null) await pythonClients();
if (missing.go === null) await goClients();
