/** The process that tells of a host: started as its unit starts it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { COMPILED } from './harness/daemon-process.ts';

const BIN = join(import.meta.dirname, '../../bin/relay');

async function agent(config: string) {
  const dir = await mkdtemp(join(tmpdir(), 'relay-agent-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'metrics.yaml');
  await writeFile(file, config);
  const child = spawn('sh', [BIN, 'metrics-agent', '--config', file], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('a host is told of until its process is told to end', async () => {
  const child = await agent('host: a1\nlisten: 127.0.0.1:0\n');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { metrics } = JSON.parse(line) as { metrics: string };
  const text = await (await fetch(metrics)).text();
  expect(text).toMatch(/^host_cpu_seconds_total\{mode="idle"\} \d/mu);
  expect(text).toMatch(/^host_memory_available_bytes [1-9]/mu);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a configuration that is wrong is named, and nothing starts', async () => {
  const child = await agent('haproxy: here\n');
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBeGreaterThan(0);
  expect(err).toMatch(/metrics\.yaml:1: haproxy: expected a URL/u);
});
