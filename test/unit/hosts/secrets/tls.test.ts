import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSecrets } from '../../../../src/relay/hosts/secrets/open.ts';
import { renewSecrets } from '../../../../src/relay/hosts/secrets/renew.ts';
import type { ClusterSecrets, Inventory } from '../../../../src/relay/hosts/types.ts';
import { read } from '../inventory/inventory-text.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-tls-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const inventory = (): Inventory => ({ ...read(), path: join(dir, 'cluster.yaml') });
const open = async (): Promise<ClusterSecrets> => (await openSecrets(inventory())).secrets;

/** a1 answers with what it has, b1 calls with what it has; whom each takes the other for. */
async function meet(a1: ClusterSecrets, b1: ClusterSecrets): Promise<{ called: string; caller: string }> {
  const caller = Promise.withResolvers<string>();
  const server = createServer(
    { ...a1.certificates['a1'], ca: a1.authority.cert, requestCert: true, rejectUnauthorized: true },
    (socket) => {
      caller.resolve(String(socket.getPeerCertificate().subject.CN));
      socket.on('error', caller.reject);
      socket.end();
    },
  );
  server.on('tlsClientError', caller.reject);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'a1',
      ...b1.certificates['b1'],
      ca: b1.authority.cert,
    });
    try {
      await once(socket, 'secureConnect');
      return { called: String(socket.getPeerCertificate().subject.CN), caller: await caller.promise };
    } finally {
      socket.destroy();
    }
  } finally {
    caller.promise.catch(() => 'told by the other side already');
    server.close();
  }
}

test('two hosts prove themselves to each other', async () => {
  const secrets = await open();
  expect(await meet(secrets, secrets)).toEqual({ called: 'a1', caller: 'b1' });
});

test('while the authority is replaced, hosts at neighbouring steps still meet; in the end the old one is a stranger', async () => {
  const steps = [await open()];
  for (let step = 0; step < 3; step += 1) {
    await renewSecrets(inventory(), 'authority');
    steps.push(await open());
  }
  const [first, trusting, signed, last] = steps as [
    ClusterSecrets,
    ClusterSecrets,
    ClusterSecrets,
    ClusterSecrets,
  ];
  for (const [one, other] of [
    [first, trusting],
    [trusting, signed],
    [signed, last],
  ] as const) {
    expect(await meet(one, other)).toEqual({ called: 'a1', caller: 'b1' });
    expect(await meet(other, one)).toEqual({ called: 'a1', caller: 'b1' });
  }
  await expect(meet(first, last)).rejects.toThrow(/unable to verify|self[- ]signed|unknown ca/u);
});
