/** What an SQLite error means for the caller. Plain data, because it crosses from the worker to the main thread. */
import { accessSync, closeSync, constants, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { movedAwayBy } from './files.ts';
import { StoreFullError, StoreUnavailableError } from '../port.ts';

/** `refused`: this one operation can't be done as asked; the store itself is well. */
export interface Failure {
  kind: 'full' | 'unavailable' | 'refused';
  message: string;
}

const BUSY = 5;
const LOCKED = 6;
const NOMEM = 7;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** SQLite's primary result code; null for errors of another origin. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

/** Thrown while opening for what SQLite itself has no code for: a foreign or newer database. */
export class RefusedDatabase extends Error {
  override name = 'RefusedDatabase';
}

const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isNoSpace = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(systemCode(error));

/** SQLite hides the system's error behind IOERR: whether the disk is full shows by writing beside the database. */
function spaceIsOut(path: string): boolean {
  const probe = `${path}.space`;
  try {
    const file = openSync(probe, 'w', 0o600);
    try {
      writeSync(file, new Uint8Array(64 * 1024));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return false;
  } catch (error) {
    return isNoSpace(error);
  } finally {
    rmSync(probe, { force: true });
  }
}

const full = (path: string): Failure => ({
  kind: 'full',
  message: `no space left for ${path}: free space on its disk; relay goes on by itself when there is some`,
});

const notWritable = (path: string, message: string): Failure => ({
  kind: 'unavailable',
  message: `${path} can't be opened for writing (${message}): check its owner, mode and folder ${dirname(path)}`,
});

function isOurs(path: string): boolean {
  try {
    for (const one of [path, dirname(path)]) accessSync(one, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    return !['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error));
  }
}

/** Reads an error of an operation, a COMMIT or of opening `path`. */
export function failureOf(error: unknown, path: string): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const unavailable = (text: string): Failure => ({ kind: 'unavailable', message: text });
  switch (resultCode(error)) {
    case FULL:
      return full(path);
    case IOERR:
      if (spaceIsOut(path)) return full(path);
      // So SQLite tells of a file that it may read but not lock.
      if (!isOurs(path)) return notWritable(path, message);
      return unavailable(
        `reading or writing ${path} failed (${message}): check the disk and the system's log`,
      );
    case BUSY:
    case LOCKED:
      return unavailable(
        `${path} is in use by another process, probably another relay: stop that one (\`fuser ${path}\` names it), or give this one another store`,
      );
    case CORRUPT:
      return unavailable(
        `${path} is damaged (${message}): move it away and keep it (${movedAwayBy(path)}), then put a backup in (relay restore FILE), or try \`sqlite3 ${path} .recover\` into a new file`,
      );
    case NOTADB:
      return unavailable(
        `${path} is not a relay database (${message}): check the configuration's store path; or move it away (${movedAwayBy(path)}) and put a backup in (relay restore FILE)`,
      );
    case READONLY:
    case CANTOPEN:
      return notWritable(path, message);
    case NOMEM:
      return unavailable(
        `out of memory while working on ${path}: restart relay and look at what else uses this machine's memory`,
      );
    default:
      break;
  }
  if (error instanceof RefusedDatabase) return unavailable(message);
  if (isNoSpace(error)) return full(path);
  if (systemCode(error) === 'ENOENT') {
    return unavailable(
      `the folder ${dirname(path)} for the database doesn't exist: create it, or run \`relay init\``,
    );
  }
  if (['EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENOTDIR'].includes(systemCode(error))) {
    return notWritable(path, message);
  }
  return { kind: 'refused', message: `the store can't do this: ${message}` };
}

/** The port's error for a failure. */
export function errorOf(failure: Failure): Error {
  if (failure.kind === 'full') return new StoreFullError(failure.message);
  if (failure.kind === 'unavailable') return new StoreUnavailableError(failure.message);
  return new Error(failure.message);
}
