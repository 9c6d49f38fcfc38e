/** A folder on a real disk: what is measured is durable, and a file system in memory makes every fsync free. */
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** tmpfs and ramfs, as statfs(2) names them. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

/** A new empty folder below TMPDIR, removed by `remove`. Rejects when that is memory. */
export async function diskFolder(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const { type } = await statfs(tmpdir());
  if (IN_MEMORY.has(type))
    throw new Error(`${tmpdir()} is kept in memory: run the bench with TMPDIR set to a folder on a disk`);
  const dir = await mkdtemp(join(tmpdir(), 'relay-bench-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
