/** Puts the daemon together; the only place that knows every part. Read pipeline.ts first. */
import type { Api } from './api/server.ts';
import { secretsOf } from './config/secrets.ts';
import type { Config } from './config/types.ts';
import { acceptorOf } from './daemon/acceptor-of.ts';
import { CommitWatch } from './daemon/commit-watch.ts';
import { Doors } from './daemon/doors.ts';
import { Drain } from './daemon/drain.ts';
import { DutyCache } from './daemon/duty.ts';
import { EngineSlot } from './daemon/engine-slot.ts';
import { giveBackMemory } from './daemon/memory.ts';
import { makeEngine } from './daemon/make-engine.ts';
import { openParts, type DaemonOptions, type Opened } from './daemon/opened.ts';
import { Providers } from './daemon/providers.ts';
import { onlyByRestart } from './daemon/reload-problems.ts';
import { openSurroundings, type Later, type Surroundings } from './daemon/surroundings.ts';
import { storeMoveOf, type StoreMove } from './daemon/store-move.ts';
import { watchStore, type StoreWatch } from './daemon/store-watch.ts';
import { systemClock, systemIds } from './daemon/system.ts';
import { Told } from './daemon/told.ts';
import { Watching } from './daemon/watching.ts';
import { isAnybodyCalled, openTransports } from './daemon/transports.ts';
import type { Engine } from './engine/engine.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import type { Clock } from './engine/ports.ts';
import { SteadyClock } from './engine/steady.ts';
import type { Acceptor } from './events/accept.ts';
import { PrometheusMetrics } from './observe/metrics.ts';
import type { ProblemBoard } from './observe/problems.ts';
import { Readiness } from './observe/readiness.ts';
import type { JournalRow, Store, WorkId } from './store/port.ts';
import { VERSION } from './version.ts';

