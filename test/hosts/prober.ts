/**
 * Tries to connect to each port that standard input names, and prints which of them are open and which refuse. A
 * program without imports of ours: it is run on hosts that have nothing else.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Probed, Wanted } from './probe.ts';

const SILENT_AFTER_MS = 1_500;
const AT_ONCE = 2_000;

async function knock(host: string, port: number): Promise<'open' | 'refused' | 'silent'> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (what: 'open' | 'refused' | 'silent'): void => {
      socket.destroy();
      resolve(what);
    };
    socket.setTimeout(SILENT_AFTER_MS, () => done('silent'));
    socket.once('connect', () => done('open'));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      done(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'),
    );
  });
}

const wanted = JSON.parse(readFileSync(0, 'utf8')) as Wanted[];
const found: Probed[] = wanted.map(({ address }) => ({ address, open: [], refused: [] }));
const queue = wanted.flatMap(({ address, ports }, index) =>
  ports.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, offset) => ({ index, address, port: first + offset })),
  ),
);
const worker = async (): Promise<void> => {
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { index, address, port } = next;
    const what = await knock(address, port);
    if (what !== 'silent') found[index]?.[what].push(port);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
for (const one of found) {
  one.open.sort((a, b) => a - b);
  one.refused.sort((a, b) => a - b);
}
process.stdout.write(JSON.stringify(found));
