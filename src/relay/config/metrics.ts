/** What `metrics` in a configuration means. */
import type * as z from 'zod';
import type { metrics } from './schema-metrics.ts';
import type { Config } from './types.ts';

type Written = z.output<typeof metrics>;

/** With the host's name in the tags, or where the prefix wants it. */
export function metricsOf(file: Written, host: string): NonNullable<Config['metrics']> {
  const { statsd, prefix, tags, latencies, constantTags } = file;
  return {
    statsd,
    prefix: prefix.replaceAll('{host}', host.replace(/[^\w-]/gu, '_')),
    tags,
    latencies,
    constantTags: tags === 'dogstatsd' ? { host, ...constantTags } : {},
  };
}

/** What doesn't go together, by key. `several`: other hosts send to the same server. */
export function metricsProblems(file: Written, several: boolean): { key: keyof Written; text: string }[] {
  if (file.tags === 'dogstatsd') return [];
  const problems: { key: keyof Written; text: string }[] = [];
  if (file.constantTags !== undefined) {
    problems.push({
      key: 'constantTags',
      text: 'expected tags: dogstatsd beside it: names have no room for tags (put them into prefix)',
    });
  }
  if (several && !file.prefix.includes('{host}')) {
    problems.push({
      key: 'prefix',
      text: `expected {host} in it, such as ${file.prefix}.{host}: without tags the gauges of several hosts would overwrite each other`,
    });
  }
  return problems;
}
