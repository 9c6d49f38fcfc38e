/** Listens on the ports given, on every address, and says so. Run in a network namespace. */
import { once } from 'node:events';
import { createServer } from 'node:net';

for (const port of process.argv.slice(2)) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
  });
  server.listen({ port: Number(port), host: '::', ipv6Only: false, backlog: 1_000 });
  await once(server, 'listening');
}
process.stdout.write('listening\n');
