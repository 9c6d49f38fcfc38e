import { exec } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { afterBackup } from '../../../src/relay/backup/after.ts';
import { filesOf } from '../../../src/relay/backup/files.ts';
import { backupLines } from '../../../src/relay/backup/lines.ts';
import type { BackupLine } from '../../../src/relay/backup/format.ts';
import { restore } from '../../../src/relay/backup/restore.ts';
import type { RestoreParts, Restored } from '../../../src/relay/backup/restore.ts';
import { unpack } from '../../../src/relay/backup/unpack.ts';
import { writeBackup } from '../../../src/relay/backup/write.ts';
import type { Config } from '../../../src/relay/config/types.ts';
import { openSettledStore } from '../../../src/relay/daemon/settled-store.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';
import { change, journalRow, walkedJournal } from '../../contract/store/samples.ts';
import { configWith, hurried, silent } from '../daemon/moving-config.ts';

const KEY = 'i:db/disk';
const HOUR_MS = 3_600_000;
let dir: string;
let config: Config;
let target: Config;
let backup: string;

/** A relay with an open incident, a responder, keys and a password; its backup; and a configuration for another disk. */
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-restore-'));
  const [keyDir, password] = [join(dir, 'keys'), join(dir, 'api.password')];
  await mkdir(keyDir);
  await writeFile(join(keyDir, 'token.key'), 'the key');
  await writeFile(join(keyDir, 'store-in-use.json'), '{}');
  await writeFile(join(dir, 'relay.yaml'), 'store: sqlite:old.db\n');
  await writeFile(password, 'secret');
  const api = { socket: join(dir, 'relay.sock'), listen: null, tokenFile: password };
  config = configWith(dir, 'old.db', { keyDir, api });
  const other = join(dir, 'other');
  target = configWith(other, 'new.db', {
    keyDir: join(other, 'keys'),
    api: { ...api, tokenFile: join(other, 'api.password') },
  });
  backup = await backedUp('one');
});
afterEach(() => rm(dir, { recursive: true }));

async function backedUp(id: string, withSecrets = true): Promise<string> {
  const store = await openSqliteStore({ path: join(dir, `${id}.db`) });
  await store.append([journalRow('done', { seq: 7 }), journalRow('open', { seq: 8 })]);
  await store.markDone(['j:done']);
  await store.reserveNumbers(10);
  await store.nameIncident(3, KEY);
  const incidents = [{ number: 3, lineage: KEY, open: true, body: { summary: id } }];
  await store.commit(
    change(KEY, null, { incidents, rows: [{ kind: 'timeline', key: '1', body: 'opened' }] }),
  );
  await store.commit(change('r:ana', null, { state: { domain: { person: 'ana', nextCode: 48 } } }));
  async function* lines(): AsyncGenerator<BackupLine> {
    const head = { id, version: '0.1.0', host: 'a1', store: 'sqlite', atMs: hurried.wallMs() - 3 * HOUR_MS };
    for await (const page of backupLines(store.moving, head)) yield* page;
  }
  const files = await filesOf(config, withSecrets);
  const place = { kind: 'folder' as const, folder: join(dir, id) };
  const done = await writeBackup({ lines: lines(), files, place, keep: null, onProgress: () => {} });
  await store.close();
  return done.path;
}

const restored = (more: Partial<RestoreParts> = {}): Promise<Restored> =>
  restore({
    path: backup,
    config: target,
    secrets: { cassandraPassword: () => Promise.resolve(null) },
    clock: hurried,
    log: silent,
    dryRun: false,
    onStep: () => {},
    onProgress: () => {},
    ...more,
  });

const start = (from: Config) =>
  openSettledStore({ config: from, env: {}, clock: hurried, log: silent, onFatal: () => {} });

/** What a daemon finds on the other disk. */
async function isWhole(): Promise<void> {
  const store = await start(target);
  expect(await store.incidents({ open: true, limit: 9 })).toMatchObject([{ number: 3, lineage: KEY }]);
  expect(await store.lineageOf(3)).toBe(KEY);
  expect(await walkedJournal(store, 9)).toEqual(['j:open']);
  expect(await store.append([journalRow('done')])).toEqual(new Set(['j:done']));
  await store.close();
}

