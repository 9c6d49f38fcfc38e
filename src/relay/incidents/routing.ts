/** What a rule of the team's sends by another policy than the service's. */
import type { AlertEvent } from '../events/types.ts';
import { note, type Draft } from './draft.ts';
import { tellFrom } from './escalation.ts';
import type { Incident } from './types.ts';

/**
 * An open incident has become more severe, and what is so severe goes by another policy: its first level is told now.
 * What a person decided stays: whoever has it keeps it, and so does the policy that it was given.
 */
export function goByRule(d: Draft, incident: Incident, { policy, rule }: AlertEvent): void {
  if (policy === undefined || policy === incident.routed) return;
  incident.routed = policy;
  note(d, incident, {
    kind: 'routed',
    actor: 'relay',
    text: `goes by policy ${policy} from now on${rule === undefined ? '' : `, by rule ${rule}`}`,
  });
  if (incident.policy !== undefined) return;
  incident.level = 0;
  incident.round = 0;
  incident.catchAll = false;
  incident.levelsSeen = d.context.duty.levels.length;
  delete incident.plan;
  if (incident.status === 'triggered') tellFrom(d, incident, 0);
}
