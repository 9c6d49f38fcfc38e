/** Writes the description of the control API as a server tells it: `npm run openapi`. */
import { clientFor } from '../../../src/cli/client.ts';
import { standIn } from './stand-in.ts';

const relay = await standIn();
try {
  const client = clientFor({ kind: 'socket', socket: relay.socket });
  process.stdout.write(`${JSON.stringify(await client.get<object>('/openapi.json'), null, 2)}\n`);
} finally {
  await relay.close();
}
