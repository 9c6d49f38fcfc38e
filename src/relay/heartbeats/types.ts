/** Jobs that report by themselves: what comes in and what is kept of a heartbeat. Types and a list of words. */
import type { PingKind, Stamp } from '../events/types.ts';
import type { Heartbeat } from '../oncall/heartbeat.ts';

/** A time in which relay, or its clock, was away: what was sent then may not have been heard. */
export interface Gap {
  fromMs: number;
  untilMs: number;
  /** The clock was put right, or stood still: times before and after can't be compared. */
  jump?: true;
}

/** What a heartbeat consumes. */
export type HeartbeatInput =
  | {
      kind: 'ping';
      what: PingKind;
      stamp: Stamp;
      /** Which way it came: `http`, `mail`, `opsgenie`. */
      by: string;
      exitCode?: number;
      signal?: string;
      durationMs?: number;
      /** The end of what the job printed. */
      output?: string;
      /**
       * When it was accepted, by the steady clock of the host that took it; absent where that can't be compared with
       * the clock of whoever steps.
       */
      heardMs?: number;
    }
  | { kind: 'timer'; name: string };

/** What a step may know. */
export interface HeartbeatContext {
  nowMs: number;
  /** As the roster has it now; null: it has been removed. */
  definition: Heartbeat | null;
  /** How old the ping is; 0 where that can't be told: it counts as of now. */
  ageMs: number;
  /** When relay was away, in order; read only when a timer fires. */
  gaps: readonly Gap[];
  /** A ping of this heartbeat is accepted and has still to be taken: how old the newest is. Null: none is. */
  waitingMs: number | null;
}

export interface HeartbeatState {
  id: string;
  /** `new`: nothing was reported since it was added or resumed, so nothing is expected. */
  status: 'new' | 'up' | 'missed' | 'failed';
  /** From when the next report is expected: the last success, or when its times were changed. */
  sinceMs: number | null;
  /** A start that has no end so far. */
  startedMs: number | null;
  /** The acceptance of the last report that counted: an older one that comes later changes nothing. */
  lastStamp: Stamp | null;
  lastPing: LastPing | null;
  lastSuccessMs: number | null;
  lastDurationMs: number | null;
  /** When it is judged, but for what relay allows for pings on their way. */
  dueMs: number | null;
  /** Why it waits longer than its times say. */
  putOff: string | null;
  /** When its timer fires; earlier than it is due is fine, it is set again then. */
  timerMs: number | null;
  /** The service that has an incident about it. */
  open: string | null;
  /** The definition that it was stepped under last, as text. */
  asDefined: string;
  /** How many events it has made, and how many lines of history: both ascend. */
  events: number;
  lines: number;
}

/** The last ping, for people. */
export interface LastPing {
  what: PingKind;
  atMs: number;
  by: string;
  exitCode?: number;
  signal?: string;
  durationMs?: number;
}
