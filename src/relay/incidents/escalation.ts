/** Whom an open incident tells next, and when the one after. Every change of level goes through here (S6). */
import type { AlertEvent } from '../events/types.ts';
import type { Duty, DutyLevel } from '../oncall/types.ts';
import { note, type Draft } from './draft.ts';
import { placeOf, remember, rememberPerson } from './place.ts';
import { lineageKey, type TimelineRow } from './rows.ts';
import { titleOf } from './title.ts';
import type { Incident } from './types.ts';

export const ESCALATE = 'escalate';
/** An acknowledged incident that isn't resolved in time. */
export const ACK_TIMEOUT = 'ack-timeout';
/** The end of a snooze. */
export const SNOOZE = 'snooze';
/** What never recovers by itself, and came no more: see expiry.ts. */
export const AUTO_RESOLVE = 'auto-resolve';

/** Between two rounds of the catch-all: nobody answered at all, so it goes on, but not every minute. */
export const CATCH_ALL_AGAIN_MS = 30 * 60_000;
/** The catch-all reached nobody by any method: try again soon, providers come back. */
export const CATCH_ALL_RETRY_MS = 60_000;

/** Somebody whom no level names has so long. */
const BESIDE_LEVELS_MS = 5 * 60_000;

/**
 * Tells the first level at or after `from` that has people; past the last, the next round or the catch-all. While the
 * policy says that nobody is told, it waits (S13: with a timer), unless a person wants it `anyway`.
 */
export function tellFrom(d: Draft, incident: Incident, from: number, anyway = false): void {
  const { wait } = d.context.duty;
  if (wait === undefined || anyway) tellNext(d, incident, from);
  else waitFor(d, incident, from, wait);
}

/** Whom a new incident tells: the first level, or whom somebody pages by hand, whatever the policy's rules say. */
export function tellFirst(d: Draft, incident: Incident, { tell: byHand }: Pick<AlertEvent, 'tell'>): void {
  if (byHand === undefined) {
    tellFrom(d, incident, 0);
    return;
  }
  const { people, by } = byHand;
  tellBeside(d, incident, people, { why: `paged by ${by}`, next: 0 });
}

/** What a waiting incident waits for is looked at again: its severity, or the policy, may have changed. */
export function judgeWait(d: Draft, incident: Incident): void {
  const { waits } = incident;
  if (waits !== undefined && d.context.duty.wait?.untilMs !== waits.untilMs)
    tellFrom(d, incident, waits.from);
}

function waitFor(d: Draft, incident: Incident, from: number, wait: NonNullable<Duty['wait']>): void {
  const isNews = incident.waits?.untilMs !== wait.untilMs;
  incident.waits = { untilMs: wait.untilMs, from };
  if (wait.maintenance !== undefined) incident.maintenance = wait.maintenance;
  incident.reaching = [];
  incident.rosterVersion = Math.max(incident.rosterVersion, d.context.duty.rosterVersion);
  if (isNews) note(d, incident, { kind: 'waiting', actor: 'relay', text: wait.why });
  d.effects.setTimers.push({ name: ESCALATE, atMs: wait.untilMs });
}

