/** Which shard an input belongs to: that of the first aggregate it concerns, so that its owner finds both. */
import { lineageKey } from '../incidents/rows.ts';
import { heartbeatKey } from '../heartbeats/rows.ts';
import { responderKey } from '../notifications/rows.ts';
import { shardOf } from '../store/places.ts';
import type { Input } from './types.ts';

/** Pure; an input that concerns nothing is shard 0's. */
export function shardOfInput(input: Input): number {
  switch (input.kind) {
    case 'alert': {
      const first = input.events.find((event) => event.action !== 'none' || event.note !== undefined);
      return first === undefined ? 0 : shardOf(lineageKey(first.service, first.dedupKey));
    }
    case 'ping':
      return shardOf(heartbeatKey(input.heartbeat));
    case 'noted':
      return shardOf(lineageKey(input.event.service, input.event.dedupKey));
    case 'command':
    case 'order':
      return shardOf(input.lineage);
    case 'reply':
    case 'receipt':
    case 'test':
    case 'notice':
      return shardOf(responderKey(input.person));
  }
}
