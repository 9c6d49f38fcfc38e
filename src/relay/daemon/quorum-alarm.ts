/**
 * Rule 13: when there is no quorum, the admin is told so, and how many incidents don't escalate meanwhile. Every host
 * finds out by itself; the first of those that can reach each other speaks for all.
 */
import type { Clock, Log } from '../engine/ports.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import type { OwnAlarm } from './own-alarm.ts';

export interface QuorumAlarmParts {
  board: Pick<ProblemBoard, 'watch' | 'list'>;
  alarm: Pick<OwnAlarm, 'raise' | 'clear'>;
  clock: Clock;
  log: Log;
  host: string;
  /** False when a host before this one, that can be reached, is alone too: it says it. */
  speaksForAll(): Promise<boolean>;
}

/** The problem that `engine/degraded` raises. */
const PROBLEM = 'no-quorum';
/** So long others have to find out too. */
const WAIT_MS = 10_000;

/** Begins to watch the board; returns what ends it. */
export function alarmOfQuorum({
  board,
  alarm,
  clock,
  log,
  host,
  speaksForAll,
}: QuorumAlarmParts): () => void {
  const key = `${PROBLEM} ${host}`;
  let waiting: () => void = () => undefined;
  const say = async (): Promise<void> => {
    const isFirst = await speaksForAll();
    const standing = board.list().find(({ id }) => id === PROBLEM);
    if (standing === undefined || !isFirst) return;
    alarm.raise(key, { summary: `${host}: ${standing.text}`, severity: 'critical', cure: standing.cure });
  };
  const unwatch = board.watch((id, stands) => {
    if (id !== PROBLEM) return;
    waiting();
    if (!stands) {
      alarm.clear(key);
      return;
    }
    waiting = clock.after(WAIT_MS, () => {
      say().catch((error: unknown) => {
        log.warn({ err: error }, 'that there is no quorum could not be told');
      });
    });
  });
  return () => {
    unwatch();
    waiting();
  };
}
