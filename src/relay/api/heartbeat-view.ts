/** Heartbeats as people see them: how each is now, and what came of it. */
import type { Envelope } from '../engine/envelope.ts';
import { HEARTBEAT_LINE, heartbeatKey, type HeartbeatLine } from '../heartbeats/rows.ts';
import type { HeartbeatState } from '../heartbeats/types.ts';
import type { Heartbeat } from '../oncall/heartbeat.ts';
import { showDuration } from '../oncall/times.ts';
import type { Store } from '../store/port.ts';
import type { HeartbeatDetailJson, HeartbeatJson, HeartbeatStateName } from './heartbeat-wire.ts';

/** How it is now. Rejects as the store does. */
export async function viewHeartbeat(
  store: Pick<Store, 'load'>,
  heartbeat: Heartbeat,
  nowMs: number,
): Promise<HeartbeatJson> {
  const kept = (await store.load(heartbeatKey(heartbeat.id))).state as Envelope<HeartbeatState> | null;
  return jsonOf(heartbeat, kept?.domain ?? null, nowMs);
}

/** And its history, the newest first. */
export async function viewDetail(
  store: Pick<Store, 'load' | 'rows'>,
  heartbeat: Heartbeat,
  nowMs: number,
): Promise<HeartbeatDetailJson> {
  const rows = await store.rows(heartbeatKey(heartbeat.id), HEARTBEAT_LINE);
  const lines = rows.map(({ body }) => body as HeartbeatLine).toSorted((a, b) => b.line - a.line);
  return {
    ...(await viewHeartbeat(store, heartbeat, nowMs)),
    history: lines.map(({ atMs, kind, text, durationMs = null }) => ({
      at: iso(atMs),
      kind,
      text,
      durationMs,
    })),
  };
}

function jsonOf(heartbeat: Heartbeat, state: HeartbeatState | null, nowMs: number): HeartbeatJson {
  const { id, service, everyMs, graceMs, severity = 'error', keyHashes } = heartbeat;
  const last = state?.lastPing ?? null;
  return {
    id,
    service,
    every: showDuration(everyMs),
    grace: showDuration(graceMs),
    severity,
    state: stateOf(heartbeat, state, nowMs),
    runningSince: isoOrNull(state?.startedMs),
    lastPing:
      last === null
        ? null
        : {
            what: last.what,
            at: iso(last.atMs),
            by: last.by,
            exitCode: last.exitCode ?? null,
            signal: last.signal ?? null,
            durationMs: last.durationMs ?? null,
          },
    lastSuccess: isoOrNull(state?.lastSuccessMs),
    lastDurationMs: state?.lastDurationMs ?? null,
    due: isoOrNull(state?.dueMs),
    putOff: state?.putOff ?? null,
    hasKey: keyHashes.length > 0,
  };
}

/** What the roster says goes before what was kept: a pause is there at once. */
export function stateOf(
  { paused, graceMs }: Heartbeat,
  state: HeartbeatState | null,
  nowMs: number,
): HeartbeatStateName {
  if (paused === true) return 'paused';
  if (state === null) return 'new';
  const isLate = state.status === 'up' && state.dueMs !== null && nowMs > state.dueMs - graceMs;
  // A run that has its grace to finish isn't late.
  return isLate && state.startedMs === null ? 'late' : state.status;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
const isoOrNull = (atMs: number | null | undefined): string | null =>
  atMs === null || atMs === undefined ? null : iso(atMs);
