/** Purging a memory disk, by the same rules as every engine (rule 14, S15). */
import { compareText } from '../../src/relay/store/text-order.ts';
import type { Purged } from '../../src/relay/store/port.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** Deletes at most `limit` done work rows (journal rows first), ended rows, closed lineages and their rows, oldest first. */
export function purgeDisk(disk: MemoryDisk, beforeMs: number, limit: number): Purged {
  const journal = [...disk.journal.values()]
    .filter((row) => row.done && row.stamp.atMs < beforeMs)
    .sort((a, b) => a.stamp.atMs - b.stamp.atMs || a.position - b.position)
    .slice(0, limit);
  for (const row of journal) disk.journal.delete(row.id);
  const due = [...disk.due.values()]
    .filter((row) => row.done && row.dueAtMs < beforeMs)
    .sort((a, b) => a.dueAtMs - b.dueAtMs || compareText(a.id, b.id))
    .slice(0, limit - journal.length);
  for (const row of due) disk.due.delete(row.id);
  const ended = purgeEnded(disk, beforeMs, limit);
  const { lineages, rows } = purgeLineages(disk, beforeMs, limit);
  return { work: journal.length + due.length, lineages, rows: ended + rows };
}

function purgeEnded(disk: MemoryDisk, beforeMs: number, limit: number): number {
  const found: { atMs: number; aggregate: string; kind: string; key: string }[] = [];
  for (const [aggregate, { ended }] of disk.aggregates)
    for (const [kind, ofKind] of ended)
      for (const [key, atMs] of ofKind) if (atMs < beforeMs) found.push({ atMs, aggregate, kind, key });
  const going = found
    .sort(
      (a, b) =>
        a.atMs - b.atMs ||
        compareText(a.aggregate, b.aggregate) ||
        compareText(a.kind, b.kind) ||
        compareText(a.key, b.key),
    )
    .slice(0, limit);
  for (const { aggregate, kind, key } of going) deleteRow(disk, aggregate, kind, key);
  return going.length;
}

function deleteRow(disk: MemoryDisk, aggregate: string, kind: string, key: string): void {
  disk.aggregates.get(aggregate)?.rows.get(kind)?.delete(key);
  disk.aggregates.get(aggregate)?.ended.get(kind)?.delete(key);
}

function purgeLineages(disk: MemoryDisk, beforeMs: number, limit: number): Pick<Purged, 'lineages' | 'rows'> {
  // A lineage may still remember an input that isn't done (rule 1): nothing touched since the oldest of those goes.
  let untouchedSinceMs = beforeMs;
  for (const row of disk.journalUndone.values())
    untouchedSinceMs = Math.min(untouchedSinceMs, row.stamp.atMs);
  const living = new Set<string>();
  for (const entry of disk.incidents.values()) if (entry.open) living.add(entry.lineage);
  for (const row of disk.dueUndone.values()) living.add(row.aggregate);

  const dead = [...disk.aggregates.entries()]
    .filter(([key, kept]) => key.startsWith('i:') && kept.touchedMs < untouchedSinceMs && !living.has(key))
    .sort(([a, left], [b, right]) => left.touchedMs - right.touchedMs || compareText(a, b))
    .slice(0, limit);
  let lineages = 0;
  let rows = 0;
  for (const [key, kept] of dead) {
    const all = [...kept.rows]
      .flatMap(([kind, ofKind]) => [...ofKind.keys()].map((at) => ({ kind, at })))
      .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.at, b.at));
    const going = all.slice(0, limit - rows);
    for (const { kind, at } of going) deleteRow(disk, key, kind, at);
    rows += going.length;
    if (going.length < all.length) break;
    disk.aggregates.delete(key);
    lineages += 1;
    for (const entry of disk.incidents.values()) {
      if (entry.lineage !== key) continue;
      disk.incidents.delete(entry.number);
      disk.names.delete(entry.number);
    }
  }
  return { lineages, rows };
}
