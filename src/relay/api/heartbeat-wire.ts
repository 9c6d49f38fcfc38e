/** What the API answers about heartbeats. Types only. */
import type { PingKind, Severity } from '../events/types.ts';
import type { HeartbeatLine } from '../heartbeats/rows.ts';
import type { Edited } from './wire.ts';

/** `new`: nothing has been reported yet, so nothing is expected; `late`: within its grace. */
export const HEARTBEAT_STATES = ['new', 'up', 'late', 'missed', 'failed', 'paused'] as const;
export type HeartbeatStateName = (typeof HEARTBEAT_STATES)[number];

export interface HeartbeatJson {
  id: string;
  service: string;
  /** As people type them: `1d`. */
  every: string;
  grace: string;
  severity: Severity;
  state: HeartbeatStateName;
  /** It said that it starts, and nothing of its end so far. */
  runningSince: string | null;
  lastPing: {
    what: PingKind;
    at: string;
    by: string;
    exitCode: number | null;
    signal: string | null;
    durationMs: number | null;
  } | null;
  lastSuccess: string | null;
  /** How long the last run took, where that is known. */
  lastDurationMs: number | null;
  /** When it is missed, if nothing comes. */
  due: string | null;
  /** Why it waits longer than its times say. */
  putOff: string | null;
  /** Nothing can report to it without one. */
  hasKey: boolean;
}

export interface HeartbeatDetailJson extends HeartbeatJson {
  /** The newest first. */
  history: { at: string; kind: HeartbeatLine['kind']; text: string; durationMs: number | null }[];
}

/** Its key is only here when it has just been made. */
export type HeartbeatEditedJson = Edited<{
  text: string;
  heartbeat: HeartbeatJson | null;
  key: string | null;
  url: string | null;
  email: string | null;
}>;

export interface PingTakenJson {
  heartbeat: string;
  what: PingKind;
}
