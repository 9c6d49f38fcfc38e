/** What a host without a quorum takes on by itself (rule 13). */
import { MESSAGE, responderKey } from '../../notifications/rows.ts';
import type { JournalRow, Store } from '../../store/port.ts';
import { isCanaryInput } from '../canary.ts';
import { targetsOf } from '../targets.ts';
import type { Notes } from './notes.ts';

export interface Alone {
  /** What this host has done alone so far. */
  store: Pick<Store, 'lineageOf' | 'rows'>;
  /** What it did alone before. */
  notes: Notes;
  isOwnCode(code: number): boolean;
}

/** Alerts are paged here; answers and commands only for pages of this host's own. All else waits for the cluster. */
export async function concernsThisHost(row: JournalRow, alone: Alone): Promise<boolean> {
  const { input } = row;
  // A canary is to show the way through the quorum.
  if (isCanaryInput(input)) return false;
  switch (input.kind) {
    case 'alert':
      // What was paged alone before the quorum came and went again is not paged alone once more.
      return !targetsOf(row).some((target) => alone.notes.of(row, target) !== null);
    case 'command':
      return (await alone.store.lineageOf(input.number)) === input.lineage;
    case 'reply': {
      if (input.command.code !== null) return alone.isOwnCode(input.command.code);
      // A bare word of somebody who wasn't told anything here answers a page from before: it would be lost here.
      const [message] = await alone.store.rows(responderKey(input.person), MESSAGE, { limit: 1 });
      return message !== undefined;
    }
    default:
      return false;
  }
}
