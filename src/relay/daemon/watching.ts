/**
 * Who watches the watcher: the canary and what is told of it, other relays, the alarms about this one, and the jobs that
 * run once over all hosts.
 */
import type { Config } from '../config/types.ts';
import type { Engine } from '../engine/engine.ts';
import type { Envelope } from '../engine/envelope.ts';
import { Handoffs, type Looked } from '../engine/handoffs.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { OpenRosterBook } from '../engine/roster-book.ts';
import type { Accept } from '../events/accept.ts';
import { lineageKey } from '../incidents/rows.ts';
import type { LineageState } from '../incidents/types.ts';
import type { Outgoing } from '../messaging/port.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import { shardOf } from '../store/places.ts';
import type { Store } from '../store/port.ts';
import { BounceLook } from './bounce-look.ts';
import type { Bounces } from './bounces.ts';
import { Canary, type CanaryState } from './canary.ts';
import { ClockSync } from './clock-sync.ts';
import { DiskWatch } from './disk-watch.ts';
import { RELAY_ITSELF } from './duty.ts';
import { Feeds } from './feeds.ts';
import { HandoffWatch } from './handoff-watch.ts';
import { Jobs } from './jobs.ts';
import { MailDomain, type MailLook } from './mail-domain.ts';
import { OwnAlarm } from './own-alarm.ts';
import { PeerWatch } from './peer-watch.ts';
import { Ping } from './ping.ts';
import { alarmOfProblems } from './problem-alarms.ts';
import { alarmOfQuorum } from './quorum-alarm.ts';
import { ReachWatch } from './reach-watch.ts';
import type { Surroundings } from './surroundings.ts';
import { systemIds } from './system.ts';
import type { Channels } from './transports.ts';
import { askToVerify } from './verifying.ts';

export interface WatchingParts {
  config: Config;
  accept: Accept;
  store: Store;
  roster: Pick<OpenRosterBook, 'current' | 'edit' | 'fresh'>;
  engine: Pick<Engine, 'whenDone' | 'purge'>;
  around: Pick<Surroundings, 'hosts' | 'keeper' | 'membership'>;
  problems: ProblemBoard;
  bounces: Bounces;
  clock: Clock;
  log: Log;
  channels: Channels;
  tokenKey: Uint8Array;
  nowMs(): number;
}

/** Canaries and looks at other relays: so often at least, also without `watch` in the configuration. */
const EVERY_MS = 60_000;
/** Clocks that come and go are one incident. */
const CLOCK_SETTLE_MS = 5 * 60_000;
/** When least is going on. */
const PURGE_AT = { hour: 3, minute: 17 };
const PURGE_LIMIT_MS = 60 * 60_000;
/** When people have time to answer. */
const VERIFY_AT = { hour: 10, minute: 7 };
const VERIFY_LIMIT_MS = 10 * 60_000;

export class Watching {
  readonly #parts: WatchingParts;
  readonly #canary: Canary;
  readonly #peers: PeerWatch;
  readonly #alarm: OwnAlarm;
  readonly #jobs: Jobs;
  readonly #feeds: Feeds;
  readonly #reach: ReachWatch;
  readonly #bounces: BounceLook;
  readonly #handoffs: Handoffs;
  readonly #handoffWatch: HandoffWatch;
  readonly #mailDomain: MailDomain;
  readonly #disks: DiskWatch;
  /** Null on one machine: nothing here depends on seconds. */
  readonly #clockSync: ClockSync | null;
  #stopAlarms: () => void = () => undefined;
  #stopQuorumAlarm: () => void = () => undefined;