describe('a backup in an empty store', () => {
  test('is all there, with the keys; what had no password here has one again', async () => {
    const done = await restored();
    expect(done).toMatchObject({
      openIncidents: 1,
      dryRun: false,
      from: expect.stringMatching(/of a1 of 2026/u),
    });
    await isWhole();
    expect(await readFile(join(target.keyDir, 'token.key'), 'utf8')).toBe('the key');
    expect((await stat(join(target.keyDir, 'token.key'))).mode & 0o777).toBe(0o600);
    expect(existsSync(join(target.keyDir, 'store-in-use.json'))).toBe(false);
    expect(await readFile(join(dir, 'other/api.password'), 'utf8')).toBe('secret');
  });

  test('hands out no number, code or seq that may have been handed out after it was made', async () => {
    const { nextIncident } = await restored();
    const store = await start(target);
    const next = await store.reserveNumbers(1);
    expect(next).toBeGreaterThan(10 + 1_000);
    expect(nextIncident).toBe(next);
    const { state } = await store.load('r:ana');
    expect(state).toMatchObject({ domain: { person: 'ana', nextCode: expect.any(Number) } });
    const { nextCode } = (state as { domain: { nextCode: number } }).domain;
    expect(nextCode).toBeGreaterThan(48 + 3 * 60);
    expect(await store.lastSeq('one')).toBeGreaterThan(2 ** 32);
    await store.close();
  });

  test('keys that are here already and differ stay beside; passwords that are here stay', async () => {
    await mkdir(target.keyDir, { recursive: true });
    await writeFile(join(target.keyDir, 'token.key'), 'made anew');
    await writeFile(join(dir, 'other/api.password'), 'newer');
    const { files } = await restored();
    expect(files).toEqual([join(target.keyDir, 'token.key')]);
    expect(await readFile(join(target.keyDir, 'token.key.before-restore'), 'utf8')).toBe('made anew');
    expect(await readFile(join(dir, 'other/api.password'), 'utf8')).toBe('newer');
  });

  test('says which passwords are still missing', async () => {
    await rm(join(dir, 'one'), { recursive: true });
    await rm(join(dir, 'one.db'));
    backup = await backedUp('one', false);
    expect((await restored()).missing).toEqual([join(dir, 'other/api.password')]);
  });

  test('a dry run says what would be done, and leaves nothing', async () => {
    expect(await restored({ dryRun: true })).toMatchObject({ openIncidents: 1, dryRun: true });
    expect(existsSync(join(dir, 'other'))).toBe(false);
  });
});

describe('a restore is refused, with what to do,', () => {
  test('where the store is not empty, and what is in it stays', async () => {
    await restored();
    const refusal = String(await restored().catch((error: unknown) => error));
    expect(refusal).toMatch(/not empty.*move .*new\.db away with all that belongs to it/u);
    await isWhole();
    // What it says can be pasted, and then it can be restored.
    const [, cure = ''] = /\((mkdir [^)]*)\)/u.exec(refusal) ?? [];
    await writeFile(join(dir, 'other/new.db-wal'), 'left by a crash');
    await promisify(exec)(cure);
    expect((await readdir(join(dir, 'other/former'))).toSorted()).toEqual(['new.db', 'new.db-wal']);
    await restored();
    await isWhole();
  });

  test('where only the newest part of a database lies, and that stays', async () => {
    await mkdir(join(dir, 'other'));
    await writeFile(join(dir, 'other/new.db-wal'), 'what was accepted last');
    for (const dryRun of [true, false])
      await expect(restored({ dryRun })).rejects.toThrow(/new\.db is not there, but .*new\.db-wal is/u);
    expect(await readFile(join(dir, 'other/new.db-wal'), 'utf8')).toBe('what was accepted last');
    expect(existsSync(target.store.kind === 'sqlite' ? target.store.path : '')).toBe(false);
  });

  test('while a daemon answers here, whatever became of its database', async () => {
    const daemon = createServer().listen(target.api.socket);
    await once(daemon, 'listening');
    for (const dryRun of [true, false])
      await expect(restored({ dryRun })).rejects.toThrow(/relay runs here .*relay\.sock.*stop relay/u);
    expect(existsSync(join(dir, 'other'))).toBe(false);
    daemon.close();
    await once(daemon, 'close');
    await restored();
  });

  test('while a daemon holds the store', async () => {
    await mkdir(join(dir, 'other'));
    const store = await openSqliteStore({ path: join(dir, 'other/new.db') });
    await expect(restored()).rejects.toThrow(/another process|in use|stop/iu);
    await store.close();
  });

  test('where everything has moved away', async () => {
    await mkdir(join(dir, 'other'));
    const store = await openSqliteStore({ path: join(dir, 'other/new.db') });
    await store.moving.note('leaving', {
      id: 'm',
      state: 'moved',
      from: 'a',
      to: 'b',
      atMs: 1,
      host: 'a1',
      source: target.store,
    });
    await store.close();
    await expect(restored()).rejects.toThrow(/relay store move/u);
  });

  test('for a backup of a newer relay', async () => {
    const bytes = gunzipSync(await readFile(backup)).toString();
    await writeFile(backup, gzipSync(bytes.replace('"version":"0.1.0"', '"version":"10.0.0"')));
    await expect(restored()).rejects.toThrow(/relay 10\.0\.0, which is newer/u);
  });

  test('for a file that is cut off, before anything is touched', async () => {
    await writeFile(backup, (await readFile(backup)).subarray(0, -20));
    await expect(restored()).rejects.toThrow(/cut off|damaged/u);
    expect(existsSync(join(dir, 'other'))).toBe(false);
  });
});

