/**
 * Reads what to try, a line each; says which connections got in. Run in a network namespace. What is dropped is never
 * heard of: whoever isn't in once connections that were begun later are, isn't let in. So no time is waited for.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Probe } from './namespace.ts';

/** Packets keep their order on a cable, but not quite over several processors. */
const MARKERS = 3;

const begin = ({ from, to, port }: Probe): Socket =>
  connect({ host: to, port, localAddress: from }).on('error', () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const { probes, marker } = JSON.parse(line) as { probes: Probe[]; marker: Probe };
  const isIn = probes.map(() => false);
  const sockets = probes.map((probe, index) => begin(probe).on('connect', () => (isIn[index] = true)));
  for (let count = 0; count < MARKERS; count += 1) {
    const after = begin(marker);
    await once(after, 'connect');
    after.destroy();
  }
  process.stdout.write(`${JSON.stringify(isIn)}\n`);
  for (const socket of sockets) socket.resetAndDestroy();
}
