/** What has to be read or opened before the daemon's parts can be put together. */
import { readFile } from 'node:fs/promises';
import { tokenKeyFile } from '../config/paths.ts';
import { secretsOf } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { openRosterBook, rosterTrouble, type OpenRosterBook } from '../engine/roster-book.ts';
import { ProblemBoard } from '../observe/problems.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { watchOptOuts } from './optouts.ts';
import { systemClock, systemIds } from './system.ts';
import { openTransports, type Channels } from './transports.ts';

export interface DaemonOptions {
  config: Config;
  env: NodeJS.ProcessEnv;
  log: Log;
  /** The store is lost: the process should end and be started again. */
  onFatal(error: Error): void;
}

export interface Opened {
  problems: ProblemBoard;
  store: Store;
  roster: OpenRosterBook;
  tokenKey: Uint8Array;
  channels: Channels;
  /** The highest seq this host has stamped. */
  lastSeq: number | null;
}

/** Rejects with nothing left open. */
export async function openParts({ config, env, log, onFatal }: DaemonOptions): Promise<Opened> {
  const problems = new ProblemBoard({ log, clock: systemClock });
  const secrets = secretsOf(config, env, (text) => log.warn({}, text));
  const tokenKey = await readFile(tokenKeyFile(config.keyDir));
  const channels = await openTransports({ config, secrets, tokenKey, clock: systemClock, log });
  const store = await openSqliteStore({ path: config.store.path, log, onFatal });
  try {
    const lastSeq = await store.lastSeq(config.host);
    const roster = await openRosterBook({
      store,
      clock: systemClock,
      newOp: systemIds.op,
      onTrouble: (error) => rosterTrouble(problems, error),
      onVersion: watchOptOuts(problems),
    });
    return { problems, store, roster, tokenKey, channels, lastSeq };
  } catch (error) {
    await store.close();
    throw error;
  }
}
