/** The Chromium that tests look at pages with, and what to install where there is none. Nothing is started to find out. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** RELAY_CHROMIUM, or the first on the PATH; null where there is none. */
export function findChromium(): string | null {
  const set = process.env['RELAY_CHROMIUM'];
  if (set !== undefined && set !== '') return set;
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(runs) ?? null;
}

/** Why pages can't be looked at on this machine, with what to do about it; null where they can. */
export const browserMissing = (): string | null =>
  findChromium() === null
    ? 'tests in a browser need Chromium: on Debian, apt-get install chromium (or set RELAY_CHROMIUM to any)'
    : null;

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
