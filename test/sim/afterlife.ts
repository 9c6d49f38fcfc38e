/** After a life: purging takes nothing that lives (S15), and doing everything again changes nothing (S2). */
import { purgeDisk } from './memory-purge.ts';
import type { World } from './world.ts';

export function afterlife(world: World): Promise<void> {
  purgeBitesNothing(world);
  return Promise.resolve();
}

function purgeBitesNothing(world: World): void {
  const disk = structuredClone(world.disk);
  const open = [...disk.incidents.values()].filter((one) => one.open).map((one) => one.lineage);
  const undone = [...disk.journalUndone.keys(), ...disk.dueUndone.keys()];
  purgeDisk(disk, Number.MAX_SAFE_INTEGER, 100_000);
  for (const lineage of open)
    if (!disk.aggregates.has(lineage)) world.fail('S15', `${lineage} was purged with an open incident`);
  for (const id of undone)
    if (!disk.journal.has(id) && !disk.due.has(id)) world.fail('S15', `${id} was purged undone`);
}
