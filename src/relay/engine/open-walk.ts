/** Looks over what is open: a live timer that has no due row, or isn't armed, would never fire (rule 3). */
import type { DueRow, Store, WorkId } from '../store/port.ts';
import { incidentPages } from '../store/incident-pages.ts';
import { dueRow, type Envelope } from './envelope.ts';

export interface OpenWalkParts {
  store: Pick<Store, 'incidents' | 'load' | 'undone' | 'writeDue'>;
  /** Whether this host looks after the aggregate. */
  mine(aggregate: string): boolean;
  /** Aggregates of the roster's people and heartbeats; their timers are looked over too. */
  watched(): string[];
  underWay(id: WorkId): boolean;
  takeDue(rows: DueRow[]): void;
  stopped(): boolean;
}

export async function walkOpen(parts: OpenWalkParts): Promise<void> {
  for await (const page of incidentPages(parts.store)) {
    for (const { lineage } of page) {
      if (parts.stopped()) return;
      if (parts.mine(lineage)) await mendTimers(parts, lineage);
    }
  }
  for (const aggregate of parts.watched()) {
    if (parts.mine(aggregate)) await mendTimers(parts, aggregate);
  }
}

async function mendTimers(parts: OpenWalkParts, aggregate: string): Promise<void> {
  const { state } = await parts.store.load(aggregate);
  const timers = (state as Envelope<unknown> | undefined | null)?.timers ?? [];
  if (timers.length === 0) return;
  const rows = timers.map((timer) => dueRow(aggregate, timer));
  const undone = await parts.store.undone(rows.map((row) => row.id));
  const missing = rows.filter((row) => !undone.has(row.id) && !parts.underWay(row.id));
  if (missing.length > 0) await parts.store.writeDue(missing);
  // All of them: one that is written may never have been armed, and who is armed already stays so.
  parts.takeDue(rows);
}
