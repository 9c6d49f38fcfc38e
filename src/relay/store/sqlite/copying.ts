/**
 * A copy of everything in the file while the daemon goes on: SQLite copies the file beside itself, as it is in one
 * instant, and the copy is read at leisure by a worker of its own. Another process could not: the daemon holds the file.
 */
import { rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Piece } from '../moving.ts';
import { StoreFullError } from '../port.ts';
import { WORKER_FILE, WorkerLink } from './link.ts';
import { SqliteMoving } from './moving.ts';

/** Left free for alerts while the copy is there. */
const SPARE_BYTES = 64 * 1024 ** 2;

const copyOf = (path: string): string => `${path}.copy`;

/** Rejects with StoreUnavailableError or StoreFullError; the copy is gone when this ends, however it does. */
export async function* copyOfAll(link: WorkerLink, nowMs: () => number): AsyncGenerator<Piece[]> {
  const { path } = link;
  const copy = copyOf(path);
  await forgetCopy(path);
  try {
    await refuseWithoutSpace(path);
    await link.copyTo(copy);
    const reader = new WorkerLink(
      WORKER_FILE,
      { path: copy, nowMs: nowMs() },
      // What becomes of it is told to who reads.
      { onFatal: () => {}, onSpace: () => {} },
    );
    try {
      await reader.ready;
      yield* new SqliteMoving(reader, nowMs).pieces();
    } finally {
      await reader.close();
    }
  } finally {
    await forgetCopy(path);
  }
}

/** Removes the copy of this database that was not finished. */
export async function forgetCopy(path: string): Promise<void> {
  for (const end of ['', '-wal', '-shm', '-journal']) await rm(`${copyOf(path)}${end}`, { force: true });
}

/** A copy that filled the disk would have alerts refused. */
async function refuseWithoutSpace(path: string): Promise<void> {
  const folder = dirname(path);
  const [{ size }, { bavail, bsize }] = await Promise.all([stat(path), statfs(folder)]);
  const [wantedMb, freeMb] = [size + SPARE_BYTES, bavail * bsize].map((bytes) =>
    Math.ceil(bytes / 1024 ** 2),
  );
  if (freeMb !== undefined && wantedMb !== undefined && freeMb >= wantedMb) return;
  throw new StoreFullError(
    `a backup needs ${wantedMb} MB free in ${folder} for a while, and there are ${freeMb}: free some, and back up again`,
  );
}
