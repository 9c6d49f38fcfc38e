/**
 * What a host did about an event on its own, while it had no quorum, becomes known to the incident (rule 13): nobody is
 * paged again for it, what people answered counts, and escalation goes on from where the host had brought it.
 */
import type { DegradedNote, LineageInput } from '../engine/effects.ts';
import type { Stamp } from '../events/types.ts';
import { adopt, reachedOf, type Noted } from './adopted.ts';
import { acknowledge, close, type Answerer } from './answers.ts';
import { note as writeLine, type Draft } from './draft.ts';
import {
  CATCH_ALL_AGAIN_MS,
  CATCH_ALL_RETRY_MS,
  ESCALATE,
  ask,
  besideLevelsMs,
  cancelFor,
  goesOn,
  positionOf,
  tellFirst,
} from './escalation.ts';
import { judgeFlapping } from './flapping.ts';
import { nameOpener } from './members.ts';
import { closeAtOnce, countLate, countRepeat, isOver, openIncident, openOf } from './opening.ts';
import { clearlyBefore } from './order.ts';
import { answeredAt } from './orders.ts';
import { remember } from './place.ts';
import type { Position } from './rows.ts';
import type { Incident, LineageState } from './types.ts';

type DegradedInput = Extract<LineageInput, { kind: 'degraded' }>;

/** What else the host accepted meanwhile comes right behind: the monitor's resolve, before the next level is told. */
const COMES_BEHIND_MS = 5_000;

/** Whether this trigger opens an incident, given that none is open. */
export const opens = (state: LineageState, input: DegradedInput): boolean =>
  input.again === true
    ? notedFor(state, input) === null && state.incident === null
    : !isOpening(state.incident, input.stamp);

/** The incident that a number means here: its own, or one that a host gave it without a quorum. */
export function numberHere(state: LineageState, number: number): number {
  if (state.incident?.number === number) return number;
  return state.notes?.findLast((one) => one.number === number)?.incident ?? number;
}

/** A trigger and its note: the note counts once, and the trigger too, whichever is taken first. */
export function onDegraded(d: Draft, given: DegradedInput): void {
  const input = given.stamp.trusted ? given : byOurTime(d, given);
  const { event, stamp, again } = input;
  const noted = notedFor(d.state, input);
  // The note came on its own before its trigger, and opened the incident: that was the trigger.
  if (noted !== null && (again === true || isOpening(d.state.incident, stamp))) {
    const opened = openOf(d.state);
    if (again !== true && opened !== null) nameOpener(opened, event, stamp);
    return;
  }
  const open = openOf(d.state);
  if (noted !== null && open?.number === noted) {
    countRepeat(d, open, event, stamp);
    return;
  }
  if (open !== null) {
    if (again !== true) countRepeat(d, open, event, stamp);
    join(d, open, input);
    return;
  }
  const { incident: last } = d.state;
  const over = isOver(d.state, event, stamp);
  if (last !== null && (again === true || over)) {
    if (again !== true) countLate(d, last, event);
    if (noted !== last.number) adopt(d, last, input);
    return;
  }
  const incident = openIncident(d, event, stamp);
  if (incident === null) return;
  if (over) {
    adopt(d, incident, input);
    closeAtOnce(d, incident);
  } else openAsTold(d, incident, input);
}

/** A host with a wrong clock told people at times that mean nothing here: what it did last counts as done just now. */
const byOurTime = (d: Draft, input: DegradedInput): DegradedInput => ({
  ...input,
  note: { ...input.note, toldAtMs: d.context.nowMs },
});

/** The incident begins where the host left it. */
function openAsTold(d: Draft, incident: Incident, input: DegradedInput): void {
  const { note } = input;
  judgeFlapping(d, incident);
  const noted = adopt(d, incident, input);
  if (note.status !== 'triggered') {
    // Before anybody counts as told here: nobody was asked, so there is nothing to be taken back.
    answer(d, incident, note);
    incident.told = note.told;
    incident.assigned = note.told.filter((person) => person === note.answeredBy);
    standAt(d, incident, note, note.told);
  } else if (note.told.length === 0) {
    tellFirst(d, incident, input.event);
  } else if (isWithWhoWasPaged(input)) {
    incident.told = note.told;
    goOnByHand(d, incident, note, noted);
  } else {
    incident.told = note.told;
    goOn(d, incident, note, noted);
  }
}

