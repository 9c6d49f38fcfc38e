/** Somebody has it, or it is over: every ask is taken back. */
import { note, type Draft } from './draft.ts';
import { cancelAll } from './escalation.ts';
import type { Incident } from './types.ts';

/** Who answers: an event of a monitor comes by itself wherever it is taken, what a person did doesn't. */
export interface Answerer {
  actor: string;
  isPerson: boolean;
}

/** Nobody else is told of an incident that is acknowledged; `how` they did it, for the timeline. */
export function acknowledge(d: Draft, incident: Incident, by: Answerer, how: string): void {
  const { actor } = by;
  incident.status = 'acknowledged';
  incident.answeredBy = actor;
  incident.assigned = incident.told.includes(actor) ? [actor] : incident.assigned;
  note(d, incident, {
    kind: 'acknowledged',
    actor,
    text: `acknowledged ${how} by ${actor}: nobody else is told`,
    ...byPerson(by),
  });
  cancelAll(d, incident, `#${incident.number} was acknowledged by ${actor}`);
}

/** The incident is over; `text` says how for the timeline. */
export function close(d: Draft, incident: Incident, by: Answerer, text: string): void {
  const { actor } = by;
  incident.status = 'resolved';
  incident.answeredBy = actor;
  note(d, incident, { kind: 'resolved', actor, text, ...byPerson(by) });
  cancelAll(d, incident, `#${incident.number} was resolved by ${actor}`);
}

const byPerson = ({ isPerson }: Answerer): { byPerson?: true } => (isPerson ? { byPerson: true } : {});
