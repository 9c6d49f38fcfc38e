/** Alerts about relay itself: the catch-all is told of them straight away. */
import type { NewInput } from '../events/accept.ts';
import type { AlertEvent, Severity } from '../events/types.ts';
import { RELAY_ITSELF } from './duty.ts';

export interface OwnAlert {
  dedupKey: string;
  severity: Severity;
  summary: string;
  details?: string;
  /** Absent: it is always new. */
  stableId?: string;
}

/** Opens an incident of relay's own, or counts on the one that is open under this key. */
export const ownAlert = (alert: OwnAlert): NewInput => ownInput('trigger', alert);

/** Resolves it. */
export const ownResolve = (alert: Omit<OwnAlert, 'severity'>): NewInput =>
  ownInput('resolve', { ...alert, severity: 'info' });

function ownInput(action: AlertEvent['action'], { stableId, ...alert }: OwnAlert): NewInput {
  const event: AlertEvent = { action, service: RELAY_ITSELF, source: 'relay', ...alert };
  return {
    ...(stableId === undefined ? {} : { stableId }),
    input: { kind: 'alert', events: [event] },
    raw: null,
  };
}
