/** The files in which this host pages alone while it has no quorum (rule 13): one that is written, others set aside. */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStore, LocalStores } from '../engine/degraded/degraded.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';

const PRESENT = 'alone.db';
const SEALED = /^alone-\d+\.db$/u;
/** Counts the times that this host has paged alone: each begins where no other of late did (rule 5). */
const PERIOD = 'period';
/** Codes a person, and numbers of incidents, for one such time; one that needs more goes on into the next's. */
const PER_PERIOD = 500;

/** `range`: the codes and incident numbers that are this host's own; no two hosts' ranges meet. */
export function localStores(parts: {
  folder: string;
  range: { first: number; last: number };
  clock: Clock;
  log: Log;
}): LocalStores {
  const { folder, range, clock, log } = parts;
  const present = join(folder, PRESENT);
  const periodFile = join(folder, PERIOD);
  const sealedFiles = async (): Promise<string[]> =>
    existsSync(folder) ? (await readdir(folder)).filter((name) => SEALED.test(name)).sort() : [];
  const readPeriod = async (): Promise<number> =>
    existsSync(periodFile) ? Number.parseInt(await readFile(periodFile, 'utf8'), 10) || 0 : 0;
  const periods = Math.floor((range.last - range.first + 1) / PER_PERIOD);
  return {
    exists: () => Promise.resolve(existsSync(present)),
    async open(): Promise<LocalStore> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      let period = await readPeriod();
      if (!existsSync(present)) {
        period += 1;
        await writeDurably(periodFile, String(period));
      }
      const first = range.first + (period % periods) * PER_PERIOD;
      return { store: numberedFrom(first, await openSqliteStore({ path: present, log })), first };
    },
    async seal() {
      // A kill leaves what was written last in a file beside it, which wouldn't come along: opening and closing takes it in.
      await (await openSqliteStore({ path: present, log })).close();
      await rename(present, join(folder, `alone-${Math.floor(clock.wallMs())}.db`));
    },
    async sealed() {
      const stores: Store[] = [];
      try {
        for (const name of await sealedFiles())
          stores.push(await openSqliteStore({ path: join(folder, name), log }));
      } catch (error) {
        // One that stays open can't be opened by the next try.
        await Promise.allSettled(stores.map((store) => store.close()));
        throw error;
      }
      return stores;
    },
    async dropSealed() {
      for (const name of await sealedFiles()) {
        for (const ending of ['', '-wal', '-shm']) await rm(join(folder, name + ending), { force: true });
      }
    },
  };
}

/** There after a power cut, or the former one is. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

/** The store's own numbers begin at 1. */
function numberedFrom(first: number, store: Store): Store {
  const reserve = store.reserveNumbers.bind(store);
  store.reserveNumbers = async (count) => (await reserve(count)) + first - 1;
  return store;
}
