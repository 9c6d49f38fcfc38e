import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/relay/config/load.ts';
import { ConfigError } from '../../../src/relay/config/types.ts';

const FILE = '/srv/relay/relay.yaml';
const read = (metrics: string, more = '') =>
  readConfig(FILE, Buffer.from(`store: sqlite:r.db\nhost: a1.example.com\n${more}metrics: ${metrics}\n`), {});

function problems(metrics: string): string[] {
  try {
    read(metrics);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('was accepted');
}

describe('where numbers are pushed to', () => {
  test('is a StatsD server; with tags, the host is one of them', () => {
    expect(read('{statsd: "127.0.0.1:8125"}').metrics).toEqual({
      statsd: { host: '127.0.0.1', port: 8_125 },
      prefix: 'relay',
      tags: 'dogstatsd',
      latencies: 'ms',
      constantTags: { host: 'a1.example.com' },
    });
    expect(
      read('{statsd: "[2001:db8::1]:8125", constantTags: {env: production, host: x}}').metrics,
    ).toMatchObject({
      statsd: { host: '2001:db8::1', port: 8_125 },
      constantTags: { env: 'production', host: 'x' },
    });
  });

  test('without tags the host may stand in the prefix, as one word of it', () => {
    expect(
      read('{statsd: "statsd.example.com:8125", tags: none, prefix: "pager.{host}"}').metrics,
    ).toMatchObject({ prefix: 'pager.a1_example_com', constantTags: {} });
  });

  test('is nowhere without the section', () => {
    expect(readConfig(FILE, Buffer.from('store: sqlite:r.db\n'), {}).metrics).toBeUndefined();
  });

  test('is refused in words when it is wrong', () => {
    expect(
      problems('{statsd: 8125, prefix: "a..b", tags: yes, latencies: s, constantTags: {env: "a,b"}}'),
    ).toEqual([
      `${FILE}:3: metrics.statsd: expected HOST:PORT of a StatsD server such as 127.0.0.1:8125, got 8125`,
      `${FILE}:3: metrics.prefix: expected a name such as relay or relay.{host}, got "a..b"`,
      `${FILE}:3: metrics.tags: expected dogstatsd or none, got "yes"`,
      `${FILE}:3: metrics.latencies: expected ms or h or d, got "s"`,
      `${FILE}:3: metrics.constantTags: expected names and values such as { env: production }, got keys`,
    ]);
    expect(problems('{statsd: "127.0.0.1:8125", tags: none, constantTags: {env: production}}')).toEqual([
      `${FILE}:3: metrics.constantTags: expected tags: dogstatsd beside it: names have no room for tags (put them into prefix)`,
    ]);
  });
});
