/** Accepted rows as the spool gets them. */
import { alert } from '../../../contract/store/samples.ts';
import { onlyOnceId } from '../../../../src/relay/store/places.ts';
import type { JournalRow } from '../../../../src/relay/store/port.ts';

/** The `seq`th alert that a host accepted; with `stableId`, a mail that may come again. */
export function accepted(
  seq: number,
  more: { host?: string; stableId?: string; raw?: Uint8Array | null; atMs?: number } = {},
): JournalRow {
  const stamp = { host: more.host ?? 'one', seq, atMs: more.atMs ?? 1_000 + seq, trusted: seq % 2 === 0 };
  return {
    id: more.stableId === undefined ? onlyOnceId(stamp, 'life', 3) : `j:${more.stableId}`,
    shard: 3,
    stamp,
    input: alert(`disk full (${seq})`),
    raw: more.raw ?? null,
  };
}

export const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);
