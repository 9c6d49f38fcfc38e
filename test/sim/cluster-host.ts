/** One process of relay among others, put together as the daemon does: beats, clocks, calls to the other hosts. */
import { isBegun } from '../../src/relay/engine/begun.ts';
import { Engine } from '../../src/relay/engine/engine.ts';
import { Degraded } from '../../src/relay/engine/degraded/degraded.ts';
import type { DegradedParts, LocalStores } from '../../src/relay/engine/degraded/degraded-parts.ts';
import { QuorumWatch } from '../../src/relay/engine/degraded/quorum-watch.ts';
import type { EngineParts } from '../../src/relay/engine/engine-parts.ts';
import { Beats } from '../../src/relay/engine/membership.ts';
import { openRosterBook, type OpenRosterBook } from '../../src/relay/engine/roster-book.ts';
import { Skew } from '../../src/relay/engine/skew.ts';
import { SteadyClock } from '../../src/relay/engine/steady.ts';
import { switchOff } from '../../src/relay/daemon/switch-off.ts';
import { Acceptor, type NewInput } from '../../src/relay/events/accept.ts';
import { Keeper } from '../../src/relay/events/spool/keeper.ts';
import { pagesOf } from '../../src/relay/events/spool/pages.ts';
import type { Spool } from '../../src/relay/events/spool/port.ts';
import type { Channel } from '../../src/relay/events/types.ts';
import { byChannel } from '../../src/relay/messaging/by-channel.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import { hostIndexOfCode } from '../../src/relay/notifications/codes.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { PeerHandlers, Peers } from '../../src/relay/peers/port.ts';
import type { JournalRow, Store, WorkId } from '../../src/relay/store/port.ts';
import type { RosterChange } from './edits.ts';
import { NO_PROBLEMS, dutyOf, groupedOf, idsOf, logOf } from './engine-ports.ts';
import { Handing } from './handing.ts';
import type { Mutation } from './hosts.ts';
import type { Prng } from './prng.ts';
import type { SimClock } from './sim-clock.ts';

export interface ClusterHostParts {
  /** The machine's name; it stays when the process is followed by another. */
  host: string;
  /** Names the process. */
  life: string;
  draw: Prng;
  clock: SimClock;
  store: Store;
  /** On the machine's own disk. */
  spool: Spool;
  /** On the machine's own disk too: what it pages alone from. */
  local: LocalStores;
  /** Counts from 1: whose codes and numbers are its own. */
  hostIndex: number;
  peers: Peers;
  /** The others, in the order in which they are asked to keep copies. */
  others: readonly string[];
  transports: Transport[];
  answerable: ReadonlySet<Channel>;
  pace: EngineParts['pace'];
  zone: string;
  mutation: Mutation;
  poison(error: unknown): void;
  log(text: string): void;
}

/** How long the others are waited for. */
const PEER_MS = 2_000;
const PAGE = 500;

interface Parts {
  engine: Engine;
  acceptor: Acceptor;
  beats: Beats;
  skew: Skew;
  keeper: Keeper;
  degraded: Degraded;
  roster: OpenRosterBook;
  handing: Handing;
}

export class ClusterHost {
  readonly #parts: ClusterHostParts;
  #running: Parts | null = null;
  /** Everything is started: senders are let in. */
  #open = false;

  constructor(parts: ClusterHostParts) {
    this.#parts = parts;
  }

