/** Edits of heartbeats: jobs that report by themselves. Pure; each refuses with a RosterError that says what to do. */
import type { Severity } from '../events/types.ts';
import { RosterError } from './book.ts';
import { checkFree, checkId, findHeartbeat, findService } from './checks.ts';
import { showDuration } from './times.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Roster } from './types.ts';

/** A monthly job is the slowest that is watched, and one a minute the fastest. */
export const HEARTBEAT_LIMITS = {
  everyMinMs: 30_000,
  everyMaxMs: 366 * 86_400_000,
  graceMinMs: 10_000,
  graceMaxMs: 366 * 86_400_000,
  most: 1_000,
} as const;

export interface HeartbeatTimes {
  everyMs: number;
  graceMs: number;
}

export interface HeartbeatEdit extends Partial<HeartbeatTimes> {
  service?: string;
  /** Null: as when none was given. */
  severity?: Severity | null;
  paused?: boolean;
}

/** Adds a heartbeat; `keyHash` is the SHA-256 in hex of its ping key. Without a service: the default one. */
export function addHeartbeat(
  roster: Roster,
  input: HeartbeatTimes & { id: string; service?: string; severity?: Severity; keyHash: string },
): Roster {
  checkHash(input.keyHash);
  const { id, everyMs, graceMs, severity, keyHash } = input;
  const service = input.service ?? roster.defaultService;
  return addWholeHeartbeat(roster, {
    id,
    service,
    everyMs,
    graceMs,
    ...(severity === undefined ? {} : { severity }),
    keyHashes: [keyHash],
  });
}

/** As a file says it. */
export function addWholeHeartbeat(roster: Roster, heartbeat: Heartbeat): Roster {
  const heartbeats = roster.heartbeats ?? [];
  checkId('heartbeat', heartbeat.id);
  checkFree('heartbeat', heartbeat.id, heartbeats);
  if (heartbeats.length >= HEARTBEAT_LIMITS.most)
    throw new RosterError(
      'conflict',
      `There are ${HEARTBEAT_LIMITS.most} heartbeats already`,
      'Remove one that nobody needs.',
    );
  checkTimes(heartbeat);
  findService(roster, heartbeat.service);
  return { ...roster, heartbeats: [...heartbeats, heartbeat] };
}

/** Changes what is given. */
export function editHeartbeat(roster: Roster, id: string, edit: HeartbeatEdit): Roster {
  const before = findHeartbeat(roster, id);
  const { severity: oldSeverity, paused: wasPaused, ...rest } = before;
  const severity = edit.severity === undefined ? oldSeverity : (edit.severity ?? undefined);
  const paused = edit.paused ?? wasPaused === true;
  const after: Heartbeat = {
    ...rest,
    service: findService(roster, edit.service ?? before.service).id,
    everyMs: edit.everyMs ?? before.everyMs,
    graceMs: edit.graceMs ?? before.graceMs,
    ...(severity === undefined ? {} : { severity }),
    ...(paused ? { paused: true } : {}),
  };
  checkTimes(after);
  return JSON.stringify(after) === JSON.stringify(before) ? roster : withHeartbeat(roster, before, after);
}

/** Nothing is expected of it any more, and its incident, if there is one, ends. */
export function removeHeartbeat(roster: Roster, id: string): Roster {
  const heartbeat = findHeartbeat(roster, id);
  return { ...roster, heartbeats: (roster.heartbeats ?? []).filter((one) => one !== heartbeat) };
}

/** Another ping key; the newest before it stays valid until the next change, so that jobs can follow. */
export function replacePingKey(roster: Roster, id: string, keyHash: string): Roster {
  const before = findHeartbeat(roster, id);
  checkHash(keyHash);
  const keyHashes = [keyHash, ...before.keyHashes.filter((one) => one !== keyHash)].slice(0, 2);
  return withHeartbeat(roster, before, { ...before, keyHashes });
}

/** The heartbeats of a service, which can't go without them. */
export const heartbeatsOf = ({ heartbeats = [] }: Roster, service: string): string[] =>
  heartbeats.flatMap((one) => (one.service === service ? [one.id] : []));

function withHeartbeat(roster: Roster, before: Heartbeat, after: Heartbeat): Roster {
  return {
    ...roster,
    heartbeats: (roster.heartbeats ?? []).map((one) => (one === before ? after : one)),
  };
}

function checkTimes({ everyMs, graceMs }: HeartbeatTimes): void {
  const { everyMinMs, everyMaxMs, graceMinMs, graceMaxMs } = HEARTBEAT_LIMITS;
  checkWithin('The time from one report to the next', everyMs, everyMinMs, everyMaxMs);
  checkWithin('The grace', graceMs, graceMinMs, graceMaxMs);
}

function checkWithin(what: string, ms: number, minMs: number, maxMs: number): void {
  if (ms >= minMs && ms <= maxMs) return;
  throw new RosterError(
    'usage',
    `${what} can't be ${showDuration(ms)}`,
    `Give at least ${showDuration(minMs)} and at most ${showDuration(maxMs)}.`,
  );
}

function checkHash(keyHash: string): void {
  // Not shown: what is no hash may be the key itself.
  if (!/^[0-9a-f]{64}$/.test(keyHash)) throw new Error('a ping key is kept as its SHA-256 in hex');
}
