/** Purging a memory disk, by the same rules as every engine (rule 14, S15). */
import { compareText } from '../../src/relay/store/text-order.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** Deletes at most `limit` done work rows (journal rows first) and at most `limit` closed lineages, oldest first. */
export function purgeDisk(
  disk: MemoryDisk,
  beforeMs: number,
  limit: number,
): { work: number; lineages: number } {
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
  return { work: journal.length + due.length, lineages: purgeLineages(disk, beforeMs, limit) };
}

function purgeLineages(disk: MemoryDisk, beforeMs: number, limit: number): number {
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
  for (const [key] of dead) {
    disk.aggregates.delete(key);
    for (const entry of disk.incidents.values()) {
      if (entry.lineage !== key) continue;
      disk.incidents.delete(entry.number);
      disk.names.delete(entry.number);
    }
  }
  return dead.length;
}
