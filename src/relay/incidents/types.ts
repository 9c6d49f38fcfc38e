/** The state of a lineage: one (service, dedup key), its present or last incident. Types only. */
import type { Severity, Stamp } from '../events/types.ts';
import type { Duty } from '../oncall/types.ts';
import type { Position } from './rows.ts';

export interface Incident extends Position {
  number: number;
  status: 'triggered' | 'acknowledged' | 'resolved';
  severity: Severity;
  summary: string;
  details?: string;
  /** As the source names it, where it does. */
  host?: string;
  openedAtMs: number;
  /** The trigger that opened it; what was accepted before doesn't close it (rule 4). */
  openedBy: Stamp;
  /** The latest trigger counted on it; absent while the one that opened it is the latest. */
  lastTrigger?: Stamp;
  /** The version the last paging decision was made under; never falls (S4). */
  rosterVersion: number;
  /** Accepted triggers that belong to it (S2). */
  events: number;
  /** Timeline lines written so far. */
  lines: number;
  /** The last line, while it is one for repeated events that the next event only counts up (S10). */
  run: { line: number; count: number; atMs: number; came?: string[] } | null;
  /** Ascends with every ask and cancel (rule 2). */
  counter: number;
  /** When the present level was told; absent in what older versions wrote. */
  toldAtMs?: number;
  /** How many levels the policy had when the present one was told (rule 16). */
  levelsSeen: number;
  /** Those levels; absent until one was told, and in what older versions wrote. */
  plan?: Plan;
  /** People of the present level, with the ask they were given, not known to be unreachable. */
  reaching: { person: string; counter: number }[];
  /** It was acknowledged at the monitor, for the members that were open then; who joins isn't among them. */
  ackedAtMonitor?: true;
  /** Its triggers came of several hosts: nothing holds for it because of one of them. */
  hostsDiffer?: true;
  /** Everybody told so far: an ack cancels with all of them. */
  told: string[];
  assigned: string[];
  /** Who acknowledged or resolved it last. */
  answeredBy: string | null;
  /** Nobody is told until then, by a rule of the policy; then the level with this index, from 0, is next. */
  waits?: { untilMs: number; from: number };
  /** The last maintenance window that it waited in. */
  maintenance?: string;
  /** Which level is next, from 0, when it isn't the one after `level`. */
  next?: number;
  /** A person has put it off until then. */
  snoozedUntilMs?: number;
  /** The policy that a person gave it, in place of the service's. */
  policy?: string;
  /** The policy that a rule for alerts gave it, in place of the service's. */
  routed?: string;
  /** The latest answer that somebody gave it: an acknowledgement, a snooze, a reassignment (rule 4). */
  answered?: Stamp;
  /** The latest escalation by a person. */
  escalated?: Stamp;
  /** The newest handoff at which it was handed over. */
  handedOverAtMs?: number;
  /** What its triggers say of how it ends by itself; absent in what older versions opened. */
  expiry?: Expiry;
  /** Of a group: those of its members that are open, the first ones first. Absent: it is about one key. */
  members?: Member[];
  /** Triggers of members that can't be told apart: it stays open until a person, or their time, ends it. */
  unnamed?: number;
  /** It was opened too often of late; absent: it wasn't. */
  flapping?: Held;
  /** A timer is ahead by which it may resolve itself: while it is acknowledged, and not snoozed. */
  expiresAtMs?: number;
}

/** An incident that is held open until it is steady. */
export interface Held {
  steadyMs: number;
  /** In words, for messages. */
  why: string;
  /** How often its monitor has said since that it is well. */
  recoveries: number;
  /** Its monitor said that last, then: a timer is ahead. Absent: the problem is there. */
  wellSinceMs?: number;
}

/** One key of a group. */
export interface Member {
  /** A digest of the key. */
  id: string;
  /** Its latest trigger; a resolve that was accepted before doesn't close it (rule 4). */
  by: Stamp;
  /** What it says, of the first ones. */
  said?: string;
}

/** How long after the last trigger an acknowledged incident resolves itself. */
export interface Expiry {
  /** The longest that a trigger's source gave; null: some source of it says itself when things are well again. */
  afterMs: number | null;
  /** Which source never does. */
  source: string;
  /** When the last trigger was counted. */
  lastMs: number;
}

/** The levels of a policy when one of them was told, so that an edit of them is noticed. */
export interface Plan {
  policy: string;
  round: number;
  /** Whom each level names: DutyLevel.names. */
  levels: string[][];
  /** People told in this round, or since an answer no longer holds. */
  told: string[];
  /** Since the levels were edited in this round: the names, by spaces, of each level that has been gone through. */
  passed?: string[];
}

export interface LineageState {
  service: string;
  dedupKey: string;
  /** Where the last resolve was accepted, also when nothing was open (rule 4). */
  lastResolve: Stamp | null;
  incident: Incident | null;
  /** Of a group: where the last resolves of its members were accepted, the newest last; absent while there is none. */
  over?: { id: string; stamp: Stamp }[];
  /** When it was opened lately, by a monitor that had closed it before by itself; the newest last. */
  openings?: number[];
  /** What hosts did without a quorum and is known here, the newest last; absent while there is none (rule 13). */
  notes?: NotedHere[];
}

/** A DegradedNote that was taken. */
export interface NotedHere {
  /** The number that the incident had on that host: an alias of `incident`. */
  number: number;
  /** With the number, names the note: the acceptance of the event that opened it there. */
  seq: number;
  /** The incident that it was noted on. */
  incident: number;
}

/** What a step may know besides its state. */
export interface LineageContext {
  nowMs: number;
  duty: Duty;
  /** A number nobody has; used if the step opens an incident. */
  nextNumber: number | null;
}
