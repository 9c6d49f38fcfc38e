/** The alert about an input that could not be worked on three times (rule 15). */
import type { NewInput } from '../events/accept.ts';
import type { WorkId } from '../store/port.ts';
import { ownAlert } from './own-alert.ts';

/** One incident per row, however often it is said. The raw input stays in the journal under `row`. */
export function poisonAlert(row: WorkId, error: unknown): NewInput {
  const why = error instanceof Error ? error.message : String(error);
  return ownAlert({
    stableId: `poison-${row}`,
    dedupKey: `poison ${row}`,
    severity: 'error',
    summary: `relay could not work on an accepted input (${row}); its raw text is kept`,
    details: `It failed three times: ${why}`,
  });
}