function tellNext(d: Draft, incident: Incident, from: number): void {
  const { duty } = d.context;
  const { at, people, hasChanged } = placeOf(incident, duty, from);
  // A level that has vanished since the last decision means the catch-all (rule 16).
  if (hasChanged && from > 0 && from < incident.levelsSeen && at >= duty.levels.length) {
    tellCatchAll(d, incident, `level ${from + 1} no longer exists in policy ${duty.policy}`);
    return;
  }
  if (duty.levels.every((level) => level.people.length === 0)) {
    const isForOthers =
      duty.levels.length > 0 && duty.levels.every((level) => level.passedOver !== undefined);
    const nobody = isForOthers ? `no level for ${incident.severity}` : 'nobody on call';
    tellCatchAll(d, incident, duty.straight ?? `policy ${duty.policy} has ${nobody}`);
    return;
  }
  if (at >= duty.levels.length) {
    if (incident.round >= duty.repeat) {
      tellCatchAll(d, incident, `nobody answered on any of ${duty.levels.length} levels`);
      return;
    }
    incident.round += 1;
    tellNext(d, incident, 0);
    return;
  }
  const level = duty.levels[at];
  if (level === undefined || level.people.length === 0) {
    note(d, incident, {
      kind: 'escalate',
      actor: 'relay',
      text: `level ${at + 1} ${level?.passedOver === undefined ? 'has nobody on call' : `is ${level.passedOver}`}: next level at once`,
    });
    tellNext(d, incident, at + 1);
    return;
  }
  remember(incident, duty, people);
  incident.level = at;
  incident.catchAll = false;
  incident.levelsSeen = duty.levels.length;
  tell(
    d,
    incident,
    { ...level, people },
    {
      kind: 'page',
      last: false,
      text: `level ${at + 1}${incident.round > 0 ? ` (repeat ${incident.round} of ${duty.repeat})` : ''}`,
    },
  );
  d.effects.setTimers.push({ name: ESCALATE, atMs: d.context.nowMs + level.afterMs });
}

/** Nobody else is left: everybody in the catch-all, loudly, again and again (L3, S13). */
function tellCatchAll(d: Draft, incident: Incident, why: string): void {
  const { duty } = d.context;
  incident.catchAll = true;
  incident.levelsSeen = duty.levels.length;
  tell(
    d,
    incident,
    { people: duty.catchAll, because: why, afterMs: CATCH_ALL_AGAIN_MS },
    { kind: 'catch-all', last: true, text: 'the catch-all' },
  );
  const again = duty.catchAll.length === 0 ? CATCH_ALL_RETRY_MS : CATCH_ALL_AGAIN_MS;
  d.effects.setTimers.push({ name: ESCALATE, atMs: d.context.nowMs + again });
}

/** How one person comes to have an incident, beside what the levels say. */
export interface Given {
  why: string;
  /** The index of the level that is told if they don't answer. */
  next: number;
  /** Somebody who had it and goes; others who have it beside them keep it. Without: it is this person's alone. */
  insteadOf?: string;
  /** A person wants it, also while the policy says that nobody is told. */
  anyway?: boolean;
}

/**
 * Gives it to one person: who was named, had it last, or came on call. While the policy says that nobody is told it is
 * theirs, waits, and the present level is told then.
 */
export function giveTo(d: Draft, incident: Incident, person: string, given: Given): void {
  const { insteadOf, anyway = false } = given;
  const others =
    insteadOf === undefined ? [] : incident.assigned.filter((one) => one !== insteadOf && one !== person);
  const reaching = incident.reaching.filter((one) => others.includes(one.person));
  if ((d.context.duty.wait !== undefined || incident.waits !== undefined) && !anyway) {
    if (insteadOf !== undefined) incident.assigned = [...others, person];
    tellFrom(d, incident, incident.waits?.from ?? incident.level);
    return;
  }
  tellBeside(d, incident, [person], given);
  incident.assigned = [...others, person];
  incident.reaching = [...reaching, ...incident.reaching];
}

/** People whom no level names now; the one with the index `next` follows when they don't answer. */
function tellBeside(d: Draft, incident: Incident, people: string[], { why, next }: Given): void {
  const afterMs = besideLevelsMs(d, incident);
  incident.catchAll = false;
  tell(
    d,
    incident,
    { people, because: why, afterMs },
    { kind: 'page', last: false, text: people.length === 1 ? 'this person' : 'these people' },
  );
  incident.next = next;
  for (const person of people) rememberPerson(incident, person);
  d.effects.setTimers.push({ name: ESCALATE, atMs: d.context.nowMs + afterMs });
}

/** How long somebody has whom the levels don't name. */
export const besideLevelsMs = (d: Draft, { level }: Incident): number =>
  d.context.duty.levels[level]?.afterMs ?? BESIDE_LEVELS_MS;

/** Which level is told next, from 0. */
export const nextLevel = (incident: Incident): number =>
  incident.waits?.from ?? incident.next ?? (incident.told.length === 0 ? 0 : incident.level + 1);

/** Characters of an alert's details that a page carries: responders hold many asks. */
const DETAILS_TOLD = 1_500;

