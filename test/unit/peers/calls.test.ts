import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PeerError, type PeerHandlers } from '../../../src/relay/peers/port.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { ClusterOfHosts } from './cluster-of-hosts.ts';

let hosts: ClusterOfHosts;
beforeEach(async () => {
  hosts = await ClusterOfHosts.make();
});
afterEach(() => hosts.close());

const row = (raw: Uint8Array | null): JournalRow => ({
  id: 'j:1',
  shard: 3,
  stamp: { host: 'a1', atMs: 1, seq: 1, trusted: true },
  input: { kind: 'test', person: 'ana', actor: 'ben' },
  raw,
});

describe('calls between hosts', () => {
  test('each kind of call brings what was asked, who asked, and its answer back', async () => {
    const heard: unknown[] = [];
    const hear = (what: string, request: unknown, from: string): void =>
      void heard.push([what, request, from]);
    const handlers: PeerHandlers = {
      take: async (request, from) => {
        hear('take', request, from);
        return { outgoing: [], due: [{ id: 'd:1', dueAtMs: 5, aggregate: 'i:disk/x', timer: 't' }] };
      },
      forget: async (request, from) => {
        hear('forget', request, from);
        return null;
      },
      keep: async (request, from) => {
        hear('keep', request, from);
        return { kept: 'disk' };
      },
      release: async (request, from) => {
        hear('release', request, from);
        return null;
      },
      roster: async ({ version }, from) => {
        hear('roster', { version }, from);
        return { version: version + 1 };
      },
      state: async (request, from) => {
        hear('state', request, from);
        return { open: 2, hosts: ['a1'] };
      },
      handIn: async (request, from) => {
        hear('handIn', request, from);
        return { number: 12 };
      },
    };
    const server = await hosts.serve('b1', handlers);
    const peers = await hosts.link('a1', 'b1', server.address);
    expect(peers.hosts).toEqual(['b1']);
    const take = {
      aggregate: 'i:disk/x',
      kind: 'lineage' as const,
      id: 'j:1/0',
      input: { kind: 'fired' as const, timer: 'größer' },
      rows: ['j:1'],
    };
    expect(await peers.call('b1', 'take', take, 1_000)).toEqual({
      outgoing: [],
      due: [{ id: 'd:1', dueAtMs: 5, aggregate: 'i:disk/x', timer: 't' }],
    });
    const forget = [{ aggregate: 'i:disk/x', row: 'j:1' }];
    expect(await peers.call('b1', 'forget', forget, 1_000)).toBeNull();
    expect(await peers.call('b1', 'release', { ids: ['j:1'] }, 1_000)).toBeNull();
    expect(await peers.call('b1', 'roster', { version: 4 }, 1_000)).toEqual({ version: 5 });
    expect(await peers.call('b1', 'state', null, 1_000)).toEqual({ open: 2, hosts: ['a1'] });
    expect(heard).toEqual([
      ['take', take, 'a1'],
      ['forget', forget, 'a1'],
      ['release', { ids: ['j:1'] }, 'a1'],
      ['roster', { version: 4 }, 'a1'],
      ['state', null, 'a1'],
    ]);
  });

  test('accepted rows arrive with every raw byte, small ones and a large mail', async () => {
    const kept: JournalRow[] = [];
    const server = await hosts.serve('b1', {
      keep: async ({ rows }) => {
        kept.push(...rows);
        return { kept: 'journal' };
      },
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    // A view into larger memory: only its own bytes may go.
    const view = new Uint8Array(every.buffer, 10, 5);
    const mail = Buffer.alloc(12 * 1024 * 1024, 'Überlauf\r\n');
    const small = [row(every), row(view), row(null)];
    expect(await peers.call('b1', 'keep', { rows: small }, 1_000)).toEqual({ kept: 'journal' });
    await peers.call('b1', 'keep', { rows: [row(mail)] }, 1_000);
    expect(kept.slice(0, 3).map(({ raw }) => raw && [...raw])).toEqual([
      [...every],
      [10, 11, 12, 13, 14],
      null,
    ]);
    expect(kept[3]?.raw && mail.equals(kept[3].raw)).toBe(true);
    expect(kept[0]).toEqual({ ...row(null), raw: Buffer.from(every) });
  });

  test('a large mail under way holds up no other call', async () => {
    const { promise: finish, resolve } = Promise.withResolvers<void>();
    const { promise: arrived, resolve: hasArrived } = Promise.withResolvers<void>();
    const server = await hosts.serve('b1', {
      keep: async () => {
        hasArrived();
        await finish;
        return { kept: 'disk' };
      },
      roster: async ({ version }) => ({ version }),
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    const keeping = peers.call('b1', 'keep', { rows: [row(Buffer.alloc(1024 * 1024))] }, 1_000);
    await arrived;
    expect(await peers.call('b1', 'roster', { version: 1 }, 1_000)).toEqual({ version: 1 });
    resolve();
    expect(await keeping).toEqual({ kept: 'disk' });
  });

  test('what is too large is not sent, and an answer that is too large is a refusal', async () => {
    const server = await hosts.serve('b1', { state: async () => 'x'.repeat(1024 * 1024) });
    const peers = await hosts.link('a1', 'b1', server.address);
    const mail = row(Buffer.alloc(31 * 1024 * 1024));
    await expect(peers.call('b1', 'keep', { rows: [mail] }, 1_000)).rejects.toThrow(
      /keep was not sent: it has/u,
    );
    const ids = ['x'.repeat(1024 * 1024)];
    await expect(peers.call('b1', 'release', { ids }, 1_000)).rejects.toThrow(
      /release was not sent: it has/u,
    );
    await expect(peers.call('b1', 'state', null, 1_000)).rejects.toThrow(
      'refused the call: has an answer of',
    );
  });

  test('what a handler rejects with comes back as its text, without a stack', async () => {
    const server = await hosts.serve('b1', {
      roster: () => Promise.reject(new TypeError('the roster is out of reach\n    at somewhere (file.ts:1)')),
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    const refused = await peers.call('b1', 'roster', { version: 1 }, 1_000).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PeerError);
    expect((refused as PeerError).message).toBe('b1: it refused the call: the roster is out of reach');
  });

  test('a thousand calls at once are each answered with their own; too many are refused at once', async () => {
    const { promise: go, resolve } = Promise.withResolvers<void>();
    const server = await hosts.serve('b1', {
      roster: async ({ version }) => {
        await go;
        return { version: version * 2 };
      },
    });
    const peers = await hosts.link('a1', 'b1', server.address);
    const asked = Array.from({ length: 1_024 }, (_, version) =>
      peers.call('b1', 'roster', { version }, 1_000),
    );
    await expect(peers.call('b1', 'roster', { version: 1 }, 1_000)).rejects.toThrow('1024 calls wait');
    resolve();
    expect(await Promise.all(asked)).toEqual(asked.map((_, version) => ({ version: version * 2 })));
  });

  test('a host that nobody configured is told so', async () => {
    const peers = await hosts.link('a1', 'b1', '127.0.0.1:1');
    await expect(peers.call('c1', 'state', null, 1_000)).rejects.toThrow('c1: no host of cluster.hosts');
  });
});
