/** How many incidents are open, kept while commits pass by, so that status costs no walk. */
import type { IncidentBody } from '../incidents/rows.ts';
import { incidentPages } from '../store/incident-pages.ts';
import type { Change, Store } from '../store/port.ts';

type Status = IncidentBody['status'];

export class Tally {
  #open = new Map<number, Status>();
  #triggered = 0;
  #isRead = false;
  /** What commits said while what is open is being read: newer than any page. */
  #meanwhile: Map<number, Status> | null = null;

  /** Reads what is open and forgets what was counted before; commits may pass by meanwhile. Rejects as the store does. */
  async read(store: Pick<Store, 'incidents'>): Promise<void> {
    const found = new Map<number, Status>();
    const meanwhile = new Map<number, Status>();
    this.#meanwhile = meanwhile;
    try {
      for await (const page of incidentPages(store)) {
        for (const { number, body } of page) found.set(number, (body as IncidentBody).status);
      }
    } finally {
      this.#meanwhile = null;
    }
    this.#isRead = true;
    this.#open = new Map();
    this.#triggered = 0;
    for (const [number, status] of [...found, ...meanwhile]) this.#note(number, status);
  }

  committed(change: Pick<Change, 'incidents'>): void {
    for (const entry of change.incidents) {
      const { status } = entry.body as IncidentBody;
      this.#meanwhile?.set(entry.number, status);
      this.#note(entry.number, status);
    }
  }

  /** How many wait for an answer; null while only what passed by is known. */
  get waiting(): number | null {
    return this.#isRead ? this.#triggered : null;
  }

  get counts(): { triggered: number; acknowledged: number } {
    return { triggered: this.#triggered, acknowledged: this.#open.size - this.#triggered };
  }

  #note(number: number, status: Status): void {
    if (this.#open.get(number) === 'triggered') this.#triggered -= 1;
    if (status === 'resolved') {
      this.#open.delete(number);
      return;
    }
    this.#open.set(number, status);
    if (status === 'triggered') this.#triggered += 1;
  }
}
