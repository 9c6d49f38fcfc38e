/** What a machine pages alone from while it has no quorum (rule 13): files on its own disk, in memory here. */
import type { LocalStore, LocalStores } from '../../src/relay/engine/degraded/degraded-parts.ts';
import { degradedCodes } from '../../src/relay/notifications/codes.ts';
import { StoreFullError, type Store } from '../../src/relay/store/port.ts';
import type { CommitChecks } from './commit-checks.ts';
import { emptyDisk, type MemoryDisk } from './memory-disk.ts';
import type { Process } from './process.ts';
import type { Prng } from './prng.ts';
import type { VirtualTime } from './virtual-time.ts';

/** From when a host pages alone until what it did is set aside. */
export interface AloneFile {
  host: string;
  /** Its codes and incident numbers begin here. */
  first: number;
  disk: MemoryDisk;
  checks: CommitChecks;
}

/** What stays when the process goes; lost with the machine. */
export interface AloneDisk {
  present: AloneFile | null;
  sealed: AloneFile[];
  /** How often it has paged alone. */
  periods: number;
}

export const emptyAloneDisk = (): AloneDisk => ({ present: null, sealed: [], periods: 0 });

/** Codes a person, and numbers of incidents, for each time: the daemon's own division. */
export const PER_PERIOD = 500;

export interface SimLocalStoresParts {
  host: string;
  /** Counts from 1. */
  hostIndex: number;
  files: AloneDisk;
  time: VirtualTime;
  draw: Prng;
  process: Process;
  /** How likely a crash is before or after a change of the files. */
  crashes(): number;
  crash(why: string): void;
  full(): boolean;
  /** A process's way to such a file. */
  storeOver(file: AloneFile): Store;
  checksOver(file: Omit<AloneFile, 'checks'>): AloneFile;
}

/** A rename and its flush. */
const CALL_MS = 12;

export class SimLocalStores implements LocalStores {
  readonly #parts: SimLocalStoresParts;

  constructor(parts: SimLocalStoresParts) {
    this.#parts = parts;
  }

  open(): Promise<LocalStore> {
    const { files, full, storeOver } = this.#parts;
    return this.#call('opening', () => {
      if (files.present === null && full()) throw new StoreFullError('no space left for a file');
      const file = (files.present ??= this.#newFile());
      return { store: storeOver(file), first: file.first };
    });
  }

  exists(): Promise<boolean> {
    return this.#call(null, () => this.#parts.files.present !== null);
  }

  seal(): Promise<void> {
    const { files } = this.#parts;
    return this.#call('setting aside', () => {
      if (files.present !== null) files.sealed.push(files.present);
      files.present = null;
    });
  }

  sealed(): Promise<Store[]> {
    const { files, storeOver } = this.#parts;
    return this.#call(null, () => files.sealed.map(storeOver));
  }

  dropSealed(): Promise<void> {
    const { files } = this.#parts;
    return this.#call('dropping', () => {
      files.sealed = [];
    });
  }

  #newFile(): AloneFile {
    const { host, hostIndex, files, checksOver } = this.#parts;
    files.periods += 1;
    const { first: from, last } = degradedCodes(hostIndex);
    const periods = Math.floor((last - from + 1) / PER_PERIOD);
    const first = from + (files.periods % periods) * PER_PERIOD;
    return checksOver({ host, first, disk: { ...emptyDisk(), nextNumber: first } });
  }

  /** `what`: a change that the process may die before or after; null: it only looks. */
  #call<T>(what: string | null, apply: () => T): Promise<T> {
    const { time, draw, process, crashes, crash } = this.#parts;
    return new Promise((resolve, reject) => {
      time.schedule(draw.next() * CALL_MS, () => {
        if (process.dead) return;
        const dies = what !== null && draw.chance(crashes());
        if (dies && draw.chance(0.5)) {
          crash(`before ${what} the file it pages alone from`);
          return;
        }
        try {
          const value = apply();
          process.deliver(() => resolve(value));
        } catch (error) {
          process.deliver(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
        if (dies) crash(`after ${what} the file it pages alone from`);
      });
    });
  }
}
