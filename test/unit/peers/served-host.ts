/** A host in a process of its own, so that it can be frozen. Reads its certificates from standard input, prints its address. */
import { text } from 'node:stream/consumers';
import { startPeerServer } from '../../../src/relay/peers/server.ts';

const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for in this test'));
const tls = JSON.parse(await text(process.stdin)) as { ca: string; cert: string; key: string };
const { address } = await startPeerServer({
  listen: { host: '127.0.0.1', port: 0 },
  tls,
  hosts: ['a1'],
  handlers: {
    take: notAsked,
    forget: notAsked,
    keep: notAsked,
    release: notAsked,
    roster: async ({ version }) => ({ version }),
    state: notAsked,
    handIn: notAsked,
  },
  log: { info: () => {}, warn: () => {}, error: () => {} },
});
process.stdout.write(`${address}\n`);
