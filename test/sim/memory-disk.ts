/** What a MemoryStore keeps: plain data that outlives the instance, as a disk outlives a process. */
import type { AggregateKey, Beat, DueRow, Row, WorkId } from '../../src/relay/store/port.ts';
import type { Stamp } from '../../src/relay/events/types.ts';

export interface DiskJournalRow {
  position: number;
  id: WorkId;
  shard: number;
  stamp: Stamp;
  inputJson: string;
  raw: Uint8Array | null;
  done: boolean;
  tries: number;
}

export interface DiskDueRow extends DueRow {
  shard: number;
  done: boolean;
  tries: number;
}

export interface DiskAggregate {
  op: string;
  stateJson: string;
  touchedMs: number;
  /** Row kind -> row key -> body as JSON. */
  rows: Map<Row['kind'], Map<Row['key'], string>>;
  /** Row kind -> row key -> when it ended. */
  ended: Map<Row['kind'], Map<Row['key'], number>>;
}

export interface DiskIncident {
  number: number;
  lineage: AggregateKey;
  open: boolean;
  bodyJson: string;
}

/** Can be copied with structuredClone at any moment: that copy is the disk after a crash. */
export interface MemoryDisk {
  journal: Map<WorkId, DiskJournalRow>;
  /** In order of acceptance. */
  journalUndone: Map<WorkId, DiskJournalRow>;
  nextPosition: number;
  due: Map<WorkId, DiskDueRow>;
  dueUndone: Map<WorkId, DiskDueRow>;
  aggregates: Map<AggregateKey, DiskAggregate>;
  incidents: Map<number, DiskIncident>;
  names: Map<number, AggregateKey>;
  nextNumber: number;
  /** Host -> the highest seq it has stamped. */
  lastSeq: Map<string, number>;
  /** Job -> its slots taken. */
  slots: Map<string, Set<string>>;
  /** Host -> life -> its last beat. */
  beats: Map<string, Map<string, DiskBeat>>;
}

export interface DiskBeat extends Omit<Beat, 'info'> {
  infoJson: string;
  seenMs: number;
}

export const emptyDisk = (): MemoryDisk => ({
  journal: new Map(),
  journalUndone: new Map(),
  nextPosition: 1,
  due: new Map(),
  dueUndone: new Map(),
  aggregates: new Map(),
  incidents: new Map(),
  names: new Map(),
  nextNumber: 1,
  lastSeq: new Map(),
  slots: new Map(),
  beats: new Map(),
});
