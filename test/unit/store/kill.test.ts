/** kill -9 in the middle of a storm: whatever was acknowledged is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { walkedJournal } from '../../contract/store/samples.ts';
import { temporary } from './temporary.ts';

const disk = temporary();

/** Kills the appending process once it has acknowledged `rows`; every id it acknowledged until then. */
async function storm(path: string, rows: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'children/appending.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const id of createInterface(child.stdout)) {
    acknowledged.push(`j:${id}`);
    if (acknowledged.length === rows) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

test.each([1, 500, 5_000])(
  'after a kill -9 at %i acknowledged alerts every one of them is there',
  async (rows) => {
    const path = disk.path();
    const acknowledged = await storm(path, rows);
    expect(acknowledged.length).toBeGreaterThanOrEqual(rows);
    const store = await disk.open(path);
    const kept = new Set(await walkedJournal(store, 2_000));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    const seqs = acknowledged.map((id) => Number(id.slice(2)));
    expect(await store.lastSeq('one')).toBeGreaterThanOrEqual(seqs.reduce((a, b) => Math.max(a, b)));
  },
);
