/** How much of a list of alerts is read: whoever sends more is told of by an alert of its own. */
import type { AlertEvent } from '../types.ts';

/** Alerts of one request, those of lists in lists and of texts in them included. */
export const LIST_MAX = 300;
/** All readers of mails are asked for what is posted alone or with a few; for hundreds at once that takes too long. */
export const FEW = 20;

/** Of one request: how many of its alerts may still be read, and of how many others nothing was. */
export interface Room {
  left: number;
  unread: number;
}

export const roomForList = (): Room => ({ left: LIST_MAX, unread: 0 });

/** Whether there is room for another one of a list. */
export function hasRoom(room: Room): boolean {
  if (room.left > 0) return true;
  room.unread += 1;
  return false;
}

const HOUR_MS = 60 * 60 * 1_000;

/** Empty when all was read. */
export const unreadAlerts = ({ unread }: Room, service: string): AlertEvent[] =>
  unread === 0
    ? []
    : [
        {
          action: 'trigger',
          service,
          dedupKey: 'json/long list',
          severity: 'unknown',
          summary: `${unread} or more alerts of one request were not read: send at most ${LIST_MAX} at once`,
          source: 'json',
          reason: `of a list the first ${LIST_MAX} alerts are read`,
          expiresAfterMs: HOUR_MS,
        },
      ];
