/** From an alert's acceptance to the first provider call for its incident: the number a pager is judged by. */
import type { IncidentBody } from '../incidents/rows.ts';
import type { Change } from '../store/port.ts';

/** Incidents waited for at most; beyond, the oldest is let go unmeasured. */
const WAITING = 2_000;

export class FirstCallLatency {
  readonly #openedAtMs = new Map<number, number>();
  readonly #observe: (durationMs: number) => void;

  constructor(observe: (durationMs: number) => void) {
    this.#observe = observe;
  }

  committed(change: Pick<Change, 'incidents'>): void {
    for (const { number, body } of change.incidents) {
      const { status, events, openedAt } = body as IncidentBody;
      if (status !== 'triggered' || events > 1 || this.#openedAtMs.has(number)) continue;
      this.#openedAtMs.set(number, Date.parse(openedAt));
      if (this.#openedAtMs.size > WAITING) {
        const [oldest] = this.#openedAtMs.keys();
        if (oldest !== undefined) this.#openedAtMs.delete(oldest);
      }
    }
  }

  /** A call about this incident begins. */
  called(number: number | undefined, nowMs: number): void {
    const openedAtMs = number === undefined ? undefined : this.#openedAtMs.get(number);
    if (number === undefined || openedAtMs === undefined) return;
    this.#openedAtMs.delete(number);
    this.#observe(Math.max(0, nowMs - openedAtMs));
  }
}
