/** A daemon that may not write where it must says which file it is about, and what to change. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';

const OPEN = 0o777;
const READ_ONLY = 0o555;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-rights-'));
  await chmod(dir, OPEN);
});
afterEach(async () => {
  await chmod(join(dir, 'closed'), OPEN);
  await rm(dir, { recursive: true });
});

test('a database that can only be read, and a socket in a folder that can', async () => {
  const [database, closed] = [join(dir, 'relay.db'), join(dir, 'closed')];
  await (await openSqliteStore({ path: database })).close();
  await chmod(database, 0o444);
  await mkdir(closed);
  await chmod(closed, READ_ONLY);
  const child = join(import.meta.dirname, 'children/without-rights.ts');
  const run = async (socket: string): Promise<string[]> => {
    const { stdout } = await promisify(execFile)(process.execPath, [child, database, socket]);
    return JSON.parse(stdout) as string[];
  };
  const [opened, listening] = await run(join(closed, 'relay.sock'));
  expect(opened).toMatch(/relay\.db can't be opened for writing .*check its owner, mode and folder/u);
  const refused = /SocketError: api\.socket: .* can't be made \(EACCES\).*closed.*run relay as its owner/u;
  expect(listening).toMatch(refused);
  expect((await run(join(closed, 'run/relay.sock')))[1]).toMatch(refused);
});
