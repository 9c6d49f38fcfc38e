/**
 * Errands kept on this machine's disk until somebody takes them: the daemon here, or the next command that reaches one.
 * One file each, whole or not there; its name begins with when it was said, so that they go out in that order.
 */
import { chown, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OUTBOX, errandFile, readErrand } from '../../relay/config/outbox.ts';
import { writeNew } from '../../relay/setup/write-whole.ts';
import type { Errand } from './errand.ts';
import { ownOutbox } from './own-outbox.ts';

export interface Kept {
  file: string;
  errand: Errand;
}

/** Where it may be: beside the daemon's spool, whose daemon looks there, else in the home of whoever it is. */
export function outboxes(spool: string | null, env: NodeJS.ProcessEnv): string[] {
  const own = ownOutbox(env);
  return spool === null ? [own] : [join(spool, OUTBOX), own];
}

/** Writes it to the first folder that takes it; resolves with the file. Rejects with Error when none does. */
export async function keep(folders: readonly string[], errand: Errand): Promise<string> {
  const failures: string[] = [];
  for (const folder of folders) {
    try {
      const owner = await ownerOf(folder);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (owner !== null) await chown(folder, owner.uid, owner.gid);
      const file = join(folder, errandFile(errand.body));
      await writeNew(file, `${JSON.stringify(errand)}\n`, 0o600);
      if (owner !== null) await chown(file, owner.uid, owner.gid);
      return file;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(failures.join('; '));
}

/** Root writes for the user that the folder's daemon runs as; null: nobody has to be given anything. */
async function ownerOf(folder: string): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const above = await stat(join(folder, '..')).catch(() => null);
  return above === null ? null : { uid: above.uid, gid: above.gid };
}

/** The oldest first; what can't be read is left where it is. */
export async function kept(folders: readonly string[]): Promise<Kept[]> {
  const all = await Promise.all(folders.map(keptIn));
  return all.flat().toSorted((a, b) => a.errand.body.saidAtMs - b.errand.body.saidAtMs);
}

async function keptIn(folder: string): Promise<Kept[]> {
  const names = await readdir(folder).catch(() => []);
  const read = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name): Promise<Kept | null> => {
        const file = join(folder, name);
        const text = await readFile(file, 'utf8').catch(() => null);
        const errand = text === null ? null : readErrand(text);
        return errand === null ? null : { file, errand };
      }),
  );
  return read.filter((one) => one !== null);
}

/** It was taken. */
export const letGo = ({ file }: Kept): Promise<void> => rm(file, { force: true });
