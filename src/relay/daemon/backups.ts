/** `relay backup` in the daemon: it gives everything in the store, and goes on paging. */
import { backupLines } from '../backup/lines.ts';
import type { BackupLine } from '../backup/format.ts';
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { VERSION } from '../version.ts';
import type { MovableStore } from './freezable.ts';
import { storeText } from './open-store.ts';

export interface BackupParts {
  config: Config;
  store: Pick<MovableStore, 'moving'>;
  log: Log;
  newId(): string;
  nowMs(): number;
}

export class Backups {
  readonly #parts: BackupParts;
  #running = false;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** Null: one is under way already, and ends before the next begins. */
  begin(): AsyncIterable<BackupLine[]> | null {
    if (this.#running) return null;
    this.#running = true;
    return this.#lines();
  }

  async *#lines(): AsyncGenerator<BackupLine[]> {
    const { config, store, log, newId, nowMs } = this.#parts;
    try {
      const head = {
        id: newId(),
        version: VERSION,
        host: config.host,
        store: storeText(config.store),
        atMs: nowMs(),
      };
      let lines = 0;
      for await (const page of backupLines(store.moving, head)) {
        lines += page.length;
        yield page;
      }
      log.info({ lines }, 'everything was given for a backup');
    } catch (error) {
      log.error({ err: error }, 'a backup failed');
      throw error;
    } finally {
      this.#running = false;
    }
  }
}
