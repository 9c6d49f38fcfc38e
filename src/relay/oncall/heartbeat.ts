/** A heartbeat as the roster has it. Types only. */
import type { Severity } from '../events/types.ts';

/** A job that reports by itself, and is missed when it doesn't. */
export interface Heartbeat {
  /** As a service's. */
  id: string;
  /** Whose incident it becomes. */
  service: string;
  /** From one report to the next. */
  everyMs: number;
  /** How much later one may come, and how long a job that said it starts may take. */
  graceMs: number;
  /** Absent: error. */
  severity?: Severity;
  /** SHA-256 in hex of each live key in its addresses; two may live during a change. Never the key itself. */
  keyHashes: string[];
  /** Nothing is expected of it. */
  paused?: boolean;
}
