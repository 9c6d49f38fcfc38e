/**
 * A backup: lines of JSON, compressed by gzip. The first says what it is, then come files, then everything in the store
 * piece by piece, and the last one says how much there was: a backup without it was cut off.
 */
import type { CopyKind, JournalPiece, Piece } from '../store/moving.ts';
import type { TallyFigures } from '../store/tally.ts';

/** Of what is written; others are refused. */
export const FORMAT = 1;

export interface HeadLine {
  kind: 'relay-backup';
  format: number;
  /** Names this backup. */
  id: string;
  /** The version of relay that made it. */
  version: string;
  host: string;
  /** The store, in a few words. */
  store: string;
  copies: CopyKind;
  /** When the copy was begun, by the wall clock. */
  atMs: number;
}

/** A file of the installation. */
export interface FileLine {
  kind: 'file';
  /** `relay.yaml`, `keys/NAME`, or `secrets/KEY` with the name of its key in relay.yaml. */
  name: string;
  base64: string;
  sha256: string;
}

/** A piece, with `raw` as base64. */
export type PieceLine = Exclude<Piece, JournalPiece> | (Omit<JournalPiece, 'raw'> & { raw: string | null });

export interface EndLine {
  kind: 'end';
  /** Pieces. */
  total: number;
  tally: TallyFigures;
}

export type BackupLine = HeadLine | FileLine | PieceLine | EndLine;

/** What is wrong with a backup, and what to do. */
export class BackupError extends Error {
  override name = 'BackupError';
}

/** As it stands in a backup. */
export function lineOf(piece: Piece): PieceLine {
  if (piece.kind !== 'journal') return piece;
  const { raw, ...more } = piece;
  return {
    ...more,
    raw: raw === null ? null : Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64'),
  };
}

/** As a store takes it. */
export function pieceOf(line: PieceLine): Piece {
  if (line.kind !== 'journal') return line;
  return { ...line, raw: line.raw === null ? null : Buffer.from(line.raw, 'base64') };
}

const stampOf = (atMs: number): string => new Date(atMs).toISOString().replace(/[-:]|\.\d+/gu, '');

/** `relay-HOST-20260102T030405Z.backup`: in order of time by name. */
export const backupName = (host: string, atMs: number): string => `relay-${host}-${stampOf(atMs)}.backup`;

/** Whether a file with that name is a backup of this host. */
export const isBackupOf = (host: string, name: string): boolean =>
  name.startsWith(`relay-${host}-`) && /^\d{8}T\d{6}Z\.backup$/u.test(name.slice(`relay-${host}-`.length));
