/** Slots of jobs that run once: a row a slot, never deleted, since there are few. */
import type { DatabaseSync } from 'node:sqlite';
import { Query } from './query.ts';

export class SlotTable {
  readonly #take: Query;

  constructor(db: DatabaseSync) {
    this.#take = new Query(db, 'INSERT INTO slots (job, slot) VALUES (?, ?) ON CONFLICT DO NOTHING');
  }

  /** False: it was taken before. */
  take(job: string, slot: string): boolean {
    return this.#take.run(job, slot) > 0;
  }
}
