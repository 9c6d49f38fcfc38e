/** What the timers of an incident do when they fire. */
import { close, comeBack, type Answerer } from './answers.ts';
import { note, type Draft } from './draft.ts';
import { ACK_TIMEOUT, AUTO_RESOLVE, ESCALATE, nextLevel, SNOOZE, tellFrom } from './escalation.ts';
import { overBy } from './expiry.ts';
import { forgetOpenings, STEADY, steadyBy } from './flapping.ts';

const RELAY: Answerer = { actor: 'relay', isPerson: false };

/** One that is no more, or comes when it means nothing, changes nothing. */
export function onTimer(d: Draft, name: string): void {
  const { incident } = d.state;
  if (incident === null) return;
  if (name === AUTO_RESOLVE) {
    const over = overBy(d, incident);
    if (over === null) return;
    close(d, incident, RELAY, over);
    forgetOpenings(d);
    return;
  }
  if (name === STEADY) {
    const over = steadyBy(d, incident);
    if (over === null) return;
    close(d, incident, RELAY, over);
    forgetOpenings(d);
    return;
  }
  if ((name === ACK_TIMEOUT || name === SNOOZE) && incident.status === 'acknowledged') {
    comeBack(d, incident, name);
    return;
  }
  if (name !== ESCALATE || incident.status !== 'triggered') return;
  if (incident.waits !== undefined) {
    tellFrom(d, incident, incident.waits.from);
    return;
  }
  if (incident.catchAll) {
    note(d, incident, {
      kind: 'escalate',
      actor: 'relay',
      text: 'still nobody answered: the catch-all again',
    });
    tellFrom(d, incident, d.context.duty.levels.length);
    return;
  }
  note(d, incident, {
    kind: 'escalate',
    actor: 'relay',
    text: `no answer from ${incident.next === undefined ? `level ${incident.level + 1}` : incident.assigned.join(', ')} in time`,
  });
  tellFrom(d, incident, nextLevel(incident));
}
