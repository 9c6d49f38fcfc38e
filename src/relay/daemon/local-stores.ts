/** The files in which this host pages alone while it has no quorum (rule 13): one that is written, others set aside. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStores } from '../engine/degraded/degraded.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';

const PRESENT = 'alone.db';
const SEALED = /^alone-\d+\.db$/u;

/** `firstNumber`: where this host's own incident numbers begin; no two hosts' ranges meet. */
export function localStores(parts: {
  folder: string;
  firstNumber: number;
  clock: Clock;
  log: Log;
}): LocalStores {
  const { folder, firstNumber, clock, log } = parts;
  const present = join(folder, PRESENT);
  const openAt = async (path: string): Promise<Store> =>
    numberedFrom(firstNumber, await openSqliteStore({ path, log }));
  const sealedFiles = async (): Promise<string[]> =>
    existsSync(folder) ? (await readdir(folder)).filter((name) => SEALED.test(name)).sort() : [];
  return {
    exists: () => Promise.resolve(existsSync(present)),
    async open() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return openAt(present);
    },
    async seal() {
      // Closed by now, so that everything is in the one file.
      await rename(present, join(folder, `alone-${Math.floor(clock.wallMs())}.db`));
    },
    async sealed() {
      const stores: Store[] = [];
      for (const name of await sealedFiles()) stores.push(await openAt(join(folder, name)));
      return stores;
    },
    async dropSealed() {
      for (const name of await sealedFiles()) {
        for (const ending of ['', '-wal', '-shm']) await rm(join(folder, name + ending), { force: true });
      }
    },
  };
}

/** The store's own numbers begin at 1. */
function numberedFrom(first: number, store: Store): Store {
  const reserve = store.reserveNumbers.bind(store);
  store.reserveNumbers = async (count) => (await reserve(count)) + first - 1;
  return store;
}