  /** Rejects when the store fails: the daemon would not come up then, and be started again. */
  async start(): Promise<void> {
    const { host, store, spool, clock } = this.#parts;
    const ids = idsOf(this.#parts.life, this.#parts.draw);
    const roster = await openRosterBook({
      store,
      clock,
      newOp: () => ids.op(),
      spread: (version) => this.#spread(version),
    });
    // The spool may know of rows that the store has never heard of.
    const lastSeq = Math.max((await store.lastSeq(host)) ?? 0, (await spool.lastSeq()) ?? 0);
    const running = this.#assemble(ids, roster, lastSeq);
    this.#running = running;
    await Promise.all([running.beats.start(), running.skew.start(), running.degraded.start()]);
    await running.keeper.start();
    await running.engine.start();
    running.handing.start();
    this.#open = true;
  }

  /** False while it is coming up. */
  get up(): boolean {
    return this.#open;
  }

  /** What other hosts may call; null before there is anything to call. */
  get handlers(): Partial<PeerHandlers> | null {
    const running = this.#running;
    if (running === null) return null;
    const { engine, roster, keeper } = running;
    const take =
      this.#parts.mutation.take?.((request) => engine.take(request)) ?? ((request) => engine.take(request));
    return {
      take,
      forget: (done) => {
        engine.forget(done);
        return Promise.resolve(null);
      },
      keep: ({ rows }, from) => keeper.keepFor(from, rows),
      release: ({ ids }, from) => {
        keeper.releaseFor(from, ids);
        return Promise.resolve(null);
      },
      roster: async ({ version }) => ({ version: await roster.reach(version) }),
    };
  }

  accept(inputs: NewInput[]): Promise<JournalRow[]> {
    const running = this.#running;
    return running === null || !this.#open
      ? Promise.reject(new Error('connection refused'))
      : running.acceptor.accept(inputs);
  }

  /** As a command does: resolves when it is committed, and has been told to the others. */
  edit(change: RosterChange): Promise<Roster> {
    const running = this.#running;
    return running === null || !this.#open
      ? Promise.reject(new Error('connection refused'))
      : running.roster.edit('root', change);
  }

  /** As on SIGTERM. */
  async stop(): Promise<void> {
    this.#running?.acceptor.close();
    this.#running?.handing.stop();
    await this.#running?.engine.stop();
    this.#running?.beats.stop();
    this.#running?.skew.stop();
    await this.#running?.keeper.stop();
    await this.#running?.degraded.stop();
    await this.#running?.beats.leave();
    this.#running?.roster.close();
  }

  #assemble(ids: EngineParts['ids'], roster: OpenRosterBook, lastSeq: number): Parts {
    const { host, life, store, clock, peers, mutation, transports, answerable, pace, zone, poison } =
      this.#parts;
    const log = logOf(this.#parts.log);
    const problems = NO_PROBLEMS;
    const quorum = new QuorumWatch(clock);
    const skew = new Skew({ store, clock, log, problems });
    const plain = new Beats(host, {
      store,
      clock,
      log,
      life,
      firstSeq: lastSeq + 1,
      info: () => ({ trusted: skew.trusted }),
      onRound: (worked) => {
        const has = quorum.note(worked);
        if (worked ? has : !has) degraded.quorum(has);
      },
    });
    const beats = mutation.beats?.(plain) ?? plain;
    const spool = mutation.spool?.(this.#parts.spool) ?? this.#parts.spool;
    const keeper: Keeper = new Keeper({
      store,
      spool,
      peers: {
        hosts: () => this.#parts.others,
        keep: (other, rows, timeoutMs) => peers.call(other, 'keep', { rows }, timeoutMs),
        release: (other, done) => peers.call(other, 'release', { ids: done }, PEER_MS),
      },
      clock,
      host,
      problems,
      log,
      onHandOn: (rows, known) => engine.accepted(rows, known),
      onSpooled: (rows) => degraded.spooled(rows),
      onJournalled: (rows) => degraded.spooled(rows),
      alive: (other) => beats.live().includes(other),
      down: () => quorum.isFailing,
    });
    const steady = new SteadyClock(clock, problems);
    const common = {
      clock,
      ids,
      log,
      problems,
      nowMs: () => steady.nowMs(),
      roster: () => roster.current(),
      duty: dutyOf(() => roster.current(), mutation),
      transports: byChannel(transports),
      answerable,
      pace,
      zone,
      disable: (handover: Parameters<EngineParts['disable']>[0]) => switchOff(roster, handover),
      poison: (_row: WorkId, error: unknown) => {
        poison(error);
        return Promise.resolve();
      },
      onCommit: () => undefined,
    };
    const engine: Engine = new Engine({
      ...common,
      store,
      membership: beats,
      peers,
      trusted: () => skew.trusted,
      freshRoster: (version) => roster.fresh(version),
      noteOf: (row, target) => degraded.noteOf(row, target),
      onCarried: (row) => degraded.carried(row),
      onDone: (row) => {
        degraded.done(row);
        keeper.done([row]);
      },
    });
    const alone: DegradedParts = {
      host,
      clock,
      log,
      problems,
      local: this.#parts.local,
      main: engine,
      makeEngine: (local) =>
        new Engine({ ...common, store: local.store, degraded: { host, firstCode: local.first } }),
      ownRows: () => ownRows(spool, keeper),
      isBegun: (row) => isBegun(store, row),
      holdDrain: () => keeper.hold(),
      releaseDrain: () => keeper.release(),
      finished: (done) => keeper.done(done),
      isOwnCode: (code) => hostIndexOfCode(code) === this.#parts.hostIndex,
      waiting: () => 0,
      roster: () => roster.current(),
    };
    const degraded: Degraded = new Degraded(mutation.alone?.(alone) ?? alone);
    const acceptor = new Acceptor({
      journal: keeper,
      store,
      clock,
      host,
      life,
      lastSeq,
      trusted: () => skew.trusted,
      grouped: groupedOf(() => roster.current(), mutation),
      onAccepted: (rows, known) => engine.accepted(rows, known),
      onUnread: (rows) => engine.behind(rows),
    });
    const handing = new Handing({
      ...common,
      store,
      roster,
      mutation,
      accept: acceptor.accept,
      newOp: () => ids.op(),
      isMine: (shard) => beats.owner(shard) === host,
      isAlone: () => degraded.mode !== 'together',
    });
    return { engine, acceptor, beats, skew, keeper, degraded, roster, handing };
  }

  async #spread(version: number): Promise<string[]> {
    const { beats } = this.#running ?? {};
    const others = (beats?.live() ?? []).filter((host) => host !== this.#parts.host);
    const reached = await Promise.all(
      others.map((host) =>
        this.#parts.peers.call(host, 'roster', { version }, PEER_MS).then(
          (answer) => answer.version >= version,
          () => false,
        ),
      ),
    );
    return others.filter((_, index) => reached[index] === false);
  }
}

/** Rows on this host's disk, and those that are only in memory because the disk is full. */
async function* ownRows(spool: Spool, keeper: Keeper): AsyncGenerator<JournalRow[]> {
  for await (const page of pagesOf(spool, { of: 'own', whole: true, limit: PAGE })) {
    yield page.map(({ row }) => row);
  }
  yield* keeper.waiting();
}
