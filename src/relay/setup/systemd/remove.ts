/** `relay init --systemd --remove`: takes away what --systemd made; the data stay unless they are to be purged. */
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAccounts } from './accounts.ts';
import { SERVICE } from './places.ts';
import { removeReleases } from './releases.ts';
import { must, type System, SystemdError } from './system.ts';

export interface Removed {
  /** What was taken away now, in words; empty: nothing was there. */
  done: string[];
  /** Folders that were left. */
  kept: string[];
}

/** Rejects with SystemdError. Run again, it goes on where it stopped. */
export async function removeSystemd(system: System, purge: boolean): Promise<Removed> {
  if (!system.root) throw new SystemdError('--remove changes the whole machine: run it as root');
  const { places } = system;
  const done: string[] = [];
  if (existsSync(places.unit)) {
    system.tell(`stopping ${SERVICE}`);
    await must(system, 'systemctl', 'disable', '--now', '--quiet', SERVICE);
    await rm(places.unit);
    await must(system, 'systemctl', 'daemon-reload');
    done.push(`stopped ${SERVICE}`, `removed ${places.unit}`);
  }
  const link = lstatSync(places.command, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (link && readlinkSync(places.command) === join(places.current, 'bin/relay')) {
    await rm(places.command);
    done.push(`removed ${places.command}`);
  }
  for (const path of await removeReleases(system)) done.push(`removed ${path}`);
  // Nothing but compiled code.
  for (const path of [places.cache, ...(purge ? places.data : [])]) {
    if (!existsSync(path)) continue;
    await rm(path, { recursive: true });
    done.push(`removed ${path}`);
  }
  // Files that stay need an owner.
  if (purge && (await removeAccounts(system))) done.push('removed the user and the group relay');
  return { done, kept: places.data.filter((path) => existsSync(path)) };
}
