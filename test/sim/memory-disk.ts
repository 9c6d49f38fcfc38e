/** What a MemoryStore keeps: plain data that outlives the instance, as a disk outlives a process. */
import type { AggregateKey, DueRow, Row, WorkId } from '../../src/relay/store/port.ts';
import type { Stamp } from '../../src/relay/events/types.ts';

export interface DiskJournalRow {
  position: number;
  id: WorkId;
  stamp: Stamp;
  inputJson: string;
  raw: Uint8Array | null;
  done: boolean;
  tries: number;
}

export interface DiskDueRow extends DueRow {
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
});
