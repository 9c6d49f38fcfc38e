/**
 * Incidents that wait by the rules of their policy, looked over when the roster has changed: one that would not wait by
 * the new one, or not as long, is judged at once, and not when the old wait ends.
 */
import { ESCALATE } from '../incidents/escalation.ts';
import { waitQuestion } from '../incidents/question.ts';
import type { IncidentBody } from '../incidents/rows.ts';
import type { LineageState } from '../incidents/types.ts';
import type { Duty, DutyQuestion } from '../oncall/types.ts';
import type { AggregateKey, DueRow, Store } from '../store/port.ts';
import { incidentPages } from '../store/incident-pages.ts';
import { dueRow, type Envelope } from './envelope.ts';

export interface WaitWalkParts {
  store: Pick<Store, 'incidents' | 'load' | 'undone' | 'writeDue'>;
  nowMs(): number;
  /** The version that this host goes by. */
  rosterVersion(): number;
  duty(service: string, atMs: number, asked: DutyQuestion): Duty;
  /** Whether this host looks after the aggregate. */
  mine(aggregate: AggregateKey): boolean;
  /** Has a timer fire before its time. */
  fire(row: DueRow): void;
  stopped(): boolean;
}

export class WaitWalk {
  readonly #parts: WaitWalkParts;
  /** The version that all waits here have been looked at under. */
  #seen: number | null = null;
  #running = false;

  constructor(parts: WaitWalkParts) {
    this.#parts = parts;
  }

  /** Once for each version, or `anew`: others may have looked after some of them before. Rejects as the store does. */
  async look(anew = false): Promise<void> {
    const version = this.#parts.rosterVersion();
    if (this.#running || (version === this.#seen && !anew)) return;
    this.#running = true;
    try {
      await this.#walk();
      this.#seen = version;
    } finally {
      this.#running = false;
    }
  }

  async #walk(): Promise<void> {
    const { store, mine, stopped } = this.#parts;
    for await (const page of incidentPages(store)) {
      for (const { body, lineage } of page) {
        if (stopped()) return;
        if ((body as IncidentBody).waitsUntil !== undefined && mine(lineage)) await this.#judge(lineage);
      }
    }
  }

  async #judge(lineage: AggregateKey): Promise<void> {
    const { store, nowMs, duty, fire } = this.#parts;
    const { state } = await store.load(lineage);
    // An entry of what is no longer there, or not yet: the others are looked at all the same.
    if (state === null) return;
    const { domain, timers } = state as Envelope<LineageState>;
    const asked = waitQuestion(domain);
    const timer = timers.find((one) => one.name === ESCALATE);
    if (asked === null || timer === undefined) return;
    const { wait } = duty(domain.service, nowMs(), asked);
    if (wait?.untilMs === domain.incident?.waits?.untilMs) return;
    const row = dueRow(lineage, timer);
    // Its chain may not have come to write it yet: what follows from it stands behind this row, and must outlive a crash (S13).
    if (!(await store.undone([row.id])).has(row.id)) await store.writeDue([row]);
    // Whatever comes of it is decided by the machine: that it fires early changes nothing else.
    fire(row);
  }
}
