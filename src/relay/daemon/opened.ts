/** What has to be read or opened before the daemon's parts can be put together. */
import { readFile } from 'node:fs/promises';
import { tokenKeyFile } from '../config/paths.ts';
import { secretsOf } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { openRosterBook, rosterTrouble, type OpenRosterBook } from '../engine/roster-book.ts';
import { ProblemBoard } from '../observe/problems.ts';
import type { Spool } from '../events/spool/port.ts';
import { lazySpool } from './lazy-spool.ts';
import type { MovableStore } from './freezable.ts';
import { openSettledStore } from './settled-store.ts';
import { noteInUse } from './store-in-use.ts';
import { watchOptOuts } from './optouts.ts';
import { systemClock, systemIds } from './system.ts';
import { openTransports, type Channels } from './transports.ts';

export interface DaemonOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  log: Log;
  /** Reads relay.yaml as it is now. */
  readConfig(): Promise<Config>;
  /** Everything has moved to the store that relay.yaml names now: the process should end well and start again. */
  onMoved(): void;
  /** The store is lost: the process should end and be started again. */
  onFatal(error: Error): void;
}

export interface Opened {
  problems: ProblemBoard;
  store: MovableStore;
  roster: OpenRosterBook;
  tokenKey: Uint8Array;
  channels: Channels;
  spool: Spool;
  /** Set once the other hosts can be called: a new version of the roster is told to them. */
  spread: { now(version: number): Promise<string[]> };
  /** The highest seq this host has stamped. */
  lastSeq: number | null;
}

/** Rejects with nothing left open. */
export async function openParts({ config, env, log, onFatal }: DaemonOptions): Promise<Opened> {
  const problems = new ProblemBoard({ log, clock: systemClock });
  const secrets = secretsOf(config, env, (text) => log.warn({}, text));
  const tokenKey = await readFile(tokenKeyFile(config.keyDir));
  const channels = await openTransports({ config, secrets, tokenKey, clock: systemClock, log });
  const store = await openSettledStore({ config, env, clock: systemClock, log, onFatal });
  const spread = { now: (_version: number): Promise<string[]> => Promise.resolve([]) };
  const spool = lazySpool(config.spool, systemClock);
  try {
    const lastSeq = highest(await store.lastSeq(config.host), await spool.lastSeq());
    const roster = await openRosterBook({
      store,
      clock: systemClock,
      newOp: systemIds.op,
      onTrouble: (error) => rosterTrouble(problems, error),
      onVersion: watchOptOuts(problems),
      spread: (version) => spread.now(version),
    });
    await noteInUse(config, log);
    return { problems, store, spool, spread, roster, tokenKey, channels, lastSeq };
  } catch (error) {
    await spool.close();
    await store.close();
    throw error;
  }
}

const highest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
