/** After a life: doing again what is still remembered changes nothing (S2), and purging takes nothing that lives (S15). */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import { targetsOf } from '../../src/relay/engine/targets.ts';
import type { Input } from '../../src/relay/events/types.ts';
import { hostIndexOfCode } from '../../src/relay/notifications/codes.ts';
import { MESSAGE, messageKey, responderKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { WorkId } from '../../src/relay/store/port.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { purgeDisk } from './memory-purge.ts';
import type { World } from './world.ts';

/** A process comes up within this and has done what is undone. */
const AGAIN_MS = 3 * 60_000;

export async function afterlife(world: World): Promise<void> {
  await everythingAgain(world);
  if (!world.time.halted) purgeBitesNothing(world);
}

/** As after a crash that lost the done-marks: those rows whose whole chain is remembered are undone again. */
async function everythingAgain(world: World): Promise<void> {
  const { disk } = world;
  const pages = pagesOf(world);
  const before = JSON.stringify([...disk.incidents.values()]);
  for (const row of disk.journal.values()) {
    if (!row.done || !isRemembered(disk, row.id)) continue;
    row.done = false;
    disk.journalUndone.set(row.id, row);
  }
  world.reincarnate();
  await world.time.run(world.time.nowMs + AGAIN_MS);
  if (disk.journalUndone.size > 0)
    world.fail('S2', `${disk.journalUndone.size} inputs that were done again did not end`);
  if (pagesOf(world) > pages) world.fail('S2', 'doing everything again sent a page');
  if (JSON.stringify([...disk.incidents.values()]) !== before)
    world.fail('S2', 'doing everything again changed an incident');
}

/** What was sent about incidents: somebody may come on call meanwhile, and is told so. */
const pagesOf = ({ ledger, disk }: World): number =>
  ledger.taken.filter(({ person, code }) => {
    const json = disk.aggregates.get(responderKey(person))?.rows.get(MESSAGE)?.get(messageKey(code));
    return json === undefined || (JSON.parse(json) as MessageRow).notice === undefined;
  }).length;

/** Nothing on the way of this row has forgotten it. */
function isRemembered(disk: MemoryDisk, id: WorkId): boolean {
  const row = disk.journal.get(id);
  if (row === undefined) return false;
  const input = JSON.parse(row.inputJson) as Input;
  // A code that no host has given out is waited for longer than this (rule 13).
  if (input.kind === 'reply' && input.command.code !== null && hostIndexOfCode(input.command.code) !== null)
    return false;
  const targets = targetsOf({ id, shard: row.shard, stamp: row.stamp, input, raw: null });
  return targets.every((target) => hasTaken(disk, target.aggregate, target.id, id, new Set()));
}

function hasTaken(
  disk: MemoryDisk,
  aggregate: string,
  inputId: string,
  row: WorkId,
  asked: Set<string>,
): boolean {
  // Two aggregates may hand to each other for one row.
  if (asked.has(inputId)) return true;
  asked.add(inputId);
  const json = disk.aggregates.get(aggregate)?.stateJson;
  if (json === undefined) return false;
  const { seen, outbox } = JSON.parse(json) as Envelope<unknown>;
  if (!seen.some((one) => one.id === inputId && one.rows.includes(row))) return false;
  return outbox
    .filter((one) => one.rows.includes(row))
    .every(({ handover }) => {
      if (handover.kind === 'disable' || handover.kind === 'enable') return true;
      if (handover.kind === 'name') return disk.names.get(handover.number) === handover.lineage;
      const to =
        'person' in handover && !('lineage' in handover) ? responderKey(handover.person) : handover.lineage;
      return hasTaken(disk, to, handover.id, row, asked);
    });
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
