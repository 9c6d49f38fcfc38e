import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseListen } from '../../../src/relay/config/listen.ts';
import { connect } from '../../../src/relay/peers/connect.ts';
import type { Frame } from '../../../src/relay/peers/frames.ts';
import { apart, decodeHello, encodeHello, SPOKEN } from '../../../src/relay/peers/versions.ts';
import { ClusterOfHosts, DOWN } from './cluster-of-hosts.ts';

let hosts: ClusterOfHosts;
beforeEach(async () => {
  hosts = await ClusterOfHosts.make();
});
afterEach(() => hosts.close());

const NEXT = { protocol: 2, oldest: 1, version: '9.1.0' };
const FAR = { protocol: 3, oldest: 2, version: '10.0.0' };

describe('what two hosts speak', () => {
  test.each([
    ['the same', SPOKEN, SPOKEN, null],
    ['the next one still understands this one', SPOKEN, NEXT, null],
    ['this one still understands the one before', NEXT, SPOKEN, null],
    ['too far ahead', SPOKEN, FAR, /10\.0\.0 and speaks versions 2 to 3 .*upgrade this host/],
    ['too far behind', FAR, SPOKEN, /speaks version 1 .*upgrade that one/],
  ])('%s', (_name, ours, theirs, why) => {
    const said = apart(ours, theirs);
    if (why === null) expect(said).toBeNull();
    else expect(said).toMatch(why);
  });

  test('a greeting is read with whatever a later version says besides, and without any words', () => {
    expect(decodeHello(encodeHello(NEXT))).toEqual(NEXT);
    expect(decodeHello(Buffer.from(JSON.stringify({ ...NEXT, compress: ['zstd'] })))).toEqual(NEXT);
    const first = { protocol: 1, oldest: 1, version: null };
    for (const nothing of ['', 'no JSON', 'null', '[]', '{"protocol":"two"}', '{"protocol":-1}'])
      expect(decodeHello(Buffer.from(nothing)), nothing).toEqual(first);
    expect(decodeHello(Buffer.from('{"protocol":4}'))).toMatchObject({ protocol: 4, oldest: 4 });
    expect(decodeHello(Buffer.from('{"protocol":4,"oldest":9}'))).toMatchObject({ protocol: 4, oldest: 4 });
  });
});

describe('two versions beside each other', () => {
  test('a host of the next version is called as ever, and what it says besides is left alone', async () => {
    const server = await hosts.serve(
      'b1',
      { roster: async ({ version }) => ({ version, checkedBy: 'b1' }) },
      { spoken: NEXT },
    );
    const peers = await hosts.link('a1', 'b1', server.address);
    const answer = await peers.call('b1', 'roster', { version: 7 }, 1_000);
    expect(answer.version).toBe(7);
  });

  test('what it asks with more fields reaches the handler, and so does a row with an input of a new kind', async () => {
    const kept: unknown[] = [];
    const server = await hosts.serve('b1', {
      keep: async (request) => {
        kept.push(request);
        return { kept: 'disk' };
      },
    });
    const peers = await hosts.link('a1', 'b1', server.address, undefined, NEXT);
    const row = {
      id: 'j:1',
      shard: 3,
      stamp: { host: 'a1', seq: 1, atMs: 0, trusted: true, zone: 'UTC' },
      input: { kind: 'carrier pigeon', wings: 2 },
      raw: Buffer.from('coo'),
      weight: 1,
    };
    await peers.call('b1', 'keep', { rows: [row as never] }, 1_000);
    expect(kept).toEqual([{ rows: [row] }]);
  });

  test('a call that is not known here is refused in words, and the line lives on', async () => {
    const server = await hosts.serve('b1', {});
    const address = parseListen(server.address);
    if (address === null) throw new Error(server.address);
    const answered = Promise.withResolvers<Frame>();
    const { wire, opened } = connect(
      { name: 'b1', address, tls: await hosts.tls('a1'), spoken: NEXT },
      hosts.clock,
      1_000,
      { frame: answered.resolve, closed: (why) => answered.reject(new Error(why)) },
    );
    await opened;
    wire.send(99, 5, Buffer.from('{}'));
    const { id, body } = await answered.promise;
    expect(id).toBe(5);
    expect(body.toString()).toContain('is it of another version?');
    wire.destroy('the test is over');
    await wire.closed;
  });

  test('a host that has nothing in common with this one is not called, and it says so everywhere', async () => {
    const server = await hosts.serve('b1', {}, { spoken: FAR });
    const told = hosts.linkLog.next(DOWN);
    const peers = await hosts.link('a1', 'b1', server.address);
    await expect(peers.call('b1', 'roster', { version: 1 }, 1_000)).rejects.toThrow(
      /relay 10\.0\.0 and speaks versions 2 to 3 .* upgrade this host/,
    );
    await told;
    expect(String(hosts.linkLog.of(DOWN)[0]?.['why'])).toContain('10.0.0');
  });
});
