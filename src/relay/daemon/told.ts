/** What people and programs are told of this daemon: its status, all hosts, what is open, and the control API's core. */
import { join } from 'node:path';
import type { Core, StoreMoves } from '../api/core.ts';
import { startApi, type Api } from '../api/server.ts';
import type { StatusJson } from '../api/wire.ts';
import { apiAddresses, serviceAddresses } from '../config/addresses.ts';
import { OUTBOX } from '../config/outbox.ts';
import type { Config, Listen } from '../config/types.ts';
import { rosterHistory } from '../engine/roster-history.ts';
import type { Engine } from '../engine/engine.ts';
import type { BeatInfo } from '../engine/membership.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Accept } from '../events/accept.ts';
import type { PrometheusMetrics } from '../observe/metrics.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import { Statsd } from '../observe/statsd.ts';
import type { RosterBook } from '../oncall/book.ts';
import { VERSION } from '../version.ts';
import { Backups } from './backups.ts';
import { Certificates } from './certificates.ts';
import { ClusterView } from './cluster-view.ts';
import type { CommitWatch } from './commit-watch.ts';
import type { MovableStore } from './freezable.ts';
import { handedIn, OutboxWatch } from './handed-in.ts';
import { countHeartbeats, type HeartbeatCounts } from './heartbeat-counts.ts';
import { Recount } from './recount.ts';
import { onPort } from './listen-refused.ts';
import type { MailboxLine } from './mailboxes.ts';
import { metricsText, refreshNumbers, type NumberSources } from './metrics-text.ts';
import { statusOf } from './status.ts';
import type { Surroundings } from './surroundings.ts';
import { systemIds } from './system.ts';
import type { Channels } from './transports.ts';
import type { Watching } from './watching.ts';

export interface ToldParts {
  config(): Config;
  accept: Accept;
  store: MovableStore;
  roster: RosterBook & { isRead(): boolean };
  engine: Pick<Engine, 'whenDone'>;
  around: Pick<Surroundings, 'hosts' | 'keeper'>;
  commits: Pick<CommitWatch, 'feed' | 'tally'>;
  channels: Channels;
  problems: ProblemBoard;
  watching(): Pick<Watching, 'canary' | 'mailLook' | 'diskFreeBytes'>;
  mailboxes(): MailboxLine[];
  handOver: Core['handOver'];
  storeMove: StoreMoves;
  metrics: PrometheusMetrics;
  /** What this process says of itself to other hosts. */
  info(): BeatInfo;
  listening(): StatusJson['listening'];
  http(): Listen | null;
  clock: Clock;
  log: Log;
  sinceMs: number;
  nowMs(): number;
}

export class Told {
  readonly #parts: ToldParts;
  readonly #cluster: ClusterView;
  readonly #recount: Recount;
  readonly #certificates: Certificates;
  readonly #statsd: Statsd;
  readonly #backups: Backups;
  readonly #outbox: OutboxWatch;

  constructor(parts: ToldParts) {
    const { around, store, clock, log, commits } = parts;
    this.#parts = parts;
    this.#cluster = new ClusterView({ ...parts, ...around, config: parts.config() });
    this.#backups = new Backups({ ...parts, config: parts.config(), newId: systemIds.op });
    this.#recount = new Recount({
      tally: commits.tally,
      store,
      clock,
      log,
      shared: around.hosts !== null,
    });
    this.#outbox = new OutboxWatch({
      ...parts,
      folder: join(parts.config().spool, OUTBOX),
      core: () => this.core(),
    });
    this.#certificates = new Certificates(log);
    this.#statsd = new Statsd({
      families: parts.metrics.families,
      clock,
      log,
      refresh: () => void refreshNumbers(this.#numbers()),
      onLost: (packets) => parts.metrics.statsdLost(packets),
    });
  }

  /** Begins to count what is open, and to tell numbers, behind the open doors. */
  async start(): Promise<void> {
    this.#recount.start();
    void this.#outbox.start();
    await this.reloaded();
  }

  /** Another configuration, or other certificates, are in use. */
  async reloaded(): Promise<void> {
    const config = this.#parts.config();
    await Promise.all([this.#statsd.change(config.metrics), this.#certificates.read(config)]);
  }

  /** Resolves when the last numbers are on their way. */
  async stop(): Promise<void> {
    this.#recount.stop();
    await Promise.all([this.#outbox.stop(), this.#statsd.stop()]);
  }

  /** The control API; `token`: what callers over TCP must know. */
  startApi(token: string | null): Promise<Api> {
    const { config, log } = this.#parts;
    const { socket, listen } = config().api;
    const start = (): Promise<Api> => startApi({ core: this.core(), socket, listen, token, log });
    return listen === null ? start() : onPort('api.listen', listen, start);
  }

  /** A command of another host, whose daemon is away. Rejects as handedIn does. */
  handIn(path: string, body: unknown): Promise<unknown> {
    return handedIn(this.core(), path, body);
  }

  /** While this host pages alone, incidents and what becomes of commands are those of its own (rule 13). */
  core(): Core {
    const { config, accept, store, roster, engine, around, commits, http, nowMs, storeMove, handOver } =
      this.#parts;
    const degraded = around.hosts?.degraded ?? null;
    return {
      accept,
      roster,
      rosterIsSure: () => roster.isRead(),
      rosterHistory: rosterHistory(store),
      takeKept: () => this.#outbox.look(),
      feed: commits.feed,
      get store() {
        return degraded?.store ?? store;
      },
      catchAll: () => config().catchAll,
      whenDone: (id, timeoutMs) =>
        degraded === null || degraded.store === null
          ? engine.whenDone(id, timeoutMs)
          : degraded.whenDone(id, timeoutMs),
      status: () => this.#status(),
      cluster: () => this.#cluster.whole(),
      storeMove,
      backup: () => this.#backups.begin(),
      handOver,
      addresses: (service, key) => ({
        ...serviceAddresses(config(), service, key, http()),
        ...apiAddresses(config(), http()),
      }),
      calendarNetworks: () => config().calendars?.networks ?? [],
      nowMs,
    };
  }

  /** What /metrics answers. */
  metrics(): Promise<string> {
    return metricsText(this.#numbers());
  }

  #numbers(): NumberSources {
    const { metrics, store, problems, log, watching, around, nowMs } = this.#parts;
    const { expiries } = this.#certificates;
    const { canary, diskFreeBytes } = watching();
    const clockOffMs = around.hosts?.skew.offMs ?? null;
    const heartbeats = (): Promise<HeartbeatCounts | null> => this.#heartbeats();
    const numbers = { expiries, canary, diskFreeBytes, clockOffMs, heartbeats, nowMs: nowMs() };
    return { metrics, store, problems, log, ...numbers };
  }

  #heartbeats(): Promise<HeartbeatCounts | null> {
    const { store, roster, nowMs } = this.#parts;
    return countHeartbeats(store, roster.current(), nowMs());
  }

  #status(): Promise<StatusJson> {
    const { config, channels, problems, listening, roster, watching, mailboxes, sinceMs, nowMs } =
      this.#parts;
    return statusOf({
      config: config(),
      cluster: this.#cluster,
      channels,
      problems,
      mailLook: () => watching().mailLook,
      mailboxes,
      listening,
      openCounts: () => this.#recount.counts(),
      roster: () => roster.current(),
      // A store that doesn't answer is a problem of its own in the same status.
      heartbeats: () => this.#heartbeats().catch(() => null),
      canary: () => watching().canary,
      version: VERSION,
      sinceMs,
      nowMs,
    });
  }
}
