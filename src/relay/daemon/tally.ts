/** How many incidents are open, kept while commits pass by, so that status costs no walk. */
import type { IncidentBody } from '../incidents/rows.ts';
import type { Change, Store } from '../store/port.ts';

const PAGE = 500;

export class Tally {
  readonly #acknowledged = new Map<number, boolean>();
  #triggered = 0;
  #counting = true;
  readonly #committed = new Set<number>();

  /** Reads what is open; commits may pass by meanwhile. */
  async start(store: Store): Promise<void> {
    let before: number | undefined;
    for (;;) {
      const entries = await store.incidents({
        open: true,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      for (const entry of entries) {
        // What a commit said meanwhile is newer than this page.
        if (!this.#committed.has(entry.number)) this.#note(entry.number, entry.body as IncidentBody);
      }
      before = entries.at(-1)?.number;
      if (before === undefined || entries.length < PAGE) break;
    }
    this.#counting = false;
    this.#committed.clear();
  }

  committed(change: Pick<Change, 'incidents'>): void {
    for (const entry of change.incidents) {
      if (this.#counting) this.#committed.add(entry.number);
      this.#note(entry.number, entry.body as IncidentBody);
    }
  }

  get counts(): { triggered: number; acknowledged: number } {
    return { triggered: this.#triggered, acknowledged: this.#acknowledged.size - this.#triggered };
  }

  #note(number: number, { status }: IncidentBody): void {
    if (this.#acknowledged.get(number) === false) this.#triggered -= 1;
    if (status === 'resolved') {
      this.#acknowledged.delete(number);
      return;
    }
    this.#acknowledged.set(number, status === 'acknowledged');
    if (status === 'triggered') this.#triggered += 1;
  }
}
