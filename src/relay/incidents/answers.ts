/** Somebody has it, or it is over: every ask is taken back. */
import { note, type Draft } from './draft.ts';
import type { Stamp } from '../events/types.ts';
import { ACK_TIMEOUT, cancelAll, giveTo, inWords, SNOOZE, tellFrom, triggerAgain } from './escalation.ts';
import { expiryWords, setExpiry } from './expiry.ts';
import { forgetOpenings, STEADY } from './flapping.ts';
import { endMembers } from './members.ts';
import { forgetTold } from './place.ts';
import type { TimelineRow } from './rows.ts';
import type { Incident } from './types.ts';

/** Who answers: an event of a monitor comes by itself wherever it is taken, what a person did doesn't. */
export interface Answerer {
  actor: string;
  isPerson: boolean;
  /** The acceptance of the answer, where it is known. */
  stamp?: Stamp;
}

/** Nobody else is told of an incident that is acknowledged; `how` they did it, for the timeline. */
export function acknowledge(d: Draft, incident: Incident, by: Answerer, how: string): void {
  const { actor } = by;
  const { ackTimeoutMs } = d.context.duty;
  const until = ackTimeoutMs === undefined ? '' : `; told again in ${inWords(ackTimeoutMs)} unless resolved`;
  taken(incident, actor);
  note(d, incident, {
    kind: 'acknowledged',
    actor,
    text: `acknowledged ${how} by ${actor}: nobody else is told${until}${expiryWords(d, incident)}`,
    ...byPerson(by),
  });
  cancelAll(d, incident, `#${incident.number} was acknowledged by ${actor}`);
  setExpiry(d, incident);
  if (ackTimeoutMs === undefined) return;
  d.effects.setTimers.push({ name: ACK_TIMEOUT, atMs: d.context.nowMs + ackTimeoutMs });
}

/** A person puts it off: an answer that ends by itself. `until` says in words when. */
export function snooze(
  d: Draft,
  incident: Incident,
  by: Pick<Answerer, 'actor' | 'stamp'>,
  untilMs: number,
  until: string,
): void {
  const { actor } = by;
  taken(incident, actor);
  note(d, incident, {
    kind: 'acknowledged',
    actor,
    text: `snoozed until ${until} by ${actor}: nobody is told before, unless somebody escalates`,
    ...byPerson({ ...by, isPerson: true }),
  });
  cancelAll(d, incident, `#${incident.number} was snoozed by ${actor}`);
  incident.snoozedUntilMs = untilMs;
  d.effects.setTimers.push({ name: SNOOZE, atMs: Math.max(untilMs, d.context.nowMs) });
}

/** The time of an acknowledgement is over, or a snooze: whoever had it is told first, then the levels after. */
export function comeBack(d: Draft, incident: Incident, name: typeof ACK_TIMEOUT | typeof SNOOZE): void {
  const { duty } = d.context;
  const by = incident.answeredBy ?? 'somebody';
  const isSnooze = name === SNOOZE;
  holdsNoMore(
    d,
    incident,
    isSnooze ? `the snooze by ${by} is over` : `acknowledged by ${by} and not resolved in time`,
  );
  const hadIt = incident.told.includes(by);
  const isGone = duty.handover === true && duty.levels[incident.level]?.people.includes(by) !== true;
  if (hadIt && !isGone) {
    giveTo(d, incident, by, { why: 'who had it last', next: incident.level + 1, anyway: isSnooze });
  } else {
    tellFrom(d, incident, incident.level, isSnooze);
  }
}

/** Whoever acknowledged one member of a group at the monitor knew nothing of the next: it is told from where it stood. */
export function joinedSince(d: Draft, incident: Incident, summary: string): void {
  const by = incident.answeredBy ?? 'somebody';
  holdsNoMore(d, incident, `acknowledged by ${by} before ${summary} was known`);
  tellFrom(d, incident, incident.level);
}

function holdsNoMore(d: Draft, incident: Incident, why: string): void {
  triggerAgain(d, incident);
  incident.round = 0;
  forgetTold(incident, incident.catchAll);
  if (incident.catchAll) incident.level = 0;
  incident.catchAll = false;
  note(d, incident, { kind: 'again', actor: 'relay', text: `${why}: triggered again` });
}

function taken(incident: Incident, actor: string): void {
  incident.status = 'acknowledged';
  delete incident.ackedAtMonitor;
  incident.answeredBy = actor;
  incident.assigned = incident.told.includes(actor) ? [actor] : incident.assigned;
}

/** The incident is over; `text` says how for the timeline. */
export function close(d: Draft, incident: Incident, by: Answerer, text: string): void {
  const { actor } = by;
  incident.status = 'resolved';
  endMembers(incident);
  if (incident.flapping !== undefined) d.effects.cancelTimers.push(STEADY);
  delete incident.flapping;
  if (by.isPerson) forgetOpenings(d);
  incident.answeredBy = actor;
  note(d, incident, { kind: 'resolved', actor, text, ...byPerson(by) });
  cancelAll(d, incident, `#${incident.number} was resolved by ${actor}`);
}

const byPerson = ({ isPerson, stamp }: Answerer): Pick<TimelineRow, 'byPerson' | 'stamp'> =>
  isPerson ? { byPerson: true, ...(stamp === undefined ? {} : { stamp }) } : {};