/** The incident was open without it: what both did comes together. */
function join(d: Draft, incident: Incident, input: DegradedInput): void {
  const { note, stamp } = input;
  const asked = incident.told;
  const noted = adopt(d, incident, input);
  incident.told = [...new Set([...asked, ...note.told])];
  incident.rosterVersion = Math.max(incident.rosterVersion, note.rosterVersion);
  const ahead = compare(note, incident);
  const isFurther = ahead > 0 && note.told.length > 0;
  if (answersThis(note, stamp, incident)) {
    answer(d, incident, note);
    if (isFurther) standAt(d, incident, note, note.told);
    return;
  }
  // Should the answer no longer hold, it goes on from there.
  if (incident.status === 'acknowledged' && isFurther) standAt(d, incident, note, note.told);
  // Where the incident was escalated further, what it asks now isn't what the host did.
  if (incident.status !== 'triggered' || note.told.length === 0 || ahead < 0) return;
  if (ahead === 0 && isEarlierRound(note, incident)) return;
  const told = note.told.filter((person) => asked.includes(person));
  if (told.length > 0) {
    const why = `#${incident.number}: ${note.host} paged about it without a quorum`;
    cancelFor(d, incident, told, why);
  }
  if (ahead > 0) goOn(d, incident, note, noted);
  else reachedToo(d, incident, note, noted);
}

/** Whether the host told nobody but those whom somebody pages by hand: no level has been told. */
const isWithWhoWasPaged = ({ note, event: { tell } }: DegradedInput): boolean =>
  tell !== undefined && !note.catchAll && note.told.every((person) => tell.people.includes(person));

/** They have it; the first level is told when none of them answers. */
function goOnByHand(d: Draft, incident: Incident, note: DegradedNote, noted: Noted): void {
  moveTo(incident, note);
  incident.next = 0;
  incident.assigned = note.told;
  incident.reaching = reachedOf(note, note.told, noted);
  setTimer(d, note.toldAtMs, besideLevelsMs(d, incident));
}

/** Nobody is told again at the level where the host had come to; who could not be told there is told now. */
function goOn(d: Draft, incident: Incident, note: DegradedNote, noted: Noted): void {
  const { people, delayMs } = levelOf(d, note);
  const before = incident.toldAtMs ?? Number.NEGATIVE_INFINITY;
  standAt(d, incident, note, [...note.told, ...people]);
  incident.assigned = people;
  incident.reaching = reachedOf(note, people, noted);
  const untold = people.filter((person) => !note.told.includes(person));
  for (const person of untold) ask(d, incident, person, { first: false, last: note.catchAll });
  if (untold.length > 0) {
    writeLine(d, incident, {
      kind: 'page',
      actor: 'relay',
      text: `telling ${untold.join(', ')}: ${levelName(note)}, whom no page of ${note.host} reached (roster ${d.context.duty.rosterVersion})`,
      people: untold,
      position: positionOf(incident),
    });
  }
  // Who is told only now has the whole delay, unless somebody of that level had it already (S6).
  const isAnew = untold.length > 0 && untold.length === people.length;
  incident.toldAtMs = isAnew ? d.context.nowMs : Math.max(note.toldAtMs, before);
  setTimer(d, incident.toldAtMs, delayMs);
}

/** It stands where the host had brought it, by the levels as they are now; these people count as told. */
function standAt(d: Draft, incident: Incident, note: DegradedNote, told: readonly string[]): void {
  const { duty } = d.context;
  moveTo(incident, note);
  incident.rosterVersion = Math.max(incident.rosterVersion, duty.rosterVersion);
  incident.levelsSeen = Math.max(duty.levels.length, note.catchAll ? 0 : note.level + 1);
  delete incident.plan;
  if (!note.catchAll) remember(incident, duty, told);
}

