/** Everything is backed up while alerts come in, and comes back on another disk: nobody is missed, nothing is sent again. */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckedJson, ListedJson } from '../../src/cli/backup.ts';
import type { BackupWritten } from '../../src/relay/backup/write.ts';
import { startRelay } from './harness/relay.ts';
import { storm } from './harness/storm.ts';
import { until } from './harness/until.ts';

const LONG_MS = 180_000;

test(
  'a backup is taken while alerts come in and are paged, checked, and listed',
  async () => {
    const relay = await startRelay({ oneByOne: true, levels: [{ level: 'ana', after: '60m' }] });
    const blowing = storm(relay, () => true);
    await until('the storm has begun', () => blowing.accepted >= 20, { withinMs: 30_000 });
    const folder = join(relay.dir, 'backups');
    const done = await relay.json<BackupWritten>('backup', '--to', folder);
    expect(done.files.toSorted()).toEqual(
      expect.arrayContaining(['keys/token.key', 'relay.yaml', 'keys/smtp.key', 'keys/api.token']),
    );
    expect(done.files.filter((name) => name.startsWith('secrets/'))).toEqual([]);
    await blowing.end();
    const checked = await relay.json<CheckedJson>('backup', '--check', done.path);
    expect(checked).toMatchObject({ pieces: done.pieces, copies: 'instant' });
    const listed = await relay.json<ListedJson[]>('backup', '--list', folder);
    expect(listed).toEqual([
      {
        path: done.path,
        sizeBytes: done.sizeBytes,
        at: done.at,
        host: done.host,
        store: done.store,
        wrong: null,
      },
    ]);
    const more = await relay.json<BackupWritten>('backup', '--to', folder, '--with-secrets', '--keep', '1');
    expect(more.files).toEqual(expect.arrayContaining(['secrets/twilio.authTokenFile']));
  },
  LONG_MS,
);

test(
  'a disk is lost after a backup: what was open is open again and escalates, old codes answer, nothing is sent again',
  async () => {
    const relay = await startRelay({ oneByOne: true, levels: [{ level: 'ana', after: '60m' }] });
    await relay.service('web', [{ level: 'ana', after: '40s' }, { level: 'ben' }]);
    await relay.sender.posts('disk full on db1');
    const page = await relay.phone('ana').receives(/disk full/);
    await relay.sender.mails({ to: 'web', subject: 'PROBLEM: web1 is slow' });
    await relay.phone('ana').receives(/web1 is slow/);
    const blowing = storm(relay, () => true);
    await until('the storm has begun', () => blowing.accepted >= 10, { withinMs: 30_000 });
    const sentBefore = relay.phone('ana').all.map(({ body }) => body);
    const done = await relay.json<BackupWritten>('backup', '--to', join(relay.dir, 'backups'));
    await blowing.end();
    const numbers = (await relay.incidents()).map(({ number }) => number);

    await relay.kill();
    const lost = (await readdir(relay.dir)).filter((name) => /^(?:relay\.db|keys|spool)/u.test(name));
    expect(lost).toEqual(expect.arrayContaining(['relay.db', 'keys']));
    for (const name of lost) await rm(join(relay.dir, name), { recursive: true });

    const dry = await relay.command('restore', done.path, '--dry-run');
    expect(dry).toMatchObject({ exit: 0, out: expect.stringMatching(/can be restored/u) });
    const back = await relay.command('restore', done.path);
    expect(back).toMatchObject({ exit: 0, out: expect.stringMatching(/Next: start relay/u) });
    const sentUntilThen = relay.phone('ana').all.length;
    await relay.start();
    const again = await relay.command('restore', done.path);
    expect(again).toMatchObject({ exit: 1 });

    // Nobody has answered: its level ran on.
    await relay.phone('ben').receives(/web1 is slow/, 90_000);
    await relay.phone('ana').replies(`${/Reply (\d+)a/.exec(page.body)?.[1]}a`);
    await relay.phone('ana').receives(/^Acked #\d+ .*disk full/, 30_000);
    await relay.shows(/disk full/, 'acknowledged');
    await relay.sender.posts('swap full on db2');
    const next = await relay.phone('ana').receives(/swap full/);
    const codeOf = (body: string): number => Number(/Reply (\d+)a/.exec(body)?.[1] ?? 0);
    const earlier = relay
      .phone('ana')
      .all.slice(0, sentUntilThen)
      .map(({ body }) => codeOf(body));
    expect(codeOf(next.body)).toBeGreaterThan(Math.max(...earlier));
    const { number } = await relay.shows(/swap full/, 'triggered');
    expect(number).toBeGreaterThan(Math.max(...numbers));
    const sent = relay.phone('ana').all.map(({ body }) => body);
    expect(sentBefore.filter((body) => sent.filter((one) => one === body).length !== 1)).toEqual([]);
    expect(relay.phone('ben').all).toHaveLength(1);
  },
  LONG_MS,
);

test(
  'a database that was moved away from under its daemon, or from beside its newest part, is no place for a restore',
  async () => {
    const relay = await startRelay({ levels: [{ level: 'ana', after: '60m' }] });
    const done = await relay.json<BackupWritten>('backup', '--to', join(relay.dir, 'backups'));
    const [database, moved] = [join(relay.dir, 'relay.db'), join(relay.dir, 'relay.db.old')];
    await rename(database, moved);
    await relay.sender.posts('disk full on db1');
    expect(await relay.command('restore', done.path)).toMatchObject({
      exit: 1,
      err: expect.stringMatching(/relay runs here.*stop relay/u),
    });
    await relay.kill();
    expect(await relay.command('restore', done.path)).toMatchObject({
      exit: 1,
      err: expect.stringMatching(/relay\.db is not there, but .*relay\.db-wal is/u),
    });
    await rename(moved, database);
    await relay.start();
    await relay.shows(/disk full/, 'triggered');
  },
  LONG_MS,
);