  constructor(parts: WatchingParts) {
    const { config, accept, store, roster, engine, around, problems, clock, log } = parts;
    const { watch, host } = config;
    this.#parts = parts;
    const pingMs = watch === null ? EVERY_MS : watch.everySeconds * 1_000;
    const everyMs = Math.min(EVERY_MS, pingMs);
    const url = watch?.pingUrl ?? null;
    const ping = url === null ? null : new Ping({ url, pingMs, everyMs, clock, problems });
    this.#canary = new Canary({
      host,
      everyMs,
      clock,
      log,
      problems,
      accept,
      whenDone: (id, timeoutMs) => engine.whenDone(id, timeoutMs),
      store,
      isBlocked: () => this.#isAlone() || around.keeper.state().waiting > 0,
      onThrough: () => void ping?.send(),
    });
    this.#alarm = new OwnAlarm({ accept, isOpen: (dedupKey) => isOpen(store, dedupKey), clock, log });
    this.#peers = new PeerWatch({
      peers: watch?.peers ?? [],
      everyMs,
      clock,
      log,
      alarm: this.#alarm,
      membership: around.membership,
    });
    const asking = {
      roster: () => roster.current(),
      accept,
      answerable: parts.channels.answerable,
      nowMs: parts.nowMs,
    };
    this.#jobs = new Jobs({
      jobs: [
        { name: 'purge', at: PURGE_AT, limitMs: PURGE_LIMIT_MS, run: () => engine.purge() },
        { name: 'verify', at: VERIFY_AT, limitMs: VERIFY_LIMIT_MS, run: () => askToVerify(asking) },
      ],
      store,
      clock,
      log,
      problems,
    });
    this.#feeds = new Feeds({
      store,
      roster,
      clock,
      log,
      problems,
      networks: () => config.calendars?.networks ?? [],
      zone: Temporal.Now.timeZoneId(),
    });
    const { membership } = around;
    this.#bounces = new BounceLook({ ...parts, roster: () => roster.current() });
    this.#reach = new ReachWatch({
      roster: () => roster.current(),
      works: (channel) => parts.channels.transports.has(channel),
      problems,
      alarm: this.#alarm,
      isMine: () => membership.owner(shardOf(lineageKey(RELAY_ITSELF, 'reach'))) === membership.self,
      clock,
      nowMs: parts.nowMs,
      zone: Temporal.Now.timeZoneId(),
    });
    this.#mailDomain = new MailDomain(parts);
    this.#disks = new DiskWatch({ config, clock, log, problems });
    this.#clockSync = config.cluster === null ? null : new ClockSync({ clock, problems });
    this.#handoffs = new Handoffs({
      store,
      roster,
      accept,
      log,
      newOp: () => systemIds.op(),
      nowMs: () => parts.nowMs(),
      isMine: (shard) => membership.owner(shard) === membership.self,
    });
    this.#handoffWatch = new HandoffWatch({
      clock,
      log,
      problems,
      handoffs: this.#handoffs,
      isAlone: () => this.#isAlone(),
      trusted: () => around.hosts?.skew.trusted !== false,
    });
  }

  get canary(): CanaryState {
    return this.#canary.state;
  }

  /** Bytes left, by folder. */
  get diskFreeBytes(): ReadonlyMap<string, number> {
    return this.#disks.freeBytes;
  }

  /** What DNS says of this installation's mail. */
  get mailLook(): MailLook | null {
    return this.#mailDomain.last;
  }

  /** Another configuration is in use. */
  reloaded(config: Config): void {
    void this.#mailDomain.start(config);
  }

  /** Looks for handoffs now; rejects as HandoffWatch.lookNow does. */
  handOver(): Promise<Looked> {
    return this.#handoffWatch.lookNow();
  }

  /** A provider call begins. */
  called(message: Outgoing): void {
    this.#canary.called(message);
  }

  /** This host's clock has gone wrong, or is right again (rule 4). */
  trust(trusted: boolean, offMs: number): void {
    const { host } = this.#parts.config;
    const key = `clock ${host}`;
    if (trusted) {
      this.#alarm.clear(key, CLOCK_SETTLE_MS);
      return;
    }
    const way = offMs > 0 ? 'ahead of' : 'behind';
    this.#alarm.raise(key, {
      summary: `${host}: its clock is ${Math.round(Math.abs(offMs))} ms ${way} the others; it leaves work to them`,
      severity: 'error',
      cure: `Check chrony on ${host} (chronyc tracking).`,
    });
  }

  /** Once the doors are open. */
  async start(): Promise<void> {
    const { config, problems, clock } = this.#parts;
    const { transports } = this.#parts.channels;
    const { host } = config;
    this.#stopAlarms = alarmOfProblems({
      board: problems,
      alarm: this.#alarm,
      clock,
      host,
      isAlone: () => this.#isAlone(),
      providers: () => [...transports.values()].flat().map(({ name }) => name),
    });
    const { hosts } = this.#parts.around;
    if (hosts !== null) {
      this.#stopQuorumAlarm = alarmOfQuorum({
        board: problems,
        alarm: this.#alarm,
        clock,
        log: this.#parts.log,
        host,
        speaksForAll: () => hosts.speaksForAll(),
      });
    }
    this.#canary.start();
    this.#peers.start();
    this.#feeds.start();
    this.#reach.start();
    this.#bounces.start();
    void this.#disks.start();
    void this.#clockSync?.start();
    void this.#mailDomain.start(config);
    await Promise.all([this.#jobs.start(), this.#handoffWatch.start()]);
  }

  /** Nothing new begins; resolves when a job under way has ended, which it does once the engine stops. */
  async stop(): Promise<void> {
    this.#stopAlarms();
    this.#stopQuorumAlarm();
    this.#canary.stop();
    this.#peers.stop();
    this.#reach.stop();
    this.#bounces.stop();
    this.#disks.stop();
    this.#clockSync?.stop();
    this.#mailDomain.stop();
    this.#alarm.stop();
    await Promise.all([this.#feeds.stop(), this.#handoffWatch.stop()]);
    await this.#jobs.stop();
  }

  #isAlone(): boolean {
    const { hosts } = this.#parts.around;
    return hosts !== null && hosts.mode !== 'together';
  }
}

/** Whether an incident of relay's own is open under this key. */
async function isOpen(store: Pick<Store, 'load'>, dedupKey: string): Promise<boolean> {
  const { state } = await store.load(lineageKey(RELAY_ITSELF, dedupKey));
  const incident = (state as Envelope<LineageState> | undefined | null)?.domain.incident ?? null;
  return incident !== null && incident.status !== 'resolved';
}
