/**
 * How much room is left where relay keeps things, and where `watch.disks` says besides (Cassandra's data, which stands
 * still when its disk is full). People hear of it while there is time.
 */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config/types.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';

/** Problems' ids. */
export const DISK_LOW = 'disk-low';
const DISK_UNSEEN = 'disk-unseen';

const EVERY_MS = 60_000;
const GIB = 1024 ** 3;
/** What relay itself keeps grows slowly: of a large disk a tenth would be far from full. */
const OWN_MAX_BYTES = 4 * GIB;
/** A problem goes only when there is this much more than what raised it. */
const EASE = 1.25;

export interface Room {
  freeBytes: number;
  sizeBytes: number;
}

export interface DiskWatchParts {
  config: Pick<Config, 'store' | 'spool' | 'keyDir' | 'watch'>;
  clock: Clock;
  log: Log;
  problems: Problems;
  /** Rejects with the system's error. Absent: the system is asked. */
  roomAt?(folder: string): Promise<Room & { disk: number }>;
}

interface Folder {
  path: string;
  /** Named in relay.yaml for this alone: it must be there, and its disk is used for what grows fast. */
  isNamed: boolean;
}

export class DiskWatch {
  readonly #parts: DiskWatchParts;
  readonly #folders: readonly Folder[];
  #free = new Map<string, number>();
  #low = new Set<string>();
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: DiskWatchParts) {
    this.#parts = parts;
    const { store, spool, keyDir, watch } = parts.config;
    const own = [...(store.kind === 'sqlite' ? [dirname(store.path)] : []), spool, keyDir];
    const named = watch?.disks ?? [];
    this.#folders = [
      ...named.map((path) => ({ path, isNamed: true })),
      ...[...new Set(own)].filter((path) => !named.includes(path)).map((path) => ({ path, isNamed: false })),
    ];
  }

  /** Bytes that relay may still write, by folder; none that couldn't be looked at. */
  get freeBytes(): ReadonlyMap<string, number> {
    return this.#free;
  }

  /** Resolves after the first look. Never rejects. */
  async start(): Promise<void> {
    await this.#look();
    this.#next();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #next(): void {
    if (this.#stopped) return;
    this.#cancel = this.#parts.clock.after(EVERY_MS, () => void this.#look().finally(() => this.#next()));
  }

  async #look(): Promise<void> {
    const roomAt = this.#parts.roomAt ?? roomOf;
    const free = new Map<string, number>();
    const low = new Map<number, { path: string; room: Room }>();
    const unseen: string[] = [];
    for (const { path, isNamed } of this.#folders) {
      try {
        const { disk, ...room } = await roomAt(path);
        free.set(path, room.freeBytes);
        if (this.#isLow(path, room, isNamed) && !low.has(disk)) low.set(disk, { path, room });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (isNamed) unseen.push(`${path}: ${why}`);
        // A folder of our own is made when it is first needed.
        else if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT')
          this.#parts.log.info({ folder: path, why }, 'how much room is left there can not be seen');
      }
    }
    this.#free = free;
    this.#say([...low.values()], unseen);
  }

  #isLow(path: string, room: Room, isNamed: boolean): boolean {
    const enough = lowBytes(room.sizeBytes, isNamed) * (this.#low.has(path) ? EASE : 1);
    const isLow = room.freeBytes < enough;
    if (isLow) this.#low.add(path);
    else this.#low.delete(path);
    return isLow;
  }

  #say(low: readonly { path: string; room: Room }[], unseen: readonly string[]): void {
    const { problems } = this.#parts;
    if (low.length === 0) problems.clear(DISK_LOW);
    else {
      const texts = low.map(
        ({ path, room: { freeBytes, sizeBytes } }) =>
          `${path} has ${sizeText(freeBytes)} left of ${sizeText(sizeBytes)} (${Math.floor((freeBytes / sizeBytes) * 100)} %)`,
      );
      problems.raise(
        DISK_LOW,
        `the disk is nearly full: ${texts.join('; ')}`,
        'free space, or make the disk larger: when it is full, alerts can not be kept there any more',
      );
    }
    if (unseen.length === 0) problems.clear(DISK_UNSEEN);
    else
      problems.raise(
        DISK_UNSEEN,
        `how much room is left can not be seen: ${unseen.join('; ')}`,
        'mend watch.disks in relay.yaml, or what relay may see of the folder, then restart relay',
      );
  }
}

/**
 * What counts as nearly full: a tenth of the disk, at least 1 GiB, at most 4 GiB where nothing else is kept than what is
 * relay's own; of a small disk a quarter at most.
 */
export function lowBytes(sizeBytes: number, isNamed: boolean): number {
  const tenth = Math.max(sizeBytes / 10, GIB);
  return Math.min(isNamed ? tenth : Math.min(tenth, OWN_MAX_BYTES), sizeBytes / 4);
}

/** What a process without privileges may still write. */
async function roomOf(folder: string): Promise<Room & { disk: number }> {
  const [{ dev }, { bavail, blocks, bsize }] = await Promise.all([stat(folder), statfs(folder)]);
  return { disk: dev, freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
}

function sizeText(bytes: number): string {
  return bytes < GIB ? `${Math.floor(bytes / 1024 ** 2)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
}
