/** Reads metrics.yaml, which the agent goes by that tells of a host (src/relay/agent/). */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { leaf, listen, webUrl } from './leaves.ts';
import { metricsOf, metricsProblems } from './metrics.ts';
import { line, schemaProblems } from './problems.ts';
import { hostName } from './schema-cluster.ts';
import { keysAt } from './schema-keys.ts';
import { metrics } from './schema-metrics.ts';
import { readSource, refuse } from './source.ts';
import { ConfigError, type AgentConfig } from './types.ts';

const schema = z.strictObject({
  host: hostName.optional(),
  listen: listen.prefault('127.0.0.1:9405'),
  everySeconds: leaf('a number of seconds from 1 to 300', (value) =>
    typeof value === 'number' && value >= 1 && value <= 300 ? value : undefined,
  ).prefault(10),
  metrics: metrics.optional(),
  haproxy: webUrl('http://127.0.0.1:8404/metrics').optional(),
  cassandra: webUrl('http://127.0.0.1:9404/metrics').optional(),
});

/** `path` is absolute. Rejects with ConfigError naming every problem at once. */
export async function loadAgentConfig(path: string): Promise<AgentConfig> {
  const source = readSource(path, await bytesOf(path));
  const parsed = schema.safeParse(source.document.toJS() ?? {});
  refuse(schemaProblems(source, parsed.error?.issues ?? [], (at) => keysAt(schema, at)));
  if (!parsed.success) throw new ConfigError([`${path}: not a configuration`]);
  const file = parsed.data;
  const wrong = file.metrics === undefined ? [] : metricsProblems(file.metrics, false);
  refuse(wrong.map(({ key, text }) => line(source, ['metrics', key], text)));
  return {
    path,
    listen: file.listen,
    everyMs: file.everySeconds * 1_000,
    metrics: file.metrics === undefined ? null : metricsOf(file.metrics, file.host ?? hostname()),
    haproxy: file.haproxy ?? null,
    cassandra: file.cassandra ?? null,
  };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`${path}: ${why}; config/metrics.yaml shows what it holds`]);
  }
}
