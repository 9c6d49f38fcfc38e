import { chmod, mkdtemp, readFile, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FileLine } from '../../../src/relay/backup/format.ts';
import { backupName } from '../../../src/relay/backup/format.ts';
import { backupLines } from '../../../src/relay/backup/lines.ts';
import type { BackupLine } from '../../../src/relay/backup/format.ts';
import { checkBackup, readBackup } from '../../../src/relay/backup/read.ts';
import { sshPlaceOf } from '../../../src/relay/backup/ssh.ts';
import { writeBackup } from '../../../src/relay/backup/write.ts';
import type { BackupPlace, BackupWritten } from '../../../src/relay/backup/write.ts';
import type { SqliteStore } from '../../../src/relay/store/sqlite/store.ts';
import { change, journalRow, nowMs } from '../../contract/store/samples.ts';
import { temporary } from '../store/temporary.ts';

const { path, open } = temporary();
let folder: string;
let store: SqliteStore;
const KEY: FileLine = {
  kind: 'file',
  name: 'keys/token.key',
  base64: Buffer.from('secret').toString('base64'),
  sha256: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-backup-'));
  store = await open(path(), { nowMs });
  await store.append([journalRow('mail', { raw: new Uint8Array([0, 255, 10]) })]);
  await store.commit(change('i:db/disk', null, { rows: [{ kind: 'timeline', key: '1', body: 'opened' }] }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function* lines(atMs: number, upTo: number = Infinity): AsyncGenerator<BackupLine> {
  const head = { id: 'b', version: '0.1.0', host: 'a1', store: 'sqlite:relay.db', atMs };
  let count = 0;
  for await (const page of backupLines(store.moving, head)) {
    for (const line of page) {
      if ((count += 1) > upTo) return;
      yield line;
    }
  }
}

const write = (atMs: number, place: BackupPlace, keep: number | null = null): Promise<BackupWritten> =>
  writeBackup({ lines: lines(atMs), files: [KEY], place, keep, onProgress: () => {} });
const here = (): BackupPlace => ({ kind: 'folder', folder });

describe('a backup in a folder', () => {
  test('is read by nobody else, is whole, and holds every piece and file as it was', async () => {
    const done = await write(nowMs(), here());
    expect((await stat(done.path)).mode & 0o777).toBe(0o600);
    expect(done.path).toBe(join(folder, backupName('a1', nowMs())));
    const { head, files, pieces } = await checkBackup(done.path);
    expect({ host: head.host, copies: head.copies, files, pieces }).toEqual({
      host: 'a1',
      copies: 'instant',
      files: ['keys/token.key'],
      pieces: done.pieces,
    });
    for await (const found of readBackup(done.path)) {
      if (found.kind === 'file') expect(found.content.toString()).toBe('secret');
      if (found.kind === 'pieces')
        expect(found.pieces.find((one) => one.kind === 'journal')?.raw).toEqual(Buffer.from([0, 255, 10]));
    }
    expect(await readdir(folder)).toEqual([backupName('a1', nowMs())]);
  });

  test('older ones of this host go, once the new one is there; those of other hosts stay', async () => {
    await writeFile(join(folder, backupName('a2', 1)), 'another host');
    await writeFile(join(folder, backupName('a1-b', 1)), 'a host of a similar name');
    for (const day of [1, 2, 3]) await write(day * 86_400_000, here());
    const done = await write(4 * 86_400_000, here(), 2);
    expect(done.deleted).toEqual([backupName('a1', 86_400_000), backupName('a1', 2 * 86_400_000)]);
    expect((await readdir(folder)).toSorted()).toEqual(
      [
        backupName('a1', 3 * 86_400_000),
        backupName('a1', 4 * 86_400_000),
        backupName('a1-b', 1),
        backupName('a2', 1),
      ].toSorted(),
    );
  });

  test('what a killed one of this host left behind goes after a day; what may still be written stays', async () => {
    const partial = (host: string, atMs: number): string =>
      join(folder, `.${backupName(host, atMs)}.partial`);
    const madeMs = nowMs();
    const old = new Date(madeMs - 2 * 86_400_000);
    for (const one of [partial('a1', 1_000), partial('a2', 1_000), partial('a1-b', 1_000)]) {
      await writeFile(one, 'cut off');
      await utimes(one, old, old);
    }
    await writeFile(partial('a1', 2_000), 'of another that runs');
    await write(madeMs, here());
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial')).toSorted()).toEqual(
      [partial('a1', 2_000), partial('a1-b', 1_000), partial('a2', 1_000)]
        .map((one) => basename(one))
        .toSorted(),
    );
  });

  test('one that the daemon breaks off leaves nothing behind, and older ones stay', async () => {
    await write(86_400_000, here());
    for (const upTo of [0, 1, 2, 3]) {
      await expect(
        writeBackup({
          lines: lines(2 * 86_400_000, upTo),
          files: [KEY],
          place: here(),
          keep: 1,
          onProgress: () => {},
        }),
      ).rejects.toThrow(/broke off|no backup/u);
    }
    expect(await readdir(folder)).toEqual([backupName('a1', 86_400_000)]);
  });

  test('a file that was cut off or altered, at whatever place, is told from a whole one', async () => {
    const { path: whole, sizeBytes } = await write(nowMs(), here());
    const bytes = await readFile(whole);
    const other = join(folder, 'other.backup');
    for (let at = 0; at < sizeBytes; at += 7) {
      await writeFile(other, bytes);
      await truncate(other, at);
      await expect(checkBackup(other)).rejects.toThrow(/cut off|no backup|damaged/u);
    }
    const texts = gunzipSync(bytes).toString().trimEnd().split('\n');
    const rewritten = async (changed: string[]): Promise<unknown> => {
      await writeFile(other, gzipSync(`${changed.join('\n')}\n`));
      return checkBackup(other).catch((error: unknown) => error);
    };
    expect(await rewritten(texts)).not.toBeInstanceOf(Error);
    for (const at of texts.keys()) {
      expect(await rewritten(texts.toSpliced(at, 1)), texts[at]).toEqual(
        texts[at]?.includes('"kind":"file"') === true ? expect.anything() : expect.any(Error),
      );
    }
    expect(await rewritten(texts.map((one) => one.replace('disk full', 'disk fine')))).toBeInstanceOf(Error);
    expect(await rewritten(texts.map((one) => one.replace('"base64":"', '"base64":"AAAA')))).toBeInstanceOf(
      Error,
    );
    expect(await rewritten(texts.map((one) => one.replace('"format":1', '"format":2')))).toMatchObject({
      message: expect.stringMatching(/format 2.*reads 1/u),
    });
  });

  test('the copy of the database is gone afterwards, also when nobody reads it to its end', async () => {
    const database = path();
    const another = await open(database, { nowMs });
    await another.append(Array.from({ length: 3_000 }, (_, at) => journalRow(`m${at}`, { seq: at })));
    for await (const page of another.moving.copy()) {
      expect(page.length).toBeGreaterThan(0);
      break;
    }
    expect((await readdir(join(database, '..'))).filter((name) => name.includes('.copy'))).toEqual([]);
    await writeFile(`${database}.copy`, 'left by a former life');
    let pieces = 0;
    for await (const page of another.moving.copy()) pieces += page.length;
    expect(pieces).toBeGreaterThan(3_000);
  });
});

describe('a backup over ssh', () => {
  let log: string;
  /** Runs what it is asked for on this machine, in a home of its own. */
  beforeEach(async () => {
    log = join(folder, 'asked');
    const ssh = join(folder, 'ssh');
    await writeFile(
      ssh,
      `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nfor last; do :; done\ncd '${folder}' && exec sh -c "$last"\n`,
    );
    await chmod(ssh, 0o755);
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
  });
  const there = (): BackupPlace =>
    sshPlaceOf(`ssh://backup@vault.example.com:2222${folder}/it's here`) ?? here();

  test('comes through whole, under its name only then, and older ones go', async () => {
    await write(86_400_000, there(), 1);
    const done = await write(2 * 86_400_000, there(), 1);
    expect(done.path).toBe(
      `backup@vault.example.com:${folder}/it's here/${backupName('a1', 2 * 86_400_000)}`,
    );
    const kept = join(folder, "it's here");
    expect(await readdir(kept)).toEqual([backupName('a1', 2 * 86_400_000)]);
    const file = join(kept, backupName('a1', 2 * 86_400_000));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await checkBackup(file)).pieces).toBe(done.pieces);
    const asked = await readFile(log, 'utf8');
    expect(asked).toMatch(/^-p 2222 -- backup@vault\.example\.com umask 077/u);
    expect(asked).not.toContain('secret');
  });

  test('what came through altered, or a login that fails, is said, and nothing is left under the name', async () => {
    await writeFile(join(folder, 'sha256sum'), '#!/bin/sh\necho 00 -\n');
    await chmod(join(folder, 'sha256sum'), 0o755);
    await expect(write(nowMs(), there())).rejects.toThrow(/is not what was sent/u);
    expect(await readdir(join(folder, "it's here"))).toEqual([]);
    await writeFile(join(folder, 'ssh'), '#!/bin/sh\necho "Permission denied (publickey)." >&2\nexit 255\n');
    await expect(write(nowMs(), there())).rejects.toThrow(/exit 255.*Permission denied/su);
  });
});

test('where a backup goes is a folder, or a place that ssh reaches', () => {
  expect(sshPlaceOf('/var/backups/relay')).toBeNull();
  expect(sshPlaceOf('./a:b')).toBeNull();
  expect(sshPlaceOf('vault:backups')).toEqual({ kind: 'ssh', host: 'vault', port: null, folder: 'backups' });
  expect(sshPlaceOf('me@vault.example.com:/srv/x')).toMatchObject({
    host: 'me@vault.example.com',
    folder: '/srv/x',
  });
  expect(sshPlaceOf('ssh://[2001:db8::1]:22/srv')).toEqual({
    kind: 'ssh',
    host: '2001:db8::1',
    port: 22,
    folder: '/srv',
  });
  expect(() => sshPlaceOf('ssh://vault')).toThrow(/expected ssh:/u);
  expect(() => sshPlaceOf('-oProxyCommand=x:y')).toThrow(/option/u);
});
