import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { stillOpen } from '../../../../src/relay/hosts/firewall/peers.ts';
import { PEER_PORTS } from '../../../../src/relay/hosts/ports.ts';
import { HostError, type Remote } from '../../../../src/relay/hosts/ssh/port.ts';
import { hostOf } from '../components/five-hosts.ts';
import { sandbox } from '../sandbox.ts';

const A1 = hostOf('a1', 'hetzner', '192.0.2.1');

/** A host that gets through to what `open` says when it looks. */
const peer = (name: string, open: () => readonly number[]): Remote => ({
  host: hostOf(name, 'netcup', '198.51.100.1'),
  run: () =>
    Promise.resolve(
      open()
        .map((port) => `${port}\n`)
        .join(''),
    ),
});

test('a door that another host no longer gets through is named', async () => {
  let b1 = [7000, 9042];
  let b2 = [7000];
  const look = await stillOpen(A1, [peer('b1', () => b1), peer('b2', () => b2)]);
  await look();
  b1 = [7000];
  await expect(look()).rejects.toThrow('b1 no longer gets through to 9042');
  b2 = [];
  await expect(look()).rejects.toThrow('b2 no longer gets through to 7000');
});

test('what was shut before is not asked for, nor a host that does not answer', async () => {
  const dead: Remote = {
    host: hostOf('b2', 'netcup', '198.51.100.2'),
    run: (what) => Promise.reject(new HostError('b2', what, 255, 'no route to host')),
  };
  const look = await stillOpen(A1, [peer('b1', () => []), dead]);
  await look();
});

test('doors are tried for real', async () => {
  const port = PEER_PORTS.cassandraClients;
  await using host = await sandbox(hostOf('b1', 'netcup', '198.51.100.1'));
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  // Which ports are a cluster's is fixed; which are free here is not.
  const here: Remote = {
    host: host.remote.host,
    run: async (what, script) =>
      (
        await host.remote.run(what, script.replace(/for port in [\d ]+/u, `for port in ${address.port}`))
      ).replace(String(address.port), String(port)),
  };
  const look = await stillOpen({ ...A1, address: '127.0.0.1' }, [here]);
  await look();
  await new Promise((resolve) => server.close(resolve));
  await expect(look()).rejects.toThrow(`b1 no longer gets through to ${port}`);
});
