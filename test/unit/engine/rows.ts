/** Journal rows as an intake stamps them. */
import { canaryEvent } from '../../../src/relay/engine/canary.ts';
import { shardOfInput } from '../../../src/relay/events/shard.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import { lineageKey } from '../../../src/relay/incidents/rows.ts';
import { onlyOnceId, shardOf } from '../../../src/relay/store/places.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';

export const HOST = 'one';

/** The `seq`th input of this host: an alert about `key` of service db. */
export function alertRow(
  seq: number,
  options: { key?: string; action?: AlertEvent['action']; stableId?: string; atMs?: number } = {},
): JournalRow {
  const { key = 'disk', action = 'trigger', stableId, atMs = Date.now() } = options;
  const stamp = { host: HOST, seq, atMs, trusted: true };
  const shard = shardOf(lineageKey('db', key));
  return {
    id: stableId === undefined ? onlyOnceId(stamp, 'a', shard) : `j:${stableId}`,
    shard,
    stamp,
    input: {
      kind: 'alert',
      events: [
        {
          action,
          service: 'db',
          dedupKey: key,
          severity: 'error',
          summary: `${key} ${action}`,
          source: 'mail',
        },
      ],
    },
    raw: null,
  };
}

/** The `seq`th input of this host: its canary. */
export function canaryRow(seq: number, ...actions: ('trigger' | 'resolve')[]): JournalRow {
  const input = {
    kind: 'alert' as const,
    events: actions.map((action): AlertEvent => canaryEvent(HOST, action)),
  };
  const shard = shardOfInput(input);
  const stamp = { host: HOST, seq, atMs: Date.now(), trusted: true };
  return { id: onlyOnceId(stamp, 'a', shard), shard, stamp, input, raw: null };
}
