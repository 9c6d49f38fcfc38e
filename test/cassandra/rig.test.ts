/** The rig's own parts, which need no node: whom a word means, one at a time, and what a crash leaves behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../release/cassandra/lock.ts';
import { findPlace } from './place.ts';
import { layOut, replicationOf } from './plan.ts';
import { lives, notePid, processOf, type ProcessId } from './processes.ts';
import { claimNetwork, sweep } from './runs.ts';
import { whichNodes } from './which.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relay-rig-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nodes = layOut('data', 5, {
  network: '127.9.8',
  cqlPort: 9042,
  storagePort: 7000,
  jmxPorts: [1, 2, 3, 4, 5],
});

describe('the five nodes', () => {
  it('are two, two and one, with a seed in each datacenter', () => {
    expect(replicationOf(nodes)).toEqual({ 'dc-a': 2, 'dc-b': 2, 'dc-c': 1 });
    expect(nodes.filter(({ seed }) => seed).map(({ datacenter }) => datacenter)).toEqual([
      'dc-a',
      'dc-b',
      'dc-c',
    ]);
  });

  it('are named by number, name, address or datacenter, each once', () => {
    const named = (...words: string[]): string[] => whichNodes(nodes, words).map(({ name }) => name);
    expect(named('dc-b')).toEqual(['n3', 'n4']);
    expect(named('5', 'n1', '127.9.8.1', 'dc-a')).toEqual(['n1', 'n2', 'n5']);
    expect(() => named('dc-x')).toThrow(
      'there is no node dc-x: say one of n1, n2, n3, n4, n5, dc-a, dc-b, dc-c',
    );
  });
});

describe('the lock', () => {
  it('lets one at a time in, and the next after a failure too', async () => {
    const path = join(folder, 'lock.db');
    const seen: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const entered = Promise.withResolvers<undefined>();
    const first = withLock(path, async () => {
      entered.resolve(undefined);
      await gate.promise;
      seen.push('first');
      throw new Error('no network');
    });
    await entered.promise;
    const second = withLock(path, () => Promise.resolve(seen.push('second')));
    gate.resolve(undefined);
    await expect(first).rejects.toThrow('no network');
    await second;
    expect(seen).toEqual(['first', 'second']);
  });
});

describe('a place', () => {
  it('is one that nobody has claimed', async () => {
    const asked: string[] = [];
    const place = await findPlace(5, (network) => asked.push(network) === 3);
    expect(place.network).toBe(asked[2]);
    expect(new Set(asked).size).toBe(3);
    expect(new Set(place.jmxPorts).size).toBe(5);
  });
});

// Reads /proc, as real nodes need Linux too.
describe.runIf(process.platform === 'linux')('what runs', () => {
  /** A process that stays until it is ended. */
  async function sleeper(): Promise<{ id: ProcessId; ended: Promise<unknown> }> {
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    const id = processOf(child.pid ?? 0);
    if (id === null) throw new Error('the process is not there');
    return { id, ended };
  }

  function clusterOf(id: ProcessId): string {
    const dir = join(folder, 'data');
    mkdirSync(join(dir, 'n1'), { recursive: true });
    notePid(join(dir, 'n1'), id);
    return dir;
  }

  it('is ended, and its data removed, when who started it is gone', async () => {
    const [owner, node] = await Promise.all([sleeper(), sleeper()]);
    const dir = clusterOf(node.id);
    expect(claimNetwork(folder, '127.9.8', { dir, keep: false, owner: owner.id })).toBe(true);

    sweep(folder);
    expect([lives(node.id), existsSync(dir)]).toEqual([true, true]);

    process.kill(owner.id.pid, 'SIGKILL');
    await owner.ended;
    sweep(folder);
    await node.ended;
    expect([existsSync(dir), readdirSync(join(folder, 'running'))]).toEqual([false, []]);
  });

  it('stays when it was meant to outlive who started it, and keeps its network', async () => {
    const node = await sleeper();
    const dir = clusterOf(node.id);
    const run = { dir, keep: false, owner: null };
    expect(claimNetwork(folder, '127.9.8', run)).toBe(true);
    sweep(folder);
    expect(lives(node.id)).toBe(true);
    expect(claimNetwork(folder, '127.9.8', run)).toBe(false);
    expect(claimNetwork(folder, '127.9.8', { ...run, dir: join(folder, 'other') })).toBe(false);

    process.kill(node.id.pid, 'SIGKILL');
    await node.ended;
    expect(claimNetwork(folder, '127.9.8', run)).toBe(true);
  });

  it('is never taken for another process that has its number by now', () => {
    const id = processOf(process.pid);
    expect(id !== null && lives(id)).toBe(true);
    expect(lives({ pid: process.pid, started: '1' })).toBe(false);
    const dir = clusterOf({ pid: process.pid, started: '1' });
    writeFileSync(join(dir, 'n1', 'kept'), '');
    expect(
      claimNetwork(folder, '127.9.8', { dir, keep: false, owner: { pid: process.pid, started: '1' } }),
    ).toBe(true);
    sweep(folder);
    expect(existsSync(dir)).toBe(false);
  });
});
