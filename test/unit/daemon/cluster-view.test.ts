import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { ClusterView, type ClusterViewParts } from '../../../src/relay/daemon/cluster-view.ts';
import type { Beats } from '../../../src/relay/engine/membership.ts';
import { PeerError } from '../../../src/relay/peers/port.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { HandClock } from '../../contract/hand-clock.ts';

const NAMES = ['a1', 'b1', 'c1'];
const CONFIG = {
  host: 'a1',
  store: { kind: 'cassandra', keyspace: 'relay', datacenter: 'dc-a' },
  cluster: { hosts: NAMES.map((name) => ({ name, datacenter: `dc-${name[0]}`, address: '192.0.2.1:7391' })) },
} as unknown as Config;
const WELL = { version: '0.1.0', mode: 'together', trusted: true, offMs: 1, spool: { waiting: 0 } };

interface Change {
  /** Hosts whose signs of life have ended. */
  dead?: string[];
  /** What calling them meets; absent: an answer. */
  refuses?: Record<string, string>;
  /** Hosts that never answer. */
  hangs?: string[];
  noQuorumForMs?: number | null;
  store?: Partial<ClusterViewParts['store']>;
}

function looking({ dead = [], refuses = {}, hangs = [], noQuorumForMs = null, store = {} }: Change = {}) {
  const clock = new HandClock();
  const asked: string[] = [];
  const membership = {
    owner: (shard: number) => NAMES[shard % 3] ?? '',
    seen: () =>
      NAMES.map((host) => ({
        beat: { host, life: 'x', count: 9, firstSeq: 1, info: WELL },
        live: !dead.includes(host),
        movedAgoMs: dead.includes(host) ? 60_000 : 900,
      })),
  } as unknown as Beats;
  const view = new ClusterView({
    config: CONFIG,
    clock,
    nowMs: () => clock.wallMs(),
    info: () => ({ version: '0.1.0' }),
    keeper: {
      state: () => {
        throw new Error('the hosts say it');
      },
    },
    store: {
      backlog: () => Promise.resolve({ journal: 3, due: 4, oldestJournalMs: null }),
      machines: () =>
        Promise.resolve({
          machines: NAMES.map((name) => ({ address: name, datacenter: `dc-${name[0]}`, up: true })),
          copies: { 'dc-a': 1, 'dc-b': 1, 'dc-c': 1 },
          loginCopies: null,
        }),
      ...store,
    },
    hosts: {
      membership,
      // Beyond itself it knows nothing, as the daemon's own: called apart from it, it fails.
      info() {
        return { ...WELL, noQuorumForMs, mode: this.membership.seen().length > 0 ? 'together' : 'alone' };
      },
      peers: {
        hosts: ['b1', 'c1'],
        close: () => Promise.resolve(),
        call: (host: string, _method: string, _request: unknown, timeoutMs: number) => {
          asked.push(host);
          const why = refuses[host];
          if (why !== undefined) return Promise.reject(new PeerError(`${host}: ${why}`));
          if (!hangs.includes(host)) return Promise.resolve(WELL as never);
          return new Promise<never>((_resolve, reject) => {
            clock.after(timeoutMs, () => reject(new PeerError(`${host}: state was not answered`)));
          });
        },
      },
    },
  });
  return { clock, asked, view };
}

describe('what a host knows of all', () => {
  it('comes from the others themselves', async () => {
    const { view, asked } = looking();
    const found = await view.whole();
    expect(found).toMatchObject({ verdict: 'well', asked: 'a1', lag: { journal: 3, due: 4 } });
    expect(found.hosts.map(({ shards }) => shards)).toEqual([6, 5, 5]);
    expect(asked).toEqual(['b1', 'c1']);
  });

  it('is one line without asking anybody, while signs of life can be read', async () => {
    const { view, asked } = looking({ dead: ['c1'] });
    expect(await view.line()).toEqual({
      text: '2 of 3 hosts, quorum, c1 is dead, skew 1 ms, spool empty: see relay cluster status',
      ok: false,
    });
    expect(asked).toEqual([]);
  });

  it('a host whose signs of life have ended and that answers lives', async () => {
    const { view } = looking({ dead: ['c1'] });
    expect((await view.whole()).hosts[2]).toMatchObject({ state: 'live', trouble: null });
  });

  it('a host that is dead, and one that only can not be called', async () => {
    const { view } = looking({ dead: ['c1'], refuses: { b1: 'it does not answer', c1: 'no connection' } });
    expect((await view.whole()).hosts).toMatchObject([
      { state: 'live' },
      { state: 'cut-off', trouble: 'it does not answer' },
      { state: 'dead', trouble: 'no connection' },
    ]);
  });

  it('is told also without a quorum, by what the others answer, while the store answers nothing', async () => {
    const never = new Promise<never>(() => undefined);
    const { view, clock } = looking({
      dead: ['b1', 'c1'],
      hangs: ['c1'],
      noQuorumForMs: 20_000,
      store: { backlog: () => Promise.reject(new StoreUnavailableError('no quorum')), machines: () => never },
    });
    const whole = view.whole();
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise(setImmediate);
      clock.pass(1_000);
    }
    const found = await whole;
    expect(found).toMatchObject({
      verdict: 'no-quorum',
      nodes: null,
      lag: null,
      quorum: { lostForMs: 20_000 },
    });
    expect(found.hosts.map(({ state }) => state)).toEqual(['live', 'live', 'silent']);
    const line = view.line();
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise(setImmediate);
      clock.pass(1_000);
    }
    expect((await line).text).toMatch(/^NO QUORUM for 20 s, 2 of 3 hosts, c1 is silent, /);
  });
});
