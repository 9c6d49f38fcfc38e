/** Rows as cells and back. */
import { toJson } from '../arguments.ts';
import type { Input } from '../../events/types.ts';
import type { Beat, DueRow, IncidentEntry, JournalRow } from '../port.ts';
import type { BeatCells } from './beat-table.ts';
import type { DueCells } from './due-table.ts';
import type { IncidentCells } from './incident-table.ts';
import type { JournalCells } from './journal-table.ts';

/** A view of a larger buffer would take the whole of it along to the worker. */
const alone = (raw: Uint8Array): Uint8Array =>
  raw.byteLength === raw.buffer.byteLength ? raw : new Uint8Array(raw);

export const journalCells = ({ id, shard, stamp, input, raw }: JournalRow): JournalCells => [
  id,
  shard,
  stamp.host,
  stamp.seq,
  stamp.atMs,
  stamp.trusted ? 1 : 0,
  toJson(input),
  raw === null ? null : alone(raw),
];

export const journalRow = ([
  id,
  shard,
  host,
  seq,
  atMs,
  trusted,
  inputJson,
  raw,
]: JournalCells): JournalRow => ({
  id,
  shard,
  stamp: { host, seq, atMs, trusted: trusted === 1 },
  input: JSON.parse(inputJson) as Input,
  raw,
});

export const dueRow = ([id, dueAtMs, aggregate, timer]: DueCells): DueRow => ({
  id,
  dueAtMs,
  aggregate,
  timer,
});

export const incidentEntry = ([number, lineage, open, bodyJson]: IncidentCells): IncidentEntry => ({
  number,
  lineage,
  open: open === 1,
  body: JSON.parse(bodyJson),
});

export const beatCells = ({ host, life, count, firstSeq, info }: Beat): BeatCells => [
  host,
  life,
  count,
  firstSeq,
  toJson(info),
];

export const beat = ([host, life, count, firstSeq, infoJson]: BeatCells): Beat => ({
  host,
  life,
  count,
  firstSeq,
  info: JSON.parse(infoJson) as unknown,
});
