/** What a person decides about an incident besides `ack` and `resolve`: journalled, answered with what follows. */
import type { Order } from '../events/types.ts';
import { ACT_WAIT_MS, type Acted } from './act.ts';
import type { Core } from './core.ts';
import { findIncident } from './incident.ts';
import type { IncidentJson } from './wire.ts';

/** What a person can order; handoffs come from the calendar alone. */
export type PersonsOrder = Exclude<Order, { verb: 'handoff' }>;

/** Rejects with not_found for an unknown number. Of an incident that is over, only a note is taken. */
export async function order(core: Core, asked: number, what: PersonsOrder, actor: string): Promise<Acted> {
  const { incident, lineage } = await findIncident(core.store, asked);
  const { number } = incident;
  if (incident.status === 'resolved' && what.verb !== 'note') {
    return { incident, text: `#${number} is already resolved` };
  }
  const [row] = await core.accept([
    { input: { kind: 'order', number, lineage, actor, order: what }, raw: null },
  ]);
  const done = row !== undefined && (await core.whenDone(row.id, ACT_WAIT_MS));
  const now = (await findIncident(core.store, number)).incident;
  if (done) return { incident: now, text: outcome(what, now) };
  return { incident: now, text: `#${number}: ${what.verb} is recorded and will be carried out` };
}

function outcome(what: PersonsOrder, { number, status, assignedTo }: IncidentJson): string {
  const who = assignedTo.length === 0 ? 'nobody' : assignedTo.join(', ');
  const are = assignedTo.length > 1 ? 'are' : 'is';
  if (what.verb === 'note') return `Noted on #${number}`;
  if (status === 'resolved') return `#${number} is already resolved`;
  const why = `\`relay incident show ${number}\` says why`;
  if (what.verb === 'snooze') {
    if (status !== 'acknowledged') return `#${number} is still ${status}: ${why}`;
    const again = assignedTo.length === 0 ? 'who is on call then is paged' : `${who} ${are} paged again then`;
    return `Snoozed #${number} until ${what.until}; ${again} unless it is resolved`;
  }
  if (status !== 'triggered') return `#${number} is ${status}: ${why}`;
  if (what.verb === 'escalate') return `Escalated #${number}: ${who} ${are} paged now`;
  if ('person' in what) {
    return `Reassigned #${number} to ${what.person}, who is paged now; without an answer it goes on up the levels`;
  }
  return `Reassigned #${number} to policy ${what.policy}: ${who} ${are} paged now`;
}
