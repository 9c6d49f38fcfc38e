import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInventory } from '../../src/relay/hosts/inventory/read.ts';

const relay = join(import.meta.dirname, '../../bin/relay');

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'relay-cli-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const run = (...args: string[]): Promise<{ exit: number | string; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(
      relay,
      ['init', '--cluster', ...args],
      { cwd, env: { PATH: process.env['PATH'], HOME: cwd } },
      (error, out, err) => resolve({ exit: error === null ? 0 : (error.code ?? 'killed'), out, err }),
    );
  });

const COMMON = [
  '--domain',
  'alerts.example.com',
  '--mail',
  'smtp://mail.example.com:25',
  '--person',
  'ana=Ana,ana@example.com',
];
const hosts = (...list: string[]): string[] => list.flatMap((one) => ['--host', one]);
const FIVE = hosts(
  'a1=hetzner,192.0.2.1',
  'a2=hetzner,192.0.2.2',
  'b1=ovh,198.51.100.1',
  'b2=ovh,198.51.100.2',
  'c1=netcup,203.0.113.1',
);

test('five hosts are written down by one command, and a second time nothing is', async () => {
  const first = await run('--yes', ...COMMON, ...FIVE);
  expect({ exit: first.exit, err: first.err }).toEqual({ exit: 0, err: '' });
  expect(first.out).toContain('a1 at hetzner, a2 at hetzner, b1 at ovh, b2 at ovh, c1 at netcup');
  expect((await readInventory(join(cwd, 'relay-cluster/cluster.yaml'))).hosts).toHaveLength(5);
  const again = await run('--json');
  expect(again.exit).toBe(0);
  expect(JSON.parse(again.out)).toMatchObject({ changed: false, emailWithKey: null });
});

test('a layout that would not outlive a provider is refused with why, and nothing is written', async () => {
  const bad = await run(
    '--yes',
    ...COMMON,
    ...hosts('a1=one,192.0.2.1', 'a2=one,192.0.2.2', 'b1=two,198.51.100.1'),
  );
  expect(bad.exit).toBe(2);
  expect(bad.err).toMatch(/^relay: --host: expected five hosts at three providers/u);
  expect(bad.err).toContain('without one 1 of 3 would be left, and a majority is 2');
  expect(await readdir(cwd)).not.toContain('relay-cluster');
});

test('flags of a host alone are none of a cluster', async () => {
  expect((await run('--http', '127.0.0.1:1')).err).toContain('cannot also be provided');
});
