/** What a host without a quorum takes on by itself (rule 13). */
import { MESSAGE, messageKey, responderKey } from '../../notifications/rows.ts';
import type { JournalRow, Store } from '../../store/port.ts';
import { isCanaryInput } from '../canary.ts';
import type { DegradedNote } from '../effects.ts';
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
      return !targetsOf(row).some((target) => isKnown(alone.notes.of(row, target)));
    case 'command':
      return (await alone.store.lineageOf(input.number)) === input.lineage;
    case 'reply': {
      const { code } = input.command;
      if (code !== null && !alone.isOwnCode(code)) return false;
      // What answers a page from before would be lost here: a code of an earlier time alone, or a bare word of somebody
      // who wasn't told anything this time.
      const about = code === null ? { limit: 1 } : { prefix: messageKey(code), limit: 1 };
      const [message] = await alone.store.rows(responderKey(input.person), MESSAGE, about);
      return message !== undefined;
    }
    default:
      return false;
  }
}

/** Somebody was told, perhaps, or has answered. */
const isKnown = (note: DegradedNote | null): boolean =>
  note !== null && (note.told.length > 0 || note.status !== 'triggered');
