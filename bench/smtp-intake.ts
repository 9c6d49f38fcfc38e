/** How many mails a second the mail intake takes by itself: accept resolves with the next turn of the loop. Prints JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Accept } from '../src/relay/events/accept.ts';
import { createMailReader } from '../src/relay/events/mail/reader.ts';
import { PRIVATE_NETWORKS, startSmtp } from '../src/relay/events/smtp.ts';
import type { Roster } from '../src/relay/oncall/types.ts';
import { flags } from './rig/children.ts';

const seconds = process.argv[2] ?? '5';
const log = { info: () => undefined, warn: console.error, error: console.error };
const roster: Roster = {
  version: 1,
  people: [],
  policies: [],
  overrides: [],
  defaultService: 'default',
  services: [{ id: 'default', policy: 'default', keyHashes: [] }],
};
let seq = 0;
const accept: Accept = (inputs) =>
  new Promise((resolve) => {
    setImmediate(() =>
      resolve(
        inputs.map(({ input, raw, stableId }) => ({
          id: `j:${stableId ?? String(seq)}`,
          shard: 0,
          stamp: { host: 'bench', seq: (seq += 1), atMs: 0, trusted: true },
          input,
          raw,
        })),
      ),
    );
  });
const reader = createMailReader({ log });
const smtp = await startSmtp({
  listen: { host: '127.0.0.1', port: 0 },
  domain: 'alerts.example',
  allowFrom: PRIVATE_NETWORKS,
  tls: null,
  users: null,
  roster: () => roster,
  accept,
  reader,
  reply: null,
  log,
});
const before = process.cpuUsage();
const main = process.threadCpuUsage();
const load = spawn(
  process.execPath,
  [fileURLToPath(new URL('load/smtp.ts', import.meta.url)), ...flags({ port: smtp.address.port, seconds })],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [output] = await Promise.all([text(load.stdout), once(load, 'exit')]);
const result = JSON.parse(output) as { accepted: number };
const all = process.cpuUsage(before);
const thread = process.threadCpuUsage(main);
const perMail = (usage: { user: number; system: number }): number =>
  Math.round((usage.user + usage.system) / result.accepted);
await smtp.close();
await reader.close();
console.log(
  JSON.stringify({
    bench: 'smtp-intake',
    cores: availableParallelism(),
    ...result,
    mainThreadCpuUsPerMail: perMail(thread),
    processCpuUsPerMail: perMail(all),
    rssMb: Math.round(process.memoryUsage().rss / 1e6),
  }),
);
