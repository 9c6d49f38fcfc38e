/** Reads a backup and checks it: its form, its end, its counts and digests. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Piece } from '../store/moving.ts';
import { Tally } from '../store/tally.ts';
import { BackupError, FORMAT, pieceOf } from './format.ts';
import type { BackupLine, EndLine, FileLine, HeadLine } from './format.ts';

export interface Checked {
  head: HeadLine;
  /** Without their content. */
  files: string[];
  pieces: number;
  tally: Tally;
}

/** What a reader of a backup is told, in its order. */
export type Found =
  | { kind: 'head'; head: HeadLine }
  | { kind: 'file'; name: string; content: Buffer }
  | { kind: 'pieces'; pieces: Piece[] }
  | { kind: 'end'; end: EndLine };

const PIECES_TOGETHER = 500;
const TOGETHER_BYTES = 2 * 1024 ** 2;

/** Reads the whole file. Rejects with BackupError, or as reading the file does. */
export async function checkBackup(path: string, onPieces?: (pieces: number) => void): Promise<Checked> {
  let head: HeadLine | null = null;
  const files: string[] = [];
  const tally = new Tally();
  let end: EndLine | null = null;
  for await (const found of readBackup(path)) {
    if (found.kind === 'head') head = found.head;
    else if (found.kind === 'file') files.push(found.name);
    else if (found.kind === 'end') end = found.end;
    else {
      tally.add(found.pieces);
      onPieces?.(tally.total);
    }
  }
  if (head === null || end === null) throw cutOff(path);
  const differences = Tally.of(end.tally).differences(tally);
  if (end.total !== tally.total || differences.length > 0)
    throw new BackupError(
      `${path} is damaged (${differences.join('; ') || `${tally.total} pieces of ${end.total}`}): ${otherThan(path)}`,
    );
  return { head, files, pieces: tally.total, tally };
}

/** Its first line. Rejects as `checkBackup` does. */
export async function headOf(path: string): Promise<HeadLine> {
  for await (const found of readBackup(path)) if (found.kind === 'head') return found.head;
  throw cutOff(path);
}

/** In pages of bounded size. Rejects with BackupError where it is no backup, cut off or unreadable. */
export async function* readBackup(path: string): AsyncGenerator<Found> {
  let line = 0;
  let ended = false;
  let pieces: Piece[] = [];
  let sizeBytes = 0;
  for await (const text of linesIn(path)) {
    line += 1;
    const read = parsed(text, path, line);
    if ((line === 1) !== (read.kind === 'relay-backup')) throw notABackup(path);
    if (ended) throw new BackupError(`${path} goes on after its end (line ${line}): ${otherThan(path)}`);
    if (read.kind === 'relay-backup') {
      if (read.format !== FORMAT)
        throw new BackupError(
          `${path} has the format ${read.format}, of relay ${read.version}; this one reads ${FORMAT}: use that version`,
        );
      yield { kind: 'head', head: read };
    } else if (read.kind === 'file') {
      yield { kind: 'file', name: read.name, content: contentOf(read, path) };
    } else if (read.kind === 'end') {
      if (pieces.length > 0) yield { kind: 'pieces', pieces };
      pieces = [];
      ended = true;
      yield { kind: 'end', end: read };
    } else {
      pieces.push(pieceOf(read));
      sizeBytes += text.length;
      if (pieces.length < PIECES_TOGETHER && sizeBytes < TOGETHER_BYTES) continue;
      yield { kind: 'pieces', pieces };
      pieces = [];
      sizeBytes = 0;
    }
  }
  if (line === 0) throw notABackup(path);
  if (!ended) throw cutOff(path);
}

async function* linesIn(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const unzipped = createGunzip();
  // What fails in front is told by the end of the pipe, where it is read.
  pipeline(file, unzipped, () => {});
  unzipped.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of unzipped) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'Z_BUF_ERROR') throw cutOff(path);
    if (code === 'Z_DATA_ERROR') throw notABackup(path);
    if (code === 'EISDIR')
      throw new BackupError(`${path} is a folder: name a file in it (relay backup --list ${path})`);
    throw error;
  } finally {
    file.destroy();
    unzipped.destroy();
  }
  if (rest !== '') throw cutOff(path);
}

function parsed(text: string, path: string, line: number): BackupLine {
  try {
    return JSON.parse(text) as BackupLine;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BackupError(`${path} is damaged (line ${line}): ${otherThan(path)}`);
  }
}

function contentOf({ name, base64, sha256 }: FileLine, path: string): Buffer {
  const content = Buffer.from(base64, 'base64');
  if (createHash('sha256').update(content).digest('hex') === sha256) return content;
  throw new BackupError(`${path} is damaged (${name} in it): ${otherThan(path)}`);
}

const notABackup = (path: string): BackupError =>
  new BackupError(`${path} is no backup of relay, or is damaged: name one that relay backup has made`);

const cutOff = (path: string): BackupError =>
  new BackupError(
    `${path} is cut off: it was not written to its end, or not copied whole; ${otherThan(path)}`,
  );

/** Where one is wanted there is often nothing left to take another one of. */
function otherThan(path: string): string {
  return `use an older one (relay backup --list ${dirname(path)}), or another copy of it`;
}
