/** Folders for spools, and spools in them that are closed again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openSpool } from '../../../../src/relay/events/spool/disk.ts';
import type { DiskSpool, SpoolOptions } from '../../../../src/relay/events/spool/disk.ts';
import { HandClock } from '../../../contract/hand-clock.ts';

export interface SpoolFolders {
  /** A folder that isn't there yet. */
  folder: () => string;
  open: (folder: string, options?: Partial<SpoolOptions>) => Promise<DiskSpool>;
}

/** To be called once in a test file. Everything is closed and removed after each test. */
export function spoolFolders(): SpoolFolders {
  const parents: string[] = [];
  const spools: DiskSpool[] = [];
  afterEach(async () => {
    for (const spool of spools.splice(0)) await spool.close();
    for (const parent of parents.splice(0)) rmSync(parent, { recursive: true });
  });
  return {
    folder: () => {
      const parent = mkdtempSync(join(tmpdir(), 'relay-spool-'));
      parents.push(parent);
      return join(parent, 'spool');
    },
    open: async (folder, options = {}) => {
      const spool = await openSpool({ folder, clock: new HandClock(), ...options });
      spools.push(spool);
      return spool;
    },
  };
}
