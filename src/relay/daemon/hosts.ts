/**
 * This host among the others: who lives, calls between them, clocks, copies on disks, and paging alone. On one machine
 * there are no others, and only the spool is left of it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Config } from '../config/types.ts';
import { isBegun } from '../engine/begun.ts';
import { Degraded, type DegradedMode, type LocalStore } from '../engine/degraded/degraded.ts';
import { QuorumWatch } from '../engine/degraded/quorum-watch.ts';
import type { Engine } from '../engine/engine.ts';
import { Beats, type BeatInfo } from '../engine/membership.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { OpenRosterBook } from '../engine/roster-book.ts';
import { Skew } from '../engine/skew.ts';
import { Keeper } from '../events/spool/keeper.ts';
import { pagesOf } from '../events/spool/pages.ts';
import type { Spool } from '../events/spool/port.ts';
import { degradedCodes, hostIndexOfCode } from '../notifications/codes.ts';
import type { Peers } from '../peers/port.ts';
import type { PeerServer } from '../peers/server.ts';
import type { JournalRow, Store, WorkId } from '../store/port.ts';
import { onPort } from './listen-refused.ts';
import { localStores } from './local-stores.ts';
import { peerOrder } from './peer-order.ts';

export interface HostsParts {
  config: Config;
  cluster: NonNullable<Config['cluster']>;
  store: Store;
  spool: Spool;
  clock: Clock;
  log: Log;
  problems: Problems;
  /** Names this process. */
  life: string;
  firstSeq: number;
  /** Since when a quorum was looked for in vain at the start, on the monotonic clock; null: it was there. */
  withoutSinceMonoMs: number | null;
  roster: OpenRosterBook;
  engine(): Engine;
  /** An engine over a store of this host's own, which marks what it sends. */
  makeLocalEngine(local: LocalStore): Engine;
  onHandOn(rows: JournalRow[], known: ReadonlySet<WorkId>): void;
  /** How many incidents wait for an answer, as far as this host knows; null: it has not been able to count them. */
  waiting(): number | null;
  /** What other hosts and people may know of this one. */
  info(): BeatInfo;
  /** A command of another host, whose daemon is away: see daemon/handed-in.ts. */
  handIn(path: string, body: unknown): Promise<unknown>;
  /** This host's clock has gone wrong, or is right again. */
  onTrust(trusted: boolean, offMs: number): void;
}

const PAGE = 500;

export class Hosts {
  readonly membership: Beats;
  readonly peers: Peers;
  readonly keeper: Keeper;
  readonly skew: Skew;
  readonly degraded: Degraded;
  readonly #parts: HostsParts;
  readonly #quorum: QuorumWatch;
  #server: PeerServer | null = null;

  private constructor(parts: HostsParts, peers: Peers) {
    const { config, cluster, store, spool, clock, log, problems } = parts;
    this.#parts = parts;
    this.peers = peers;
    this.#quorum = new QuorumWatch(clock, parts.withoutSinceMonoMs ?? undefined);
    this.skew = new Skew({ store, clock, log, problems, onTrust: parts.onTrust });
    this.membership = new Beats(config.host, {
      store,
      clock,
      log,
      life: parts.life,
      firstSeq: parts.firstSeq,
      info: () => ({ ...parts.info(), ...this.info() }),
      onRound: (worked) => this.#looked(worked),
      onTwin: (there) => {
        if (!there) problems.clear('twin');
        else
          problems.raise(
            'twin',
            `another relay that is called ${config.host} works with this store: what the two accept has no order, and an alert may not be paged`,
            'stop one of them, or give it a name of its own (host in relay.yaml, and in its certificate)',
          );
      },
    });
    const order = peerOrder(cluster.hosts, config.host);
    this.keeper = new Keeper({
      store,
      spool,
      peers: {
        hosts: () => order,
        keep: (host, rows, timeoutMs) => peers.call(host, 'keep', { rows }, timeoutMs),
        release: (host, ids) => peers.call(host, 'release', { ids }, PEER_MS),
      },
      clock,
      host: config.host,
      problems,
      log,
      onHandOn: parts.onHandOn,
      onOver: (ids) => {
        for (const id of ids) this.degraded.done(id);
      },
      onSpooled: (rows) => this.degraded.spooled(rows),
      onJournalled: (rows) => this.degraded.spooled(rows),
      alive: (host) => this.membership.live().includes(host),
      down: () => this.#quorum.isFailing,
    });
    const index = 1 + cluster.hosts.findIndex(({ name }) => name === config.host);
    this.degraded = new Degraded({
      host: config.host,
      clock,
      log,
      problems,
      local: localStores({
        folder: join(config.spool, 'alone'),
        range: degradedCodes(index),
        clock,
        log,
      }),
      main: {
        hold: () => parts.engine().hold(),
        drain: (first) => parts.engine().drain(first),
        release: () => parts.engine().release(),
        bring: (rows) => parts.engine().bring(rows),
      },
      makeEngine: parts.makeLocalEngine,
      ownRows: () => this.#ownRows(),
      isBegun: (row) => isBegun(store, row),
      holdDrain: () => this.keeper.hold(),
      releaseDrain: () => this.keeper.release(),
      finished: (ids) => this.keeper.done(ids),
      isOwnCode: (code) => hostIndexOfCode(code) === index,
      waiting: parts.waiting,
      roster: () => parts.roster.current(),
    });
  }

