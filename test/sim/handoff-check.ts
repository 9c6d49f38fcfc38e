/** S7: one record a handoff, of people who were on call, and each of the two told once, late at most. */
import {
  HANDOFF,
  HANDOFFS,
  handoffKey,
  type HandoffRow,
  type HandoffState,
} from '../../src/relay/engine/handoffs.ts';
import type { Input } from '../../src/relay/events/types.ts';
import { MESSAGE, type MessageRow } from '../../src/relay/notifications/rows.ts';
import { servicesOf } from '../../src/relay/oncall/handoffs.ts';
import type { Change } from '../../src/relay/store/port.ts';
import { slowly } from '../unit/oncall/rotations/slowly.ts';
import type { Ledger } from './ledger.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { Versions } from './roster-disk.ts';

export interface HandoffCheckParts {
  disk: MemoryDisk;
  versions: Versions;
  fail(invariant: string, text: string): void;
  trueWallMs(): number;
  /** A process started under a wrong clock: when it looked says nothing any more. */
  wallSuspect(): boolean;
}

const MINUTE_MS = 60_000;
/** A look comes each minute, of whichever host; another may have to see first that the owner is gone. */
const LOOKED_WITHIN_MS = 4 * MINUTE_MS;

export class HandoffCheck {
  readonly #parts: HandoffCheckParts;
  /** The newest record of each rotation. */
  readonly #newest = new Map<string, HandoffRow>();
  #version = 0;

  constructor(parts: HandoffCheckParts) {
    this.#parts = parts;
  }

  onCommit(change: Change): void {
    const { fail, versions } = this.#parts;
    const { rosterVersion } = change.state as HandoffState;
    if (rosterVersion < this.#version)
      fail('S7', `found under roster ${rosterVersion} after ${this.#version}`);
    this.#version = rosterVersion;
    for (const { kind, body } of change.rows) {
      if (kind !== HANDOFF) continue;
      const row = body as HandoffRow;
      const name = `the handoff of ${row.rotation} from ${row.from} to ${row.to}`;
      const before = this.#newest.get(row.rotation);
      // A clock that was an hour ahead has found one already whose time is still to come.
      if (before !== undefined && before.atMs >= row.atMs && !this.#parts.wallSuspect())
        fail('S7', `${name} is recorded after one that was not earlier`);
      this.#newest.set(row.rotation, row);
      const roster = versions.at(row.rosterVersion);
      const rotation = roster?.rotations?.find((one) => one.id === row.rotation);
      if (roster === null || rotation === undefined) {
        fail('S7', `${name} is of a rotation that roster ${row.rosterVersion} has not`);
        continue;
      }
      if (row.atMs > row.foundMs) fail('S7', `${name} is recorded before its time`);
      if (slowly(roster, rotation, row.foundMs) !== row.to)
        fail('S7', `${name}: ${slowly(roster, rotation, row.foundMs)} was on call then`);
      if (!row.isEdit && slowly(roster, rotation, row.atMs - 1) === row.to)
        fail('S7', `${name}: they were on call before it too`);
      if (row.to === before?.to && before !== undefined && row.foundMs - before.foundMs < 10 * MINUTE_MS)
        fail('S7', `${name}: ${row.to} came on call twice`);
    }
  }

  /** Once everything has come to rest. */
  atEnd(ledger: Ledger): void {
    this.#toldOnce(ledger);
    this.#allTold();
    this.#upToDate();
  }

  /** No notice was taken by a provider twice, by whichever way. */
  #toldOnce(ledger: Ledger): void {
    const { disk, fail } = this.#parts;
    const taken = new Map<string, string>();
    for (const [key, kept] of disk.aggregates) {
      if (!key.startsWith('r:')) continue;
      for (const json of kept.rows.get(MESSAGE)?.values() ?? []) {
        const { id, notice, person } = JSON.parse(json) as MessageRow;
        if (notice === undefined || ledger.byMessage.get(id) === undefined) continue;
        // Of what was said, not of the row that it came with: that may be another for the same.
        const what = `${person}: ${saidIn(disk, notice.id)}`;
        // Somebody may come back within a shift: the same words, of another handoff.
        const told = `${what} ${/-(\d+)-(?:in|out)$/u.exec(notice.id)?.[1] ?? ''}`;
        const other = taken.get(told);
        if (other !== undefined) fail('S7', `${what} was told as ${other} and as ${id}`);
        taken.set(told, id);
      }
    }
  }

  /** Each record's people were told, where it pages for anything. */
  #allTold(): void {
    const { disk, versions, fail } = this.#parts;
    const state = stateOn(disk);
    if (state !== null && state.pending.length > 0) fail('S7', `${state.pending.join()} was never told`);
    const told = new Set(
      [...disk.journal.values()].flatMap(({ inputJson }) => {
        const input = JSON.parse(inputJson) as Input;
        return input.kind === 'notice' ? [`${input.person}: ${input.about}`] : [];
      }),
    );
    for (const json of disk.aggregates.get(HANDOFFS)?.rows.get(HANDOFF)?.values() ?? []) {
      const row = JSON.parse(json) as HandoffRow;
      const isUsed = (version: number): boolean => {
        const roster = versions.at(version);
        return roster !== null && servicesOf(roster, row.rotation).length > 0;
      };
      if (row.skipped === true || row.to === null) continue;
      if (!isUsed(row.rosterVersion) || !isUsed(versions.latest)) continue;
      if (!told.has(`${row.to}: handoff of rotation ${row.rotation}`))
        fail('S7', `${handoffKey(row.rotation, row.atMs)}: ${row.to} was never told`);
    }
  }

  /** Whoever is on call is known to be. */
  #upToDate(): void {
    const { disk, versions, fail, trueWallMs, wallSuspect } = this.#parts;
    const state = stateOn(disk);
    const roster = versions.at(versions.latest);
    if (state === null || roster === null || wallSuspect()) return;
    for (const rotation of roster.rotations ?? []) {
      const holder = state.holders.rotations[rotation.id];
      const lately = Array.from({ length: LOOKED_WITHIN_MS / MINUTE_MS + 1 }, (_, index) =>
        slowly(roster, rotation, trueWallMs() - index * MINUTE_MS),
      );
      if (holder === undefined || !lately.includes(holder.person))
        fail(
          'S7',
          `${rotation.id}: ${holder?.person ?? 'nobody'} is known to be on call, and ${lately[0]} is`,
        );
    }
  }
}

function stateOn(disk: MemoryDisk): HandoffState | null {
  const kept = disk.aggregates.get(HANDOFFS);
  return kept === undefined ? null : (JSON.parse(kept.stateJson) as HandoffState);
}

/** The text of a notice, with its time: two handoffs never say the same. */
function saidIn(disk: MemoryDisk, id: string): string {
  const { inputJson = '{}' } = disk.journal.get(id) ?? {};
  const { subject = '', text = id } = JSON.parse(inputJson) as { subject?: string; text?: string };
  return `${subject}: ${text}`;
}