describe('a restore that dies', () => {
  /** It dies at the n-th thing that it tells of the writing; resolves with whether it came to its end before that. */
  async function diesAt(left: number): Promise<boolean> {
    let steps = left;
    const die = (): void => {
      steps -= 1;
      if (steps === 0) throw new Error('dead');
    };
    try {
      await restored({
        onStep: (text) => void (/^(?:writ|reading it back)/u.test(text) && die()),
        onProgress: die,
      });
      return true;
    } catch (error) {
      expect(error).toMatchObject({ message: 'dead' });
      return false;
    }
  }

  test('at whatever moment lets no daemon start on a part, and is gone on with', async () => {
    let died = 0;
    for (let at = 1; ; at += 1) {
      await rm(join(dir, 'other'), { recursive: true, force: true });
      if (await diesAt(at)) break;
      died += 1;
      if (existsSync(join(dir, 'other/new.db')))
        await expect(start(target)).rejects.toThrow(/only a part of the backup of a1 .*relay restore/u);
      await restored();
      await isWhole();
    }
    expect(died).toBeGreaterThan(3);
  });

  test('gives way to another backup, whole', async () => {
    const first = backup;
    backup = await backedUp('two');
    expect(await diesAt(4)).toBe(false);
    backup = first;
    await restored();
    const store = await start(target);
    expect((await store.incidents({ limit: 9 })).map(({ body }) => body)).toEqual([{ summary: 'one' }]);
    await store.close();
  });
});

test('the files in a backup are unpacked, and never over others', async () => {
  const to = join(dir, 'files');
  expect((await unpack(backup, to)).toSorted()).toEqual(
    ['keys/token.key', 'relay.yaml', 'secrets/api.tokenFile'].map((name) => join(to, name)),
  );
  expect(await readFile(join(to, 'relay.yaml'), 'utf8')).toContain('sqlite:old.db');
  await expect(unpack(backup, to)).rejects.toThrow(/there already/u);
});

test('of a backup that is cut off no file is written: they may not be all', async () => {
  const whole = await readFile(backup);
  for (const left of [Math.floor(whole.byteLength / 2), whole.byteLength - 20]) {
    await writeFile(backup, whole.subarray(0, left));
    await expect(unpack(backup, join(dir, 'files'))).rejects.toThrow(
      /cut off.*older one \(relay backup --list .*another copy/u,
    );
    expect(existsSync(join(dir, 'files'))).toBe(false);
  }
});

test('a database that is none is told of with a command that makes room, and then the backup goes in', async () => {
  await mkdir(join(dir, 'other'));
  await writeFile(
    join(dir, 'other/new.db'),
    'not a database at all, but long enough to be looked at '.repeat(40),
  );
  const refusal = String(await restored().catch((error: unknown) => error));
  expect(refusal).toMatch(/not a relay database.*relay restore/u);
  await promisify(exec)(/\((mkdir [^)]*)\)/u.exec(refusal)?.[1] ?? '');
  await restored();
  await isWhole();
});

test('codes go round where they end, and those of lone hosts stay', () => {
  const later = (nextCode: number): unknown =>
    JSON.parse(
      (
        afterBackup(
          {
            kind: 'aggregate',
            key: 'r:ana',
            op: 'o',
            state: JSON.stringify({ domain: { nextCode } }),
            touchedMs: 1,
          },
          0,
        ) as { state: string }
      ).state,
    );
  expect(later(1)).toEqual({ domain: { nextCode: 601 } });
  expect(later(899_999)).toEqual({ domain: { nextCode: 600 } });
  expect(later(910_005)).toEqual({ domain: { nextCode: 910_005 } });
});
