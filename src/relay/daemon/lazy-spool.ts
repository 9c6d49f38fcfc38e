/**
 * A lone host's spool: it costs a thread and a file, and is needed only when the store fails. So it is opened at the
 * first row, or at the start if a former life left one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../engine/ports.ts';
import type { Spool } from '../events/spool/port.ts';

/** Calls reject as openSpool does when the disk can't be used. */
export function lazySpool(folder: string, clock: Clock): Spool {
  let opening: Promise<Spool> | null = null;
  const open = (): Promise<Spool> => {
    opening ??= import('../events/spool/disk.ts')
      .then(({ openSpool }) => openSpool({ folder, clock }))
      .catch((error: unknown) => {
        // Whoever comes next tries again: the disk may have space by then.
        opening = null;
        throw error;
      });
    return opening;
  };
  const isThere = (): boolean => opening !== null || existsSync(join(folder, 'spool.db'));
  const ifOpen = (then: (spool: Spool) => void): void => {
    // A failed opening was told to whoever asked for it.
    opening?.then(then, () => undefined);
  };
  return {
    keep: async (rows, owner) => (await open()).keep(rows, owner),
    drop: (ids, owner) => ifOpen((spool) => spool.drop(ids, owner)),
    journalled: (ids) => ifOpen((spool) => spool.journalled(ids)),
    walk: async (walk) => (isThere() ? (await open()).walk(walk) : { items: [], next: null }),
    counts: async () =>
      isThere() ? (await open()).counts() : { own: 0, others: 0, oldestMs: null, sizeBytes: 0 },
    lastSeq: async () => (isThere() ? (await open()).lastSeq() : null),
    close: async () => (await opening)?.close(),
  };
}
