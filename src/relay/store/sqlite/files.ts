/**
 * The files that a database is: the file itself, and beside it the write-ahead log, which holds what was accepted last
 * until it is taken into the file. After a crash neither is whole without the other.
 */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of what lies beside the file under its name. */
const LOG = '-wal';

/** All files of the database at `path`; those beside it come and go. */
export const filesOfDatabase = (path: string): string[] => ['', LOG, '-shm'].map((end) => `${path}${end}`);

/** Whether there is a database; a file with nothing in it is none. Throws where that can't be seen. */
export const isDatabaseThere = (path: string): boolean => sizeOf(path) > 0;

/**
 * What to do where only the log of a database is there, or null. SQLite would begin a new database and throw away the log,
 * with accepted alerts in it.
 */
export function logAloneText(path: string): string | null {
  if (isDatabaseThere(path) || sizeOf(`${path}${LOG}`) === 0) return null;
  return `${path} is not there, but ${path}${LOG} is, and holds what was accepted last: put ${path} back beside it, or, to begin without both, move ${path}${LOG} (and ${path}-shm) to where ${path} went; nothing was changed`;
}

/** A command that moves a database away, and all that belongs to it. */
export function movedAwayBy(path: string): string {
  const folder = quoted(join(dirname(path), 'former'));
  return `mkdir ${folder} && mv ${quoted(path)}* ${folder}/`;
}

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w./@:+-]+$/u.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
