/** What is written about metrics, and what there is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGENT_METRICS } from '../../../src/relay/agent/agent.ts';
import { HostNumbers } from '../../../src/relay/agent/host-numbers.ts';
import { PrometheusMetrics } from '../../../src/relay/observe/metrics.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const families = [
  ...new PrometheusMetrics({ version: '0.1.0', startedAtMs: 0 }).families.map(({ name }) => name),
  ...AGENT_METRICS,
  ...new HostNumbers().families.map(({ name }) => name),
];
const known = new Set(families.flatMap((name) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]));

/** Every metric that a text names. */
const named = (text: string): string[] => [
  ...new Set(text.match(/(?<![\w/.-])(?:relay|host)_[a-z]+(?:_[a-z]+)*(?![\w*])/gu) ?? []),
];

describe('the metrics', () => {
  it('that the documents name exist', () => {
    expect(named('see `relay_no_such_total` and relay_alive')).toEqual([
      'relay_no_such_total',
      'relay_alive',
    ]);
    const files = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
    const wrong = files.flatMap((file) =>
      named(read(`docs/${file}`))
        .filter((name) => !known.has(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('that there are all stand in docs/metrics.md', () => {
    const documented = named(read('docs/metrics.md'));
    expect(families.filter((name) => /^(?:relay|host)_/u.test(name) && !documented.includes(name))).toEqual(
      [],
    );
  });
});
