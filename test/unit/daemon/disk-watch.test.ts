import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { DiskWatch, lowBytes, type Room } from '../../../src/relay/daemon/disk-watch.ts';
import { calm } from '../engine/calm.ts';
import { silent } from '../engine/one-engine.ts';
import { HandClock } from '../observe/hand-clock.ts';

const GIB = 1024 ** 3;
const MINUTE_MS = 60_000;

type Disks = Pick<Config, 'store' | 'spool' | 'keyDir' | 'watch'>;
const CLUSTER: Disks = {
  store: {
    kind: 'cassandra',
    contactPoints: ['127.0.0.1:9042'],
    datacenter: 'dc-a',
    keyspace: 'relay',
    user: null,
    passwordFile: null,
    tls: null,
    replication: null,
  },
  spool: '/var/lib/relay/spool',
  keyDir: '/var/lib/relay/keys',
  watch: { pingUrl: null, everySeconds: 60, peers: [], disks: ['/data'] },
};

/** A host with two disks of 100 GiB: one for relay, one for Cassandra's data. */
async function host(config: Disks = CLUSTER) {
  const clock = new HandClock();
  const problems = new Map<string, string>();
  const disks = new Map<number, Room | Error>();
  const full = (disk: number, freeBytes: number | Error): void =>
    void disks.set(disk, freeBytes instanceof Error ? freeBytes : { freeBytes, sizeBytes: 100 * GIB });
  full(1, 50 * GIB);
  full(2, 50 * GIB);
  const watch = new DiskWatch({
    config,
    clock,
    log: silent,
    problems: {
      raise: (id, text) => void problems.set(id, text),
      clear: (id) => void problems.delete(id),
    },
    roomAt: async (folder) => {
      const disk = folder.startsWith('/data') ? 2 : 1;
      const room = disks.get(disk);
      if (room === undefined || room instanceof Error) throw room ?? new Error('no such disk');
      return { disk, ...room };
    },
  });
  onTestFinished(() => watch.stop());
  await watch.start();
  const next = async (): Promise<string[]> => {
    clock.advance(MINUTE_MS);
    await calm();
    return [...problems.keys()];
  };
  return { watch, problems, full, next };
}

it('a disk that is nearly full is a problem, named with what is left, until there is clearly more', async () => {
  const { problems, full, next } = await host();
  expect(await next()).toEqual([]);
  full(2, 9 * GIB);
  expect(await next()).toEqual(['disk-low']);
  expect(problems.get('disk-low')).toBe('the disk is nearly full: /data has 9.0 GiB left of 100.0 GiB (9 %)');
  full(2, 11 * GIB);
  expect(await next(), 'not with each file that comes and goes').toEqual(['disk-low']);
  full(2, 13 * GIB);
  expect(await next()).toEqual([]);
});

it("relay's own disk is nearly full later: it is told once, however many of its folders lie there", async () => {
  const { problems, full, next } = await host();
  full(1, 9 * GIB);
  expect(await next(), 'of a large disk a tenth is a lot').toEqual([]);
  full(1, 300 * 1024 ** 2);
  expect(await next()).toEqual(['disk-low']);
  expect(problems.get('disk-low')).toBe(
    'the disk is nearly full: /var/lib/relay/spool has 300 MiB left of 100.0 GiB (0 %)',
  );
});

it.each([
  ['a large one of relay’s own', 1_000 * GIB, false, 4 * GIB],
  ['a large one for Cassandra', 1_000 * GIB, true, 100 * GIB],
  ['a usual one', 20 * GIB, false, 2 * GIB],
  ['one where a tenth is little', 8 * GIB, false, GIB],
  ['a very small one', 2 * GIB, true, GIB / 2],
])('how much is too little: %s', (_name, sizeBytes, isNamed, low) => {
  expect(lowBytes(sizeBytes, isNamed)).toBe(low);
});

it('a folder of watch.disks that can not be looked at is a problem; one of relay’s own is made when it is needed', async () => {
  const { watch, problems, full, next } = await host();
  full(2, new Error('ENOENT: no such file or directory'));
  full(1, new Error('ENOENT: no such file or directory'));
  expect(await next()).toEqual(['disk-unseen']);
  expect(problems.get('disk-unseen')).toContain('/data: ENOENT');
  expect([...watch.freeBytes]).toEqual([]);
  full(2, 50 * GIB);
  expect(await next()).toEqual([]);
});

it('a folder of relay’s own that is made only when it is needed is no news; one that can not be looked at is', async () => {
  const told: string[] = [];
  const look = async (code: string): Promise<string[]> => {
    const watch = new DiskWatch({
      config: CLUSTER,
      clock: new HandClock(),
      log: { ...silent, info: (_fields, text) => void told.push(text) },
      problems: { raise: () => {}, clear: () => {} },
      roomAt: () => Promise.reject(Object.assign(new Error(code), { code })),
    });
    await watch.start();
    watch.stop();
    return told.splice(0);
  };
  expect(await look('ENOENT')).toEqual([]);
  const unseen = 'how much room is left there can not be seen';
  expect(await look('EACCES')).toEqual([unseen, unseen]);
});

it('on one machine the database, the spool and the keys are looked at, on the real disk', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'relay-disks-'));
  const problems: string[] = [];
  const watch = new DiskWatch({
    config: {
      store: { kind: 'sqlite', path: join(dir, 'relay.db') },
      spool: dir,
      keyDir: join(dir, 'none yet'),
      watch: null,
    },
    clock: new HandClock(),
    log: silent,
    problems: { raise: (id) => void problems.push(id), clear: () => {} },
  });
  await watch.start();
  watch.stop();
  await rm(dir, { recursive: true, force: true });
  expect([...watch.freeBytes.keys()]).toEqual([dir]);
  expect(watch.freeBytes.get(dir)).toBeGreaterThanOrEqual(0);
  expect(problems).not.toContain('disk-unseen');
});
