/** How many heartbeats are in which state, for status and metrics. */
import { viewHeartbeat } from '../api/heartbeat-view.ts';
import { HEARTBEAT_STATES, type HeartbeatStateName } from '../api/heartbeat-wire.ts';
import type { Roster } from '../oncall/types.ts';
import type { Store } from '../store/port.ts';

export interface HeartbeatCounts {
  states: Record<HeartbeatStateName, number>;
  /** Missed or failed, by name. */
  wrong: string[];
}

/** Null: there are none. Rejects as the store does. */
export async function countHeartbeats(
  store: Pick<Store, 'load'>,
  { heartbeats = [] }: Roster,
  nowMs: number,
): Promise<HeartbeatCounts | null> {
  if (heartbeats.length === 0) return null;
  const states = Object.fromEntries(HEARTBEAT_STATES.map((state) => [state, 0])) as HeartbeatCounts['states'];
  const wrong: string[] = [];
  for (const heartbeat of heartbeats) {
    const { id, state } = await viewHeartbeat(store, heartbeat, nowMs);
    states[state] += 1;
    if (state === 'missed' || state === 'failed') wrong.push(id);
  }
  return { states, wrong };
}
