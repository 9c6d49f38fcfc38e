/** `relay ack` and `relay resolve`: journalled like every other input, answered with what the incident is afterwards. */
import type { Core } from './core.ts';
import { findIncident } from './incident.ts';
import { isSnoozed } from './snoozed.ts';
import type { IncidentJson } from './wire.ts';

/** How long an answer waits for the engine to carry the command through. */
export const ACT_WAIT_MS = 5_000;

export interface Acted {
  incident: IncidentJson;
  text: string;
}

/** Rejects with not_found for an unknown number; an incident that is there already is no error. */
export async function act(
  core: Core,
  action: 'ack' | 'resolve',
  asked: number,
  actor: string,
): Promise<Acted> {
  const found = await findIncident(core.store, asked);
  const { incident, lineage } = found;
  const { number } = incident;
  if (incident.status === 'resolved') return { incident, text: `#${number} is already resolved` };
  if (action === 'ack' && incident.status === 'acknowledged' && !(await isSnoozed(core.store, found))) {
    return { incident, text: `#${number} is already acknowledged` };
  }
  const [row] = await core.accept([
    { input: { kind: 'command', action, number, lineage, actor }, raw: null },
  ]);
  const done = row !== undefined && (await core.whenDone(row.id, ACT_WAIT_MS));
  const now = (await findIncident(core.store, number)).incident;
  return { incident: now, text: outcome(action, number, actor, now.status, done) };
}

/** What became of it, in words; `done`: it has been carried out. */
export function outcome(
  action: 'ack' | 'resolve',
  number: number,
  actor: string,
  status: IncidentJson['status'],
  done: boolean,
): string {
  if (action === 'resolve' && status === 'resolved') return `#${number} resolved by ${actor}`;
  if (action === 'ack' && status === 'acknowledged') return `#${number} acknowledged by ${actor}`;
  if (status === 'resolved') return `#${number} is already resolved`;
  if (!done) return `#${number}: ${action} is recorded and will be carried out; it is still ${status}`;
  return `#${number} is still ${status}: \`relay incident show ${number}\` says why`;
}
