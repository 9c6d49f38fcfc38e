/** How many events a second the HTTP intake takes by itself: accept resolves with the next turn of the loop. Prints JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Accept } from '../src/relay/events/accept.ts';
import { type AlertsPort, httpIntake, startHttp } from '../src/relay/events/http.ts';
import { hashKey } from '../src/relay/events/keys.ts';
import type { Roster } from '../src/relay/oncall/types.ts';
import { flags } from './rig/children.ts';

const seconds = process.argv[2] ?? '5';
const key = '0123456789abcdef0123456789abcdef';
const log = { info: () => undefined, warn: console.error, error: console.error };
const roster: Roster = {
  version: 1,
  people: [],
  policies: [],
  overrides: [],
  defaultService: 'default',
  services: [{ id: 'default', policy: 'default', keyHashes: [hashKey(key)] }],
};
let seq = 0;
const accept: Accept = (inputs) =>
  new Promise((resolve) => {
    setImmediate(() =>
      resolve(
        inputs.map(({ input, raw }) => ({
          id: `j:${seq}`,
          shard: 0,
          stamp: { host: 'bench', seq: (seq += 1), atMs: 0, trusted: true },
          input,
          raw,
        })),
      ),
    );
  });
// Nobody asks for alerts here.
const alerts: AlertsPort = {
  store: () => ({ load: async (of) => ({ key: of, op: null, state: null }), incidents: async () => [] }),
  whenDone: async () => true,
  nowMs: () => 0,
};
const http = await startHttp({
  listen: { host: '127.0.0.1', port: 0 },
  tls: null,
  log,
  plugins: [httpIntake({ roster: () => roster, accept, alerts, log })],
});
const before = process.cpuUsage();
const load = spawn(
  process.execPath,
  [
    fileURLToPath(new URL('load/http.ts', import.meta.url)),
    ...flags({ port: http.address.port, key, seconds }),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [output] = await Promise.all([text(load.stdout), once(load, 'exit')]);
const result = JSON.parse(output) as { accepted: number };
const usage = process.cpuUsage(before);
await http.close();
console.log(
  JSON.stringify({
    bench: 'http-intake',
    cores: availableParallelism(),
    ...result,
    cpuUsPerEvent: Math.round((usage.user + usage.system) / result.accepted),
    rssMb: Math.round(process.memoryUsage().rss / 1e6),
  }),
);