/** Both told the same level: whom the host reached counts as reached, whatever becomes of the ask that was given. */
function reachedToo(d: Draft, incident: Incident, note: DegradedNote, noted: Noted): void {
  const { people, delayMs } = levelOf(d, note);
  const reached = reachedOf(note, people, noted);
  if (reached.length === 0) return;
  goesOn(incident);
  const others = incident.reaching.filter((one) => !note.told.includes(one.person));
  incident.reaching = [...others, ...reached];
  incident.toldAtMs = Math.max(note.toldAtMs, incident.toldAtMs ?? note.toldAtMs);
  setTimer(d, incident.toldAtMs, delayMs);
}

/** Not before what comes behind it had the chance; a host's wrong clock never makes it wait longer than the delay. */
function setTimer(d: Draft, toldAtMs: number, delayMs: number): void {
  const { nowMs } = d.context;
  const dueMs = Math.min(toldAtMs, nowMs) + delayMs;
  d.effects.setTimers.push({ name: ESCALATE, atMs: Math.max(dueMs, nowMs + COMES_BEHIND_MS) });
}

/** What a person did there happens here too, and what was accepted before it and comes late doesn't undo it (rule 4). */
function answer(d: Draft, incident: Incident, note: DegradedNote): void {
  const { answered: stamp } = note;
  const by: Answerer = {
    actor: note.answeredBy ?? 'somebody',
    isPerson: true,
    ...(stamp === undefined ? {} : { stamp }),
  };
  const how = `on ${note.host} without a quorum`;
  if (note.status === 'resolved') close(d, incident, by, `resolved ${how} by ${by.actor}`);
  else acknowledge(d, incident, by, how);
  answeredAt(incident, stamp);
}

/** Whether the answer that was given there is one to this incident, and still changes it. */
function answersThis(note: DegradedNote, stamp: Stamp, { openedBy, status }: Incident): boolean {
  if (note.status === 'triggered' || (note.status === 'acknowledged' && status !== 'triggered')) return false;
  // An answer never applies to what was opened after it (rule 4).
  if (openedBy.host === stamp.host && openedBy.seq <= stamp.seq) return true;
  if (note.answeredAtMs === null) return true;
  return !clearlyBefore({ atMs: note.answeredAtMs, trusted: stamp.trusted }, openedBy);
}

/** Over 0: `a` is further escalated. */
function compare(a: Position, b: Position): number {
  if (a.catchAll || b.catchAll) return Number(a.catchAll) - Number(b.catchAll);
  return a.round - b.round || a.level - b.level;
}

/** The catch-all is told again and again: an old page is not the newest one. */
const isEarlierRound = (note: DegradedNote, incident: Incident): boolean =>
  note.catchAll && incident.toldAtMs !== undefined && note.toldAtMs <= incident.toldAtMs - CATCH_ALL_AGAIN_MS;

function moveTo(incident: Incident, note: DegradedNote): void {
  goesOn(incident);
  incident.level = note.level;
  incident.round = note.round;
  incident.catchAll = note.catchAll;
  incident.toldAtMs = note.toldAtMs;
  incident.rosterVersion = Math.max(incident.rosterVersion, note.rosterVersion);
}

/** Who is on that level now, and for how long it is theirs. */
function levelOf(d: Draft, note: DegradedNote): { people: string[]; delayMs: number } {
  const { levels, catchAll } = d.context.duty;
  if (note.catchAll) {
    return { people: catchAll, delayMs: catchAll.length === 0 ? CATCH_ALL_RETRY_MS : CATCH_ALL_AGAIN_MS };
  }
  const level = levels[note.level];
  return { people: level?.people ?? [], delayMs: level?.afterMs ?? 0 };
}

const levelName = (note: DegradedNote): string =>
  note.catchAll ? 'the catch-all' : `level ${note.level + 1}`;

/** The incident that has come to know of this note; null when none has. */
const notedFor = ({ notes }: LineageState, { note, stamp }: DegradedInput): number | null =>
  notes?.findLast((one) => one.number === note.number && one.seq === stamp.seq)?.incident ?? null;

const isOpening = (incident: Incident | null, { host, seq }: Stamp): boolean =>
  incident !== null && incident.openedBy.host === host && incident.openedBy.seq === seq;
