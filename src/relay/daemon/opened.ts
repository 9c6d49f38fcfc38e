/** What has to be read or opened before the daemon's parts can be put together. */
import { secretsOf } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { openRosterBook, rosterTrouble, type OpenRosterBook } from '../engine/roster-book.ts';
import { ProblemBoard } from '../observe/problems.ts';
import type { Spool } from '../events/spool/port.ts';
import { lazySpool } from './lazy-spool.ts';
import { Bounces } from './bounces.ts';
import type { MovableStore } from './freezable.ts';
import { forgetLastSeen } from './last-seen.ts';
import { openSettledStore } from './settled-store.ts';
import type { Started, StartParts } from './start-without.ts';
import { noteInUse } from './store-in-use.ts';
import { watchOptOuts } from './optouts.ts';
import { systemClock, systemIds } from './system.ts';
import { readTokenKey } from './token-key.ts';
import { openTransports, type Channels } from './transports.ts';

export interface DaemonOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  log: Log;
  /** Reads relay.yaml as it is now. */
  readConfig(): Promise<Config>;
  /** The start takes its time, and gets on: nobody should end it. */
  onLongStart(text: string): void;
  /** Everything has moved to the store that relay.yaml names now: the process should end well and start again. */
  onMoved(): void;
  /** The store is lost: the process should end and be started again. */
  onFatal(error: Error): void;
}

export interface Opened {
  problems: ProblemBoard;
  /** Contacts whose mails come back. */
  bounces: Bounces;
  store: MovableStore;
  roster: OpenRosterBook;
  tokenKey: Uint8Array;
  channels: Channels;
  spool: Spool;
  /** Set once the other hosts can be called: a new version of the roster is told to them. */
  spread: { now(version: number): Promise<string[]> };
  /** The highest seq this host has stamped. */
  lastSeq: number | null;
  /** See Started. */
  withoutSinceMonoMs: number | null;
  settled(): Promise<void>;
}

/** Rejects with nothing left open. */
export async function openParts({ config, env, log, onFatal, onLongStart }: DaemonOptions): Promise<Opened> {
  const problems = new ProblemBoard({ log, clock: systemClock });
  const watchOff = watchOptOuts(problems);
  const bounces = new Bounces(problems);
  const secrets = secretsOf(config, env, (text) => log.warn({}, text));
  const tokenKey = await readTokenKey(config.keyDir);
  const channels = await openTransports({ config, secrets, tokenKey, clock: systemClock, log });
  const spread = { now: (_version: number): Promise<string[]> => Promise.resolve([]) };
  const spool = lazySpool(config.spool, systemClock);
  const parts: StartParts = {
    config,
    open: () => openSettledStore({ config, env, clock: systemClock, log, onFatal, onLongStart }),
    spool,
    clock: systemClock,
    ids: systemIds,
    log,
    problems,
    onVersion: (version) => {
      watchOff(version);
      bounces.roster(version);
    },
    spread: (version) => spread.now(version),
    onOpen: () => noteInUse(config, log),
  };
  try {
    const started = await (config.cluster === null ? startOnItsOwn(parts) : startWithOthers(parts));
    return { ...started, problems, bounces, spool, spread, tokenKey, channels };
  } catch (error) {
    await spool.close();
    throw error;
  }
}

/** Loaded only where it is needed: idle memory is dear. */
async function startWithOthers(parts: StartParts): Promise<Started> {
  const { startAmongOthers } = await import('./start-without.ts');
  return startAmongOthers(parts);
}

/** Without other hosts nothing goes on while the store doesn't: its senders wait. */
async function startOnItsOwn(parts: StartParts): Promise<Started> {
  const { config, spool, problems, ids } = parts;
  const store = await parts.open();
  try {
    const lastSeq = highest(await store.lastSeq(config.host), await spool.lastSeq());
    const roster = await openRosterBook({
      ...parts,
      store,
      newOp: ids.op,
      onTrouble: (error) => rosterTrouble(problems, error),
    });
    await parts.onOpen();
    // Here others may have worked since it was kept.
    await forgetLastSeen(config);
    return { store, roster, lastSeq, withoutSinceMonoMs: null, settled: () => Promise.resolve() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

const highest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
