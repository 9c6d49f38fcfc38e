/** Where a heartbeat lies, and what people get to read of its history. Types and key makers only. */
import type { PingKind } from '../events/types.ts';

const PREFIX = 'h:';

export const heartbeatKey = (id: string): string => `${PREFIX}${id}`;
export const isHeartbeat = (aggregate: string): boolean => aggregate.startsWith(PREFIX);
export const heartbeatOf = (aggregate: string): string => aggregate.slice(PREFIX.length);

/** The dedup key of the incident about a heartbeat, in its service. */
export const heartbeatDedupKey = (id: string): string => `heartbeat/${id}`;

/** Row kind of its history; only the last lines are kept, each written over what was so many lines before. */
export const HEARTBEAT_LINE = 'heartbeat';
export const LINES_KEPT = 50;

/** A line of a heartbeat's history: a ping, or what was decided and why. */
export interface HeartbeatLine {
  /** Ascends. */
  line: number;
  atMs: number;
  kind: PingKind | 'missed' | 'waits' | 'resolved' | 'changed';
  text: string;
  durationMs?: number;
}

export const lineKey = (line: number): string => String(line % LINES_KEPT).padStart(2, '0');
