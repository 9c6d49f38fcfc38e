/** The sentence that goes into the timeline. */
import type { AlertEvent } from '../../types.ts';

/** Behind what the event says already. */
export const withReason = (event: AlertEvent, reason: string): AlertEvent => ({
  ...event,
  reason: event.reason === undefined ? reason : `${event.reason}; ${reason}`,
});