/** Asks a responder to tell this person; what is not yet on its way of an earlier ask is replaced by it. */
export function ask(
  d: Draft,
  incident: Incident,
  person: string,
  how: { first: boolean; last: boolean },
): void {
  incident.counter += 1;
  incident.reaching = [...incident.reaching, { person, counter: incident.counter }];
  if (!incident.told.includes(person)) incident.told = [...incident.told, person];
  d.effects.handovers.push({
    kind: 'tell',
    id: `${incident.number}.${incident.counter}`,
    person,
    ask: {
      number: incident.number,
      counter: incident.counter,
      lineage: lineageKey(d.state.service, d.state.dedupKey),
      service: d.state.service,
      severity: incident.severity,
      summary: titleOf(incident),
      ...(incident.details === undefined ? {} : { details: incident.details.slice(0, DETAILS_TOLD) }),
      openedAtMs: incident.openedAtMs,
      level: incident.level,
      ...how,
    },
  });
}

function tell(
  d: Draft,
  incident: Incident,
  level: DutyLevel,
  how: { kind: 'page' | 'catch-all'; last: boolean; text: string },
): void {
  const first = incident.told.length === 0;
  incident.rosterVersion = Math.max(incident.rosterVersion, d.context.duty.rosterVersion);
  incident.reaching = [];
  goesOn(incident);
  incident.assigned = level.people;
  incident.toldAtMs = d.context.nowMs;
  for (const person of level.people) ask(d, incident, person, { first, last: how.last });
  const whom = level.people.length === 0 ? 'NOBODY IS LEFT TO TELL' : `telling ${level.people.join(', ')}`;
  note(d, incident, {
    kind: level.people.length === 0 ? 'nobody' : how.kind,
    actor: 'relay',
    text: `${whom}: ${how.text}, ${level.because} (roster ${d.context.duty.rosterVersion}); next in ${inWords(level.afterMs)} unless somebody answers`,
    people: level.people,
    position: positionOf(incident),
  });
}

/** Where escalation stands, for the timeline. */
export const positionOf = (incident: Incident): NonNullable<TimelineRow['position']> => ({
  level: incident.level,
  round: incident.round,
  catchAll: incident.catchAll,
  rosterVersion: incident.rosterVersion,
});

/** Somebody was told: nothing is waited for any more, and the levels follow each other. */
export function goesOn(incident: Incident): void {
  delete incident.waits;
  delete incident.next;
}

/** `5 min`, `90 s`, `2 h`: for lines people read. */
export function inWords(delayMs: number): string {
  if (delayMs % 3_600_000 === 0) return `${delayMs / 3_600_000} h`;
  if (delayMs % 60_000 === 0) return `${delayMs / 60_000} min`;
  return `${delayMs / 1_000} s`;
}

/** Nobody is to be told any more: every ask given so far is taken back (rules 2 and 10). */
export function cancelAll(d: Draft, incident: Incident, why: string): void {
  cancelFor(d, incident, incident.told, why);
  incident.reaching = [];
  goesOn(incident);
  delete incident.snoozedUntilMs;
  delete incident.expiresAtMs;
  d.effects.cancelTimers.push(ESCALATE, ACK_TIMEOUT, SNOOZE, AUTO_RESOLVE);
}

/** An acknowledgement or a snooze no longer holds. */
export function triggerAgain(d: Draft, incident: Incident): void {
  incident.status = 'triggered';
  delete incident.ackedAtMonitor;
  delete incident.snoozedUntilMs;
  delete incident.expiresAtMs;
  d.effects.cancelTimers.push(ACK_TIMEOUT, SNOOZE, AUTO_RESOLVE);
}

/** Takes back every ask that these people were given so far; later ones have higher counters (rule 2). */
export function cancelFor(d: Draft, incident: Incident, people: readonly string[], why: string): void {
  incident.counter += 1;
  for (const person of people) {
    d.effects.handovers.push({
      kind: 'cancel',
      id: `${incident.number}.${incident.counter}.${person}`,
      person,
      number: incident.number,
      counter: incident.counter,
      why,
    });
  }
}
