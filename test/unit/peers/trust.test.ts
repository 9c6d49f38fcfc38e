import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseListen } from '../../../src/relay/config/listen.ts';
import { makeAuthority, makeHostTls } from '../../cluster/certificates.ts';
import { ClusterOfHosts, DOWN, REFUSED } from './cluster-of-hosts.ts';

let hosts: ClusterOfHosts;
beforeEach(async () => {
  hosts = await ClusterOfHosts.make();
});
afterEach(() => hosts.close());

const roster = async ({ version }: { version: number }): Promise<{ version: number }> => ({ version });
const neverAsked = { roster: (): Promise<never> => expect.fail('a stranger was served') };
const strangers = async (name: string) => makeHostTls(await makeAuthority('Another cluster'), name);

/** Why a1 has no link to b1, as a1's log and its callers are told. */
async function whyNoLink(address: string, tls?: Awaited<ReturnType<typeof strangers>>): Promise<string> {
  const down = hosts.linkLog.next(DOWN);
  const peers = await hosts.link('a1', 'b1', address, tls);
  const waiting = peers.call('b1', 'roster', { version: 1 }, 60_000);
  await expect(waiting).rejects.toThrow('b1: ');
  await down;
  const why = String(hosts.linkLog.of(DOWN)[0]?.['why']);
  await expect(peers.call('b1', 'roster', { version: 1 }, 60_000)).rejects.toThrow(`no connection: ${why}`);
  return why;
}

describe('only hosts of the cluster speak to each other', () => {
  test('a caller that another authority has signed', async () => {
    const server = await hosts.serve('b1', neverAsked);
    const tls = await strangers('a1');
    const refused = hosts.serverLog.next(REFUSED);
    // It trusts b1, and lies about itself.
    const why = await whyNoLink(server.address, { ...tls, ca: (await hosts.tls('a1')).ca });
    expect(why).toMatch(/^it refused this host: a certificate that cluster.tls.caFile does not prove/u);
    await refused;
    expect(hosts.serverLog.of(REFUSED)).toEqual([
      { address: '127.0.0.1', why: expect.stringMatching(/does not prove/u) },
    ]);
  });

  test('a caller without a certificate', async () => {
    const server = await hosts.serve('b1', neverAsked);
    const refused = hosts.serverLog.next(REFUSED);
    const { ca } = await hosts.tls('a1');
    const socket = connectTls({
      ...portOf(server.address),
      ca,
      ALPNProtocols: ['relay-peer/1'],
      servername: 'b1',
    });
    socket.on('error', () => {});
    socket.resume();
    await Promise.all([refused, once(socket, 'close')]);
    expect(hosts.serverLog.of(REFUSED)).toEqual([{ address: '127.0.0.1', why: 'no certificate' }]);
  });

  test('a host that another authority has signed is not called', async () => {
    const server = await hosts.serve('b1', neverAsked, {
      tls: { ...(await strangers('b1')), ca: (await hosts.tls('b1')).ca },
    });
    expect(await whyNoLink(server.address)).toMatch(/certificate/u);
  });

  test('a host that answers with the name of another is not called', async () => {
    const server = await hosts.serve('a2', neverAsked);
    expect(await whyNoLink(server.address)).toBe('its certificate is of CN=a2; DNS:a2, not of b1');
  });

  test('a caller whose name nobody knows is refused in words, and told of once', async () => {
    const server = await hosts.serve('b1', neverAsked);
    const why = await whyNoLink(server.address, await hosts.tls('c9'));
    expect(why).toBe('it refused this host: a certificate of CN=c9; DNS:c9: no host of cluster.hosts');
    const again = hosts.linkLog.of(DOWN).length;
    hosts.clock.advance(500);
    await expect(
      (await hosts.link('c9', 'b1', server.address)).call('b1', 'roster', { version: 1 }, 60_000),
    ).rejects.toThrow('c9');
    expect(hosts.serverLog.of(REFUSED)).toHaveLength(1);
    expect(again).toBe(1);
  });

  test('a certificate for several hosts proves nothing', async () => {
    const server = await hosts.serve('b1', neverAsked);
    expect(await whyNoLink(server.address, await hosts.tls('a1', 'a2'))).toContain('several hosts');
  });

  test('a host may have other names beside its own', async () => {
    const server = await hosts.serve('b1', { roster }, { tls: await hosts.tls('node-4.example.com', 'b1') });
    const peers = await hosts.link('a1', 'b1', server.address, await hosts.tls('a1', 'node-1.example.com'));
    expect(await peers.call('b1', 'roster', { version: 3 }, 1_000)).toEqual({ version: 3 });
  });

  test('plain HTTP, and TLS that speaks something else, get nothing', async () => {
    const server = await hosts.serve('b1', neverAsked);
    const plain = connectPlain(portOf(server.address));
    plain.on('error', () => {});
    plain.resume();
    const refused = hosts.serverLog.next(REFUSED);
    plain.write('GET /healthz HTTP/1.1\r\nhost: b1\r\n\r\n');
    await Promise.all([refused, once(plain, 'close')]);
    expect(hosts.serverLog.of(REFUSED)).toEqual([
      { address: '127.0.0.1', why: expect.stringMatching(/http request/u) },
    ]);
    const tls = await hosts.tls('a1');
    const other = connectTls({
      ...portOf(server.address),
      ...tls,
      servername: 'b1',
      ALPNProtocols: ['http/1.1'],
    });
    const [error] = (await once(other, 'error').catch((thrown: unknown) => [thrown])) as [Error];
    expect(error.message).toMatch(/no application protocol/u);
  });

  test('a caller that breaks the rules of the wire is cut off', async () => {
    const server = await hosts.serve('b1', neverAsked);
    const tls = await hosts.tls('a1');
    const socket = connectTls({
      ...portOf(server.address),
      ...tls,
      servername: 'b1',
      ALPNProtocols: ['relay-peer/1'],
    });
    socket.on('error', () => {});
    await once(socket, 'data');
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 18]));
    await once(socket, 'close');
  });
});

function portOf(address: string): { host: string; port: number } {
  const parsed = parseListen(address);
  if (parsed === null) throw new Error(`no address: ${address}`);
  return parsed;
}
