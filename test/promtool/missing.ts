/** Whether this machine has promtool, which judges alert rules. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Null: there is none. */
export function promtoolProgram(): string | null {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.map((folder) => join(folder, 'promtool')).find(runs) ?? null;
}

/** Why there can't be one, with what to do about it; null where there can. */
export const missingPromtool = (): string | null =>
  promtoolProgram() === null ? 'they need promtool: on Debian, apt-get install prometheus' : null;

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
