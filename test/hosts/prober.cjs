// Tries to connect to each port that standard input names ([{address, ports: [[first, last]]}]) and prints which
// of them are open and which refuse. One file without imports of ours: it is run on hosts that have nothing else.
const net = require('node:net');

const SILENT_AFTER_MS = 1500;
const AT_ONCE = 2000;

function knock(address, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: address, port });
    const done = (what) => {
      socket.destroy();
      resolve(what);
    };
    socket.setTimeout(SILENT_AFTER_MS, () => done('silent'));
    socket.once('connect', () => done('open'));
    socket.once('error', (error) => done(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'));
  });
}

async function main() {
  const wanted = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  const found = wanted.map(({ address }) => ({ address, open: [], refused: [] }));
  const queue = wanted.flatMap(({ address, ports }, index) =>
    ports.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, offset) => ({ index, address, port: first + offset })),
    ),
  );
  let next = 0;
  const worker = async () => {
    while (next < queue.length) {
      const { index, address, port } = queue[next++];
      const what = await knock(address, port);
      if (what !== 'silent') found[index][what].push(port);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const one of found) {
    one.open.sort((a, b) => a - b);
    one.refused.sort((a, b) => a - b);
  }
  process.stdout.write(JSON.stringify(found));
}

void main();
