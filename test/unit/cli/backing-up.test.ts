/** What backing up and restoring say to whoever typed something else than they take, or has lost what they need. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkOne, listBackups, takeBackup } from '../../../src/cli/backup.ts';
import { clientFor } from '../../../src/cli/client.ts';
import { CliError } from '../../../src/cli/exit.ts';
import { restoredText, restoreOne, unpackOne } from '../../../src/cli/restore.ts';
import type { BackupLine } from '../../../src/relay/backup/format.ts';
import { writeBackup } from '../../../src/relay/backup/write.ts';
import { Tally } from '../../../src/relay/store/tally.ts';
import { configWith } from '../daemon/moving-config.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-typed-'));
  file = join(dir, 'a-file');
  await writeFile(file, '');
});
afterEach(() => rm(dir, { recursive: true }));

const io = () => ({ out: () => {}, err: () => {}, env: {}, cwd: dir }) as never;

async function refused(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CliError);
  const { message, cure } = error as CliError;
  return cure === undefined ? message : `${message}\n${cure}`;
}

async function* linesOfNothing(): AsyncGenerator<BackupLine> {
  yield {
    kind: 'relay-backup',
    format: 1,
    id: 'b',
    version: '0.1.0',
    host: 'a1',
    store: 's',
    copies: 'instant',
    atMs: 1,
  };
  yield { kind: 'end', total: 0, tally: new Tally().figures };
}

/** A backup of an empty store. */
async function backedUp(): Promise<string> {
  const place = { kind: 'folder' as const, folder: dir };
  const done = await writeBackup({
    lines: linesOfNothing(),
    files: [],
    place,
    keep: null,
    onProgress: () => {},
  });
  return done.path;
}

const isFolder = /is a folder: name a file in it \(relay backup --list .*\)/u;
test('a folder in the place of a backup', async () => {
  expect(await refused(checkOne(dir, io()))).toMatch(isFolder);
  expect(await refused(unpackOne(dir, join(dir, 'to'), io()))).toMatch(isFolder);
  expect(await readdir(dir)).toEqual(['a-file']);
});

test('a file in the place of a folder', async () => {
  const backup = await backedUp();
  const wish = { config: configWith(dir, 'relay.db', { keyDir: dir }), keep: null, withSecrets: false };
  await writeFile(wish.config.path, 'store: sqlite:relay.db\n');
  const client = { stream: () => Promise.resolve(linesOfNothing()) } as never;
  expect(await refused(takeBackup({ ...wish, client, to: file }, io()))).toBe(
    `${file}: is a file: name a folder`,
  );
  expect(await refused(unpackOne(backup, file, io()))).toBe(`${file}: is a file: name a folder`);
  expect(await refused(unpackOne(backup, join(file, 'below'), io()))).toMatch(
    /a-file\/below: is no folder, or lies below a file: name a folder/u,
  );
  expect(await refused(listBackups(file))).toMatch(/a-file: is no folder/u);
});

test('without relay.yaml a restore says how to get at the one in the backup', async () => {
  const wish = { file: '/var/backups/one.backup', config: join(dir, 'relay.yaml'), dryRun: false };
  expect(await refused(restoreOne(wish, io()))).toMatch(
    /relay\.yaml: no such file.*\n.*relay restore \/var\/backups\/one\.backup --unpack DIR/u,
  );
});

test('without a daemon a backup says how to start one, and what to copy where it does not start', async () => {
  const config = configWith(dir, 'relay.db', { keyDir: join(dir, 'keys') });
  await mkdir(config.keyDir);
  await writeFile(config.path, 'store: sqlite:relay.db\n');
  const client = clientFor({ kind: 'socket', socket: join(dir, 'relay.sock') });
  const said = await refused(takeBackup({ config, client, to: dir, keep: null, withSecrets: false }, io()));
  expect(said).toMatch(/^No relay daemon answers.*\nStart it.*\n.*doesn't start/u);
  for (const part of ['relay.db', 'relay.db-wal', 'relay.db-shm', 'keys', 'relay.yaml'])
    expect(said).toContain(join(dir, part));
});

test('after a restore it is said where numbers go on', () => {
  const done = {
    from: 'the backup of a1',
    at: '2026-01-02T03:04:05.000Z',
    store: 'sqlite:relay.db',
    pieces: 9,
    openIncidents: 1,
    nextIncident: 1011,
    files: [],
    missing: [],
  };
  expect(restoredText({ ...done, dryRun: false })).toMatch(/next incident is #1011.*passed over/u);
  expect(restoredText({ ...done, dryRun: true })).toMatch(/Nothing was changed/u);
});
