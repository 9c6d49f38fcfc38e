/** A disk that fills up: senders are told to come back, and when there is space again everything goes on. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startRelay, type Relay } from './harness/relay.ts';
import { until } from './harness/until.ts';
import { isSent } from './harness/sent.ts';

interface Disk {
  dir: string;
  wrap: string[];
  fill(relay: Relay): void;
  free(relay: Relay): void;
}

/** As root a small file system of its own; otherwise a limit on the size of the daemon's files, lifted later. */
async function smallDisk(): Promise<Disk> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-e2e-disk-'));
  const mounted = isRoot() && mounts(dir);
  onTestFinished(async () => {
    if (mounted) execFileSync('umount', ['-l', dir]);
    await rm(dir, { recursive: true, force: true });
  });
  if (mounted) {
    const filler = join(dir, 'filler');
    return {
      dir,
      wrap: [],
      fill: () => fillUp(filler),
      free: () => rmSync(filler),
    };
  }
  const limit = (relay: Relay, bytes: string): void => {
    execFileSync('prlimit', [`--pid=${relay.daemon.pid}`, `--fsize=${bytes}`]);
  };
  return {
    dir,
    // Without the signal that goes with the limit, writing fails like on a full disk.
    wrap: ['sh', '-c', `trap '' XFSZ; exec "$@"`, 'sh'],
    fill: (relay) => limit(relay, '4096:unlimited'),
    free: (relay) => limit(relay, 'unlimited'),
  };
}

const isRoot = (): boolean => process.getuid?.() === 0;

function mounts(dir: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'relay-test', dir], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // a container that may not mount: the limit does instead
  }
}

function fillUp(filler: string): void {
  for (const sizeBytes of [1024 * 1024, 4_096]) {
    for (;;) {
      try {
        writeFileSync(filler, Buffer.alloc(sizeBytes), { flag: 'a' });
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') break;
        throw error;
      }
    }
  }
}

test('the disk fills up: 451 and 503 until there is space again; what was accepted is paged, what was refused is not', async () => {
  const disk = await smallDisk();
  const relay = await startRelay({ dir: disk.dir, wrap: disk.wrap });
  expect(existsSync(join(disk.dir, 'relay.db'))).toBe(true);
  const accepted: string[] = [];
  const refused: string[] = [];
  let count = 0;
  const send = async (): Promise<number> => {
    count += 1;
    const key = `alert-${count}`;
    const code =
      count % 2 === 0
        ? (
            await relay.sender.enqueues({
              event_action: 'trigger',
              dedup_key: key,
              payload: { summary: `${key} fails`, source: 'x', severity: 'error' },
            })
          ).status
        : (await relay.sender.mails({ to: `db+${key}`, subject: `PROBLEM: ${key} fails`, clear: true })).code;
    (code === 202 || code === 250 ? accepted : refused).push(key);
    return code;
  };
  expect(await send()).toBe(250);
  expect(await send()).toBe(202);
  disk.fill(relay);
  const said = new Set<number>();
  await until('both doors say that they cannot', async () => {
    const code = await send();
    if (code !== 202 && code !== 250) said.add(code);
    return said.has(451) && said.has(503);
  });
  expect(said).toEqual(new Set([451, 503]));
  await relay.daemon.logs(/^no space left for the database|^mail not accepted: answered 451/);
  expect((await fetch(`${relay.http}/healthz`)).status).toBe(200);

  disk.free(relay);
  await until('alerts are accepted again', async () => [202, 250].includes(await send()));
  const keys = await until('all that was accepted is there', async () => {
    const all = (await relay.incidents()).map(({ dedupKey }) => dedupKey);
    return accepted.every((key) => all.includes(key)) ? all : null;
  });
  expect(keys.filter((key) => refused.includes(key))).toEqual([]);
  for (const key of accepted) {
    await relay.shows(new RegExp(`${key} fails`), 'triggered', ({ messages }) =>
      messages.some(({ channel, status }) => channel === 'sms' && isSent(status)),
    );
  }
  const bodies = relay.phone('ana').all.map(({ body }) => body);
  expect(new Set(bodies).size).toBe(bodies.length);
  expect((await relay.stop()).code).toBe(0);
  await relay.start();
  expect(await relay.incidents()).toHaveLength(accepted.length);
}, 60_000);
