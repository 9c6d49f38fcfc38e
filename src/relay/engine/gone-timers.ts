/** Timers that a commit has ended: their due rows need not fire. */
import { dueId } from '../store/places.ts';
import type { DueRow, Store, WorkId } from '../store/port.ts';
import type { Committed } from './machine-port.ts';
import type { Log } from './ports.ts';

interface GoneParts {
  store: Pick<Store, 'markDone'>;
  log: Log;
  /** It is armed no longer. */
  drop(id: WorkId): void;
  /** Takes the chain of a due row up, as if it had fired. */
  carry(row: DueRow): void;
}

/** Disarms them, and marks their rows as done. */
export function endTimers(commit: Committed<unknown>, { store, log, drop, carry }: GoneParts): void {
  const holding = new Set(commit.envelope.outbox.flatMap((one) => one.rows));
  const gone: WorkId[] = [];
  for (const timer of commit.timersGone) {
    const id = dueId(timer);
    drop(id);
    // Something is still to be handed over for it: its chain does that, as it would if it had fired.
    if (holding.has(id)) carry({ id, dueAtMs: 0, aggregate: commit.key, timer });
    else gone.push(id);
  }
  if (gone.length === 0) return;
  // Best effort: a due row that stays fires, finds its timer gone, and is done then.
  store.markDone(gone).catch((error: unknown) => {
    log.warn({ err: error }, 'timers that are no more could not be marked done');
  });
}