  /** Opens the links. Rejects with ConfigError when a certificate can't be read. */
  static async open(parts: HostsParts): Promise<Hosts> {
    const { openPeers } = await import('../peers/link.ts');
    const { cluster, config, log, clock } = parts;
    const tls = await tlsOf(cluster);
    const peers = openPeers({ self: config.host, hosts: cluster.hosts, tls, log, clock });
    return new Hosts(parts, peers);
  }

  get mode(): DegradedMode {
    return this.degraded.mode;
  }

  /** Before the engine starts: the others are known, and what was paged alone in a former life. */
  async start(): Promise<void> {
    const { cluster, log } = this.#parts;
    const { startPeerServer } = await import('../peers/server.ts');
    const tls = await tlsOf(cluster);
    const options: Parameters<typeof startPeerServer>[0] = {
      listen: cluster.listen,
      tls,
      hosts: cluster.hosts.map(({ name }) => name),
      log,
      handlers: {
        take: (request) => this.#parts.engine().take(request),
        forget: (done) => {
          this.#parts.engine().forget(done);
          return Promise.resolve(null);
        },
        keep: ({ rows }, from) => this.keeper.keepFor(from, rows),
        release: ({ ids }, from) => {
          this.keeper.releaseFor(from, ids);
          return Promise.resolve(null);
        },
        roster: async ({ version }) => ({ version: await this.#parts.roster.reach(version) }),
        state: () => Promise.resolve({ ...this.#parts.info(), ...this.info() }),
        handIn: ({ path, body }) => this.#parts.handIn(path, body),
      },
    };
    this.#server = await onPort('cluster.listen', cluster.listen, () => startPeerServer(options));
    await Promise.all([this.membership.start(), this.skew.start(), this.degraded.start()]);
    await this.keeper.start();
  }

  async stop(): Promise<void> {
    this.membership.stop();
    this.skew.stop();
    await this.keeper.stop();
    await this.degraded.stop();
    await this.membership.leave();
    await this.#server?.close();
    await this.peers.close();
  }

  /** Has the others read a new version of the roster; resolves with those who live and didn't. */
  async spread(version: number): Promise<string[]> {
    const others = this.membership.live().filter((host) => host !== this.membership.self);
    const answers = await Promise.all(
      others.map((host) =>
        this.peers.call(host, 'roster', { version }, PEER_MS).then(
          (answer) => answer.version >= version,
          () => false,
        ),
      ),
    );
    return others.filter((_, index) => answers[index] === false);
  }

  /** What this host knows of itself beyond what the engine knows. */
  info(): BeatInfo {
    const { offMs, trusted, readings } = this.skew;
    return {
      trusted,
      mode: this.degraded.mode,
      noQuorumForMs: this.#quorum.lostForMs,
      offMs,
      clocks: readings,
      spool: this.keeper.state(),
      rosterVersion: this.#parts.roster.current().version,
      rosterKept: !this.#parts.roster.isRead(),
    };
  }

  /** False when a host before this one that can be reached has no quorum either: it speaks for all. */
  async speaksForAll(): Promise<boolean> {
    const { cluster, config } = this.#parts;
    const before = cluster.hosts.slice(
      0,
      cluster.hosts.findIndex(({ name }) => name === config.host),
    );
    const modes = await Promise.all(
      before.map(({ name }) =>
        this.peers.call(name, 'state', null, PEER_MS).then(
          (state) => (state as BeatInfo | null)?.['mode'],
          () => null,
        ),
      ),
    );
    return !modes.includes('alone');
  }

  /** Rows on this host's disk, and those that are only in memory because the disk is full. */
  async *#ownRows(): AsyncGenerator<JournalRow[]> {
    const walk = { of: 'own', whole: true, limit: PAGE } as const;
    for await (const page of pagesOf(this.#parts.spool, walk)) yield page.map(({ row }) => row);
    yield* this.keeper.waiting();
  }

  #looked(worked: boolean): void {
    const has = this.#quorum.note(worked);
    // Success tells; one failure doesn't yet.
    if (worked ? has : !has) this.degraded.quorum(has);
  }
}

const PEER_MS = 2_000;

async function tlsOf(
  cluster: NonNullable<Config['cluster']>,
): Promise<{ ca: string; cert: string; key: string }> {
  const read = async (key: string, file: string): Promise<string> => {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      throw new ConfigError([
        `cluster.tls.${key}: ${error instanceof Error ? error.message : String(error)}`,
      ]);
    }
  };
  const { caFile, certFile, keyFile } = cluster.tls;
  return {
    ca: await read('caFile', caFile),
    cert: await read('certFile', certFile),
    key: await read('keyFile', keyFile),
  };
}
