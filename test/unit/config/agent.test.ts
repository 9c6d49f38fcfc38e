import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadAgentConfig } from '../../../src/relay/config/agent.ts';
import { ConfigError } from '../../../src/relay/config/types.ts';

let file: string;
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'relay-agent-config-')), 'metrics.yaml');
});
afterEach(() => rm(join(file, '..'), { recursive: true, force: true }));

async function problems(text: string): Promise<string[]> {
  await writeFile(file, text);
  try {
    await loadAgentConfig(file);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('was accepted');
}

test('the example is accepted and holds every key', async () => {
  const path = join(import.meta.dirname, '../../../config/metrics.yaml');
  const config = await loadAgentConfig(path);
  expect(config).toEqual({
    path,
    listen: { host: '127.0.0.1', port: 9_405 },
    everyMs: 10_000,
    metrics: {
      statsd: { host: '127.0.0.1', port: 8_125 },
      prefix: 'relay',
      tags: 'dogstatsd',
      latencies: 'ms',
      constantTags: { host: 'a1', env: 'production' },
    },
    haproxy: 'http://127.0.0.1:8404/metrics',
    cassandra: 'http://127.0.0.1:9404/metrics',
  });
});

test('an empty file tells Prometheus of the host, and nobody else', async () => {
  await writeFile(file, '# nothing\n');
  expect(await loadAgentConfig(file)).toMatchObject({
    listen: { host: '127.0.0.1', port: 9_405 },
    metrics: null,
    haproxy: null,
    cassandra: null,
  });
});

test('mistakes are named with their place', async () => {
  expect(await problems('listen: x\nmetrics: {statsd: nowhere}\nhaproxy: 8404\nproxy: x\n')).toEqual([
    `${file}:1: listen: expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, got "x"`,
    `${file}:2: metrics.statsd: expected HOST:PORT of a StatsD server such as 127.0.0.1:8125, got "nowhere"`,
    `${file}:3: haproxy: expected a URL such as http://127.0.0.1:8404/metrics, got 8404`,
    `${file}:4: proxy: expected one of host, listen, everySeconds, metrics, haproxy, cassandra, got an unknown key; did you mean haproxy?`,
  ]);
  await rm(file);
  await expect(loadAgentConfig(file)).rejects.toThrow(/config\/metrics\.yaml shows what it holds/u);
});
