/** A copy of a keyspace while hosts work with it, restored into a file, and a file's into a keyspace. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { BackupLine } from '../../../src/relay/backup/format.ts';
import { backupLines } from '../../../src/relay/backup/lines.ts';
import { restore } from '../../../src/relay/backup/restore.ts';
import type { Restored } from '../../../src/relay/backup/restore.ts';
import { writeBackup } from '../../../src/relay/backup/write.ts';
import type { Config } from '../../../src/relay/config/types.ts';
import type { Clock } from '../../../src/relay/engine/ports.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite/open.ts';
import type { SqliteStore } from '../../../src/relay/store/sqlite/store.ts';
import type { CassandraStore } from '../../../src/relay/store/cassandra/store.ts';
import { nodesMissing, sharedNode } from '../../cassandra/use-node.ts';
import { configWith, leaping } from '../../unit/daemon/moving-config.ts';
import { copyPromises } from '../store/copies.ts';
import { Pager } from '../store/pager.ts';
import { nowMs, walkedJournal } from '../store/samples.ts';
import { TestKeyspace, clockShowing, silent } from './keyspace.ts';

const FIRST_RUN_MS = 600_000;
const SLOW_MS = 180_000;

// Needs Linux, Java 17 and Maven; the run's last lines say so where they are missing, and CI fails there.
describe.skipIf(nodesMissing() !== null)('on a real node', () => {
  let keyspace: TestKeyspace;
  const files: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    keyspace = await TestKeyspace.make(await sharedNode());
  }, FIRST_RUN_MS);
  afterEach(async () => {
    for (const dispose of files.splice(0)) await dispose();
  });
  afterAll(() => keyspace.drop());

  const nodes = async (): Promise<CassandraStore> => {
    await keyspace.empty();
    return keyspace.open({ wallMs: nowMs });
  };
  const file = async (): Promise<SqliteStore> => {
    const folder = await mkdtemp(join(tmpdir(), 'relay-copy-'));
    const store = await openSqliteStore({ path: join(folder, 'relay.db'), nowMs });
    files.push(async () => {
      await store.close();
      await rm(folder, { recursive: true });
    });
    return store;
  };

  /** The keyspace as relay.yaml names it. */
  async function configOf(folder: string): Promise<Config> {
    const {
      nodes: [node],
      caFile,
      credentials,
    } = await sharedNode();
    return configWith(folder, 'unused.db', {
      store: {
        kind: 'cassandra',
        contactPoints: [`${node?.address}:${node?.cqlPort}`],
        datacenter: node?.datacenter ?? '',
        keyspace: keyspace.name,
        user: credentials?.username ?? null,
        passwordFile: null,
        tls: caFile === null ? null : { caFile, certFile: null, keyFile: null },
        replication: null,
      },
    });
  }

  test(
    'a backup of a file is restored into a keyspace, not while a daemon is at work there, and its backup into a file',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'relay-copy-'));
      files.push(() => rm(folder, { recursive: true }));
      await writeFile(join(folder, 'relay.yaml'), '');
      const config = await configOf(folder);
      const password = (await sharedNode()).credentials?.password ?? null;
      const backedUp = async (store: SqliteStore | CassandraStore, id: string): Promise<string> => {
        async function* lines(): AsyncGenerator<BackupLine> {
          const head = { id, version: '0.1.0', host: id, store: id, atMs: nowMs() };
          for await (const page of backupLines(store.moving, head)) yield* page;
        }
        const place = { kind: 'folder' as const, folder };
        return (await writeBackup({ lines: lines(), files: [], place, keep: null, onProgress: () => {} }))
          .path;
      };
      const into = (path: string, target: Config, clock: Clock): Promise<Restored> =>
        restore({
          path,
          config: target,
          clock,
          secrets: { cassandraPassword: () => Promise.resolve(password) },
          log: silent,
          dryRun: false,
          onStep: () => {},
          onProgress: () => {},
        });
      const clock = clockShowing(nowMs);

      const old = await file();
      const pager = new Pager(old);
      const ids = [await pager.accept(), await pager.accept(), await pager.accept()];
      await pager.carry(ids[0] ?? '');
      await old.reserveNumbers(5);
      const first = await backedUp(old, 'one');

      const other = await nodes();
      let count = 0;
      const stopped = new AbortController();
      const beats = (async (): Promise<void> => {
        while (!stopped.signal.aborted) {
          count += 1;
          await other.beat({ host: 'b1', life: 'x', count, firstSeq: 1, info: null });
        }
      })();
      await expect(into(first, config, clock)).rejects.toThrow(/relay runs on b1: stop it/u);
      stopped.abort();
      await beats;
      expect(await other.moving.notes()).toEqual({ leaving: null, arriving: null });
      expect(await other.moving.isEmpty()).toBe(true);

      await into(first, config, leaping());
      await expect(into(first, config, leaping())).rejects.toThrow(/not empty.*relay store migrate/u);
      const there = await keyspace.open({ wallMs: nowMs });
      expect(await walkedJournal(there, 9)).toEqual(ids.slice(1));
      expect(await there.reserveNumbers(1)).toBeGreaterThan(1_000);
      const after = new Pager(there);
      for (const id of ids.slice(1)) await after.carry(id);
      const second = await backedUp(there, 'two');
      const back = configWith(folder, 'back.db');
      await into(second, back, clock);
      const home = await openSqliteStore({ path: join(folder, 'back.db'), nowMs });
      expect((await new Pager(home).told()).toSorted()).toEqual(ids.toSorted());
      expect(await walkedJournal(home, 9)).toEqual([]);
      await home.close();
    },
    SLOW_MS,
  );

  copyPromises('Cassandra', { source: nodes, target: file });
  copyPromises('SQLite, restored into Cassandra,', { source: file, target: nodes });
});
