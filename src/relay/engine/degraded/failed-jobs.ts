/**
 * A job that says that it failed, on a host without a quorum (rule 13): it is paged as any alert is, about the incident
 * that it opens with a quorum too. Whether a job is missed no host can tell by itself: others may have heard it.
 */
import { failedEvent } from '../../heartbeats/words.ts';
import type { Roster } from '../../oncall/types.ts';
import type { JournalRow } from '../../store/port.ts';

/** The row as this host takes it alone; the row itself goes to the cluster as it came. */
export function takenAlone(row: JournalRow, { heartbeats = [] }: Roster): JournalRow {
  const { input } = row;
  if (input.kind !== 'ping' || input.what !== 'fail') return row;
  const heartbeat = heartbeats.find(({ id }) => id === input.heartbeat);
  if (heartbeat === undefined || heartbeat.paused === true) return row;
  return { ...row, input: { kind: 'alert', events: [failedEvent(heartbeat, input)] } };
}