/** One relay on one host, running. */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #clock: Clock = systemClock;
  readonly #sinceMs = systemClock.wallMs();
  /** What stands in `relay status`. */
  readonly problems: ProblemBoard;
  readonly #steady: SteadyClock;
  readonly #metrics = new PrometheusMetrics({ version: VERSION, startedAtMs: systemClock.wallMs() });
  readonly #commits: CommitWatch;
  readonly #storeWatch: StoreWatch;
  readonly #providers: Providers;
  readonly #duty: DutyCache;
  readonly #opened: Opened;
  readonly #around: Surroundings;
  readonly #told: Told;
  readonly #watching: Watching;
  readonly #engine: EngineSlot;
  readonly #storeMove: StoreMove;
  readonly #acceptor: Acceptor;
  readonly #readiness: Readiness;
  readonly #drain: Drain;
  readonly #doors: Doors;
  #config: Config;
  #api: Api | null = null;

  private constructor(
    options: DaemonOptions,
    opened: Opened,
    life: string,
    around: Surroundings,
    info: Later['info'],
  ) {
    this.#opened = opened;
    this.#around = around;
    this.#options = options;
    this.#config = options.config;
    this.problems = opened.problems;
    this.#commits = new CommitWatch(this.#metrics, this.problems, opened.bounces);
    this.#steady = new SteadyClock(this.#clock, this.problems);
    this.#storeWatch = watchStore(this.#opened.store, {
      clock: this.#clock,
      metrics: this.#metrics,
      problems: this.problems,
    });
    this.#providers = new Providers(opened.channels, {
      clock: this.#clock,
      log: this.#options.log,
      problems: this.problems,
      uses: (channel) => channel !== 'voice' || isAnybodyCalled(this.#opened.roster.current()),
    });
    this.#duty = new DutyCache(
      () => this.#opened.roster.current(),
      () => this.#config.catchAll,
    );
    this.#engine = new EngineSlot(() => this.#makeEngine(this.#opened.store, around.engineParts));
    this.#storeMove = storeMoveOf(options, opened, around, this.#engine);
    this.#acceptor = acceptorOf(opened, around, {
      clock: this.#clock,
      host: this.#config.host,
      life,
      onAccepted: (rows, known) => this.#accepted(rows, known),
      onUnread: (rows) => this.#engine.behind(rows),
    });
    this.#readiness = new Readiness({
      clock: this.#clock,
      // Among several hosts alerts are taken without the store too: on disks (rule 12).
      store: () => (around.hosts === null ? this.#storeWatch.trouble() : null),
      advanced: () => this.#engine.pulse,
    });
    this.#drain = new Drain({
      clock: this.#clock,
      log: this.#options.log,
      readiness: this.#readiness,
      announce: () => around.hosts?.membership.announce(),
    });
    this.#doors = this.#makeDoors();
    const common = {
      accept: this.#acceptor.accept,
      store: this.#opened.store,
      engine: this.#engine,
      around,
      channels: this.#providers.channels,
      problems: this.problems,
      clock: this.#clock,
      log: this.#options.log,
      nowMs: () => this.#steady.nowMs(),
    };
    this.#watching = new Watching({ ...opened, ...common, config: options.config });
    this.#told = new Told({
      ...common,
      storeMove: this.#storeMove,
      config: () => this.#config,
      roster: this.#opened.roster,
      commits: this.#commits,
      metrics: this.#metrics,
      watching: () => this.#watching,
      mailboxes: () => this.#doors.mailboxes,
      info,
      listening: () => this.addresses,
      http: () => this.#doors.listening.http,
      sinceMs: this.#sinceMs,
      handOver: () => this.#watching.handOver(),
    });
  }

  /** Opens the store, takes up what a former life left undone, then opens the doors. Rejects with nothing left open. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const opened = await openParts(options);
    try {
      const life = systemIds.op().slice(0, 8);
      const { config, log } = options;
      const born = { version: VERSION, life, pid: process.pid, since: new Date().toISOString() };
      const later: Later = {
        engine: () => daemon.#engine.current,
        makeEngine: (store, change) => daemon.#makeEngine(store, change),
        onHandOn: (rows, known) => daemon.#accepted(rows, known),
        waiting: () => daemon.#commits.tally.waiting,
        info: () => ({
          ...born,
          canary: daemon.#watching.canary,
          ...(daemon.#drain.on ? { leaving: true } : {}),
        }),
        handIn: (path, body) => daemon.#told.handIn(path, body),
        onTrust: (trusted, offMs) => daemon.#watching.trust(trusted, offMs),
      };
      const around = await openSurroundings({ config, opened, clock: systemClock, log, life, later });
      const daemon: Daemon = new Daemon(options, opened, life, around, later.info);
      await daemon.#open();
      return daemon;
    } catch (error) {
      await opened.spool.close();
      await opened.store.close();
      throw error;
    }
  }

  /** Where it listens, for logs and status. */
  get addresses(): Doors['addresses'] & { api: string } {
    return { ...this.#doors.addresses, api: this.#config.api.socket };
  }

  /** Ascends while the engine advances: the watchdog is fed by it. */
  get pulse(): number {
    return this.#engine.pulse;
  }

  /**
   * Takes a new configuration into use: channels, secrets, certificates, the catch-all, and doors that changed.
   * Returns what still waits for a restart. Rejects, with the old one kept, when the new one can't be used.
   */
  async reload(config: Config): Promise<string[]> {
    const channels = await openTransports({
      config,
      secrets: this.#secrets(config),
      tokenKey: this.#opened.tokenKey,
      clock: this.#clock,
      log: this.#options.log,
    });
    await this.#doors.change(this.#config, config);
    this.#config = config;
    this.#storeMove.reloaded(config);
    this.#duty.clear();
    await this.#providers.replace(channels);
    this.#watching.reloaded(config);
    await this.#told.reloaded();
    return onlyByRestart(this.#options.config, config);
  }

  /** Has new alerts sent elsewhere, while they are still taken here; returns for how long. stop() waits for its end. */
  drain(): number {
    const forMs = this.#config.drainMs ?? 0;
    this.#drain.begin(forMs);
    return forMs;
  }

  /** Lets a drain come to its end, then refuses what is new, ends what is under way, keeps the rest for the next start. Bounded by what calls take. */
  async stop(): Promise<void> {
    await this.#drain.over;
    this.#readiness.closing();
    this.#acceptor.close();
    await this.#around.keeper.emptied();
    await this.#told.stop();
    await this.#storeMove.stop();
    await this.#halt();
    await this.#providers.close();
    await this.#opened.settled();
    await this.#opened.spool.close();
    await this.#opened.store.close();
  }

  async #open(): Promise<void> {
    try {
      await this.#around.start();
      await this.#engine.start();
      await this.#doors.open(this.#config);
      this.#api = await this.#told.startApi(await this.#secrets(this.#config).apiToken());
      this.#readiness.started();
      await this.#told.start();
      await this.#watching.start();
      void this.#providers.start().then(giveBackMemory);
    } catch (error) {
      await this.#halt();
      throw error;
    }
  }

  async #halt(): Promise<void> {
    await Promise.all([this.#watching.stop(), this.#doors.close(), this.#engine.stop()]);
    await this.#around.stop();
    await this.#api?.close();
    this.#opened.roster.close();
    this.#storeWatch.stop();
  }

  #makeEngine(store: Store, more: Partial<EngineParts>): Engine {
    return makeEngine(store, more, {
      clock: this.#clock,
      log: this.#options.log,
      problems: this.problems,
      steady: this.#steady,
      roster: this.#opened.roster,
      duty: this.#duty,
      providers: this.#providers,
      commits: this.#commits,
      tokenKey: this.#opened.tokenKey,
      acceptor: () => this.#acceptor,
      watching: () => this.#watching,
      config: () => this.#config,
    });
  }

  #makeDoors(): Doors {
    return new Doors({
      accept: this.#acceptor.accept,
      roster: () => this.#opened.roster.current(),
      rosterIsSure: () => this.#opened.roster.isRead(),
      tokenKey: this.#opened.tokenKey,
      clock: this.#clock,
      log: this.#options.log,
      problems: this.problems,
      health: this.#readiness.health(() => this.#told.metrics()),
      secrets: (config) => this.#secrets(config),
      draining: () => this.#drain.on,
      core: () => this.#told.core(),
      membership: this.#around.membership,
      onAnswers: (answers) => this.#providers.answersByMailbox(answers),
      pageOpen: () => this.#commits.answerAwaited(this.#steady.nowMs()),
      store: this.#opened.store,
      made: () => this.#providers.channels.made,
      nowMs: () => this.#steady.nowMs(),
      ...this.#engine.forDoors,
    });
  }

  #accepted(rows: JournalRow[], known: ReadonlySet<WorkId>): void {
    this.#engine.accepted(rows, known);
    this.#commits.accepted(rows, this.#steady.nowMs());
  }

  #secrets(config: Config): ReturnType<typeof secretsOf> {
    return secretsOf(config, this.#options.env, (text) => this.#options.log.warn({}, text));
  }
}
