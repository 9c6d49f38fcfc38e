import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localStores } from '../../../src/relay/daemon/local-stores.ts';
import { degradedCodes } from '../../../src/relay/notifications/codes.ts';
import { HandClock } from '../../contract/hand-clock.ts';
import { silent } from '../engine/one-engine.ts';
import { alertRow } from '../engine/rows.ts';

async function folders(): Promise<{ before: string; after: string }> {
  const base = await mkdtemp(join(tmpdir(), 'relay-alone-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const [before, after] = [join(base, 'before'), join(base, 'after')];
  await mkdir(after);
  return { before, after };
}

const storesIn = (folder: string): ReturnType<typeof localStores> =>
  localStores({ folder, range: degradedCodes(1), clock: new HandClock(), log: silent });

describe('what a host paged alone', () => {
  it('is still known when it is killed meanwhile and the quorum is back at its next start', async () => {
    const { before, after } = await folders();
    const { store } = await storesIn(before).open();
    const row = alertRow(1);
    await store.append([row]);
    // What a kill leaves: everything since the last checkpoint is in the file beside the database.
    for (const name of await readdir(before)) await copyFile(join(before, name), join(after, name));
    await store.close();

    const local = storesIn(after);
    expect(await local.exists()).toBe(true);
    await local.seal();
    expect(await local.exists()).toBe(false);
    const [sealed] = await local.sealed();
    onTestFinished(() => sealed?.close());
    expect(await sealed?.journalRow(row.id)).toEqual(row);
  });

  it('can be read again after one of its files could not be', async () => {
    const { before: folder } = await folders();
    const local = storesIn(folder);
    const { store } = await local.open();
    const row = alertRow(1);
    await store.append([row]);
    await store.close();
    await local.seal();
    const torn = join(folder, 'alone-9999999999999.db');
    await writeFile(
      torn,
      'no database at all, but a text of some length, as a torn write may leave it'.repeat(20),
    );
    await expect(local.sealed()).rejects.toThrow();
    await rm(torn);
    // A file that the first try had left open is refused to the second.
    const [sealed] = await local.sealed();
    onTestFinished(() => sealed?.close());
    expect(await sealed?.journalRow(row.id)).toEqual(row);
  });
});
