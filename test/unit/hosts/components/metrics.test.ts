import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadAgentConfig } from '../../../../src/relay/config/agent.ts';
import {
  metrics,
  METRICS_FILES,
  metricsYaml,
} from '../../../../src/relay/hosts/components/metrics/component.ts';
import type { HostContext } from '../../../../src/relay/hosts/types.ts';
import { FIVE, inventoryOf } from './five-hosts.ts';

const contextOf = (changes: Parameters<typeof inventoryOf>[0] = {}): HostContext => {
  const [host] = FIVE;
  if (host === undefined) throw new Error('there are five hosts');
  return { inventory: inventoryOf(changes), host } as HostContext;
};

/** What the agent makes of it. */
async function read(context: HostContext) {
  const dir = await mkdtemp(join(tmpdir(), 'relay-metrics-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'metrics.yaml');
  await writeFile(path, metricsYaml(context));
  return loadAgentConfig(path);
}

test('each host is told of on loopback, with its HAProxy and its Cassandra', async () => {
  expect(await read(contextOf())).toMatchObject({
    listen: { host: '127.0.0.1', port: 9_405 },
    metrics: null,
    haproxy: 'http://127.0.0.1:8404/metrics',
    cassandra: 'http://127.0.0.1:9404/metrics',
  });
});

test('and to the StatsD server that cluster.yaml names, under the host’s name', async () => {
  const how = { statsd: '192.0.2.10:8125', prefix: 'pager.{host}', constantTags: {} };
  const plain = await read(contextOf({ metrics: { ...how, tags: 'none' } }));
  expect(plain.metrics).toMatchObject({
    statsd: { host: '192.0.2.10', port: 8_125 },
    prefix: 'pager.a1',
    constantTags: {},
  });
  const tagged = await read(
    contextOf({ metrics: { ...how, tags: 'dogstatsd', constantTags: { env: 'production' } } }),
  );
  expect(tagged.metrics?.constantTags).toEqual({ host: 'a1', env: 'production' });
});

test('a node is told what to tell, of the keyspace that relay uses', () => {
  const context = contextOf({ cassandra: { keyspace: 'pager', heapMb: null } });
  const content = new Map(metrics.files(context).map((one) => [one.path, String(one.content)]));
  expect(content.get(METRICS_FILES.exporter)).toContain('keyspace=pager');
  expect(content.get(METRICS_FILES.exporter)).not.toContain('keyspace=relay');
});

test('the unit is started anew with what it reads, and with each release', () => {
  const [unit] = metrics.units(contextOf());
  expect(unit).toMatchObject({ name: 'relay-metrics.service', state: 'started' });
  expect(unit?.restartsOn).toEqual([METRICS_FILES.unit, METRICS_FILES.config, '/opt/relay/current']);
});
