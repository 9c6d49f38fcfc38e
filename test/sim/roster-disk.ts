/** The roster as it lies on a disk: as it is at present, and every version that there was. */
import { ROSTER, VERSION, versionKey, type VersionRow } from '../../src/relay/engine/roster-book.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** The first version, made before a life begins. */
export function writeFirstRoster(disk: MemoryDisk, roster: Roster, atMs: number): void {
  const body: VersionRow = { roster, by: 'root', atMs, op: 'first' };
  disk.aggregates.set(ROSTER, {
    op: 'first',
    stateJson: JSON.stringify(roster),
    touchedMs: atMs,
    rows: new Map([[VERSION, new Map([[versionKey(roster.version), JSON.stringify(body)]])]]),
    ended: new Map(),
  });
}

/** Read once for each commit. */
const present = new WeakMap<MemoryDisk, { op: string; roster: Roster }>();

export function rosterOn(disk: MemoryDisk): Roster {
  const kept = disk.aggregates.get(ROSTER);
  if (kept === undefined) throw new Error('there is no roster yet');
  const known = present.get(disk);
  if (known?.op === kept.op) return known.roster;
  const roster = JSON.parse(kept.stateJson) as Roster;
  present.set(disk, { op: kept.op, roster });
  return roster;
}

/** The versions on a disk, each read once. */
export class Versions {
  readonly #disk: MemoryDisk;
  readonly #known = new Map<number, Roster>();

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  /** The newest. */
  get latest(): number {
    return rosterOn(this.#disk).version;
  }

  /** null: no such version was ever committed. */
  at(version: number): Roster | null {
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const json = this.#disk.aggregates.get(ROSTER)?.rows.get(VERSION)?.get(versionKey(version));
    if (json === undefined) return null;
    const { roster } = JSON.parse(json) as VersionRow;
    this.#known.set(version, roster);
    return roster;
  }
}
