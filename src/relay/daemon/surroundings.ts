/** What stands round the store and the engine: this host's disk, and the other hosts where there are any. */
import type { Config } from '../config/types.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineParts } from '../engine/engine-parts.ts';
import { alone, type BeatInfo, type Membership } from '../engine/membership.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import { Keeper } from '../events/spool/keeper.ts';
import type { JournalRow, Store, WorkId } from '../store/port.ts';
import type { Hosts } from './hosts.ts';
import type { Opened } from './opened.ts';

/** The daemon's parts that don't exist yet when these are made. */
export interface Later {
  engine(): Engine;
  makeEngine(store: Store, change: Partial<EngineParts>): Engine;
  onHandOn(rows: JournalRow[], known: ReadonlySet<WorkId>): void;
  /** How many incidents wait for an answer, as far as this host knows; null: it has not been able to count them. */
  waiting(): number | null;
  info(): BeatInfo;
  /** A command of another host, whose daemon is away. */
  handIn(path: string, body: unknown): Promise<unknown>;
  onTrust(trusted: boolean, offMs: number): void;
}

export interface Surroundings {
  keeper: Keeper;
  /** Null on one machine. */
  hosts: Hosts | null;
  membership: Membership;
  /** What the engine over the store is given because of them. */
  engineParts: Partial<EngineParts>;
  /** Before the engine starts. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface SurroundingsParts {
  config: Config;
  opened: Opened;
  clock: Clock;
  log: Log;
  /** Names this process. */
  life: string;
  later: Later;
}

export async function openSurroundings(parts: SurroundingsParts): Promise<Surroundings> {
  const { config, opened, clock, log, life, later } = parts;
  const { store, spool, problems, roster } = opened;
  if (config.cluster === null) return loneHost({ ...parts, problems });
  const { Hosts } = await import('./hosts.ts');
  const hosts = await Hosts.open({
    config,
    cluster: config.cluster,
    store,
    spool,
    clock,
    log,
    problems,
    life,
    firstSeq: (opened.lastSeq ?? 0) + 1,
    withoutSinceMonoMs: opened.withoutSinceMonoMs,
    roster,
    engine: later.engine,
    makeLocalEngine: ({ store: local, first }) =>
      later.makeEngine(local, { degraded: { host: config.host, firstCode: first } }),
    onHandOn: later.onHandOn,
    waiting: later.waiting,
    info: later.info,
    handIn: later.handIn,
    onTrust: later.onTrust,
  });
  opened.spread.now = (version) => hosts.spread(version);
  return {
    keeper: hosts.keeper,
    hosts,
    membership: hosts.membership,
    engineParts: {
      membership: hosts.membership,
      mixedVersions: () => hosts.membership.mixedVersions,
      peers: hosts.peers,
      trusted: () => hosts.skew.trusted,
      freshRoster: (version) => roster.fresh(version),
      noteOf: (row, target) => hosts.degraded.noteOf(row, target),
      onCarried: (row) => hosts.degraded.carried(row),
      onDone: (row) => {
        hosts.degraded.done(row);
        hosts.keeper.done([row]);
      },
    },
    start: () => hosts.start(),
    stop: () => hosts.stop(),
  };
}

function loneHost({
  config,
  opened,
  clock,
  log,
  later,
  problems,
}: SurroundingsParts & { problems: ProblemBoard }): Surroundings {
  const keeper = new Keeper({
    store: opened.store,
    spool: opened.spool,
    peers: null,
    clock,
    host: config.host,
    problems,
    log,
    onHandOn: later.onHandOn,
    alive: () => false,
    down: () => false,
  });
  return {
    keeper,
    hosts: null,
    membership: alone(config.host),
    engineParts: { onDone: (row) => keeper.done([row]) },
    start: () => keeper.start(),
    stop: () => keeper.stop(),
  };
}
