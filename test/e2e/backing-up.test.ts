/** Everything is backed up while alerts come in, and comes back on another disk: nobody is missed, nothing is sent again. */
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
      expect.arrayContaining(['keys/token.key', 'relay.yaml', 'keys/smtp.key']),
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
