/** Alert rules as Prometheus judges them, and whether what they name exists. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { AGENT_METRICS } from '../../src/relay/agent/agent.ts';
import { HostNumbers } from '../../src/relay/agent/host-numbers.ts';
import { CASSANDRA, HAPROXY } from '../../src/relay/agent/wanted.ts';
import { PrometheusMetrics } from '../../src/relay/observe/metrics.ts';

const root = join(import.meta.dirname, '../..');
const RULES = join(root, 'config/prometheus-rules.yml');

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

const groups = (parse(readFileSync(RULES, 'utf8')) as { groups: { name: string; rules: Rule[] }[] }).groups;
const rules = groups.flatMap((group) => group.rules);

/** Rejects with what promtool printed. */
function promtool(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('promtool', args, { cwd: import.meta.dirname }, (error, out, err) => {
      if (error === null) resolve(out);
      else reject(new Error(`${out}${err}`));
    });
  });
}

const missing = inject('missingPromtool');

describe('the alert rules', () => {
  // Needs promtool; its absence is told at the end of the run, and an error in CI.
  it.runIf(missing === null)('are ones that Prometheus takes', async () => {
    expect(await promtool('check', 'rules', RULES)).toContain(`${rules.length} rules found`);
  });

  // Needs promtool; its absence is told at the end of the run, and an error in CI.
  it.runIf(missing === null)('go off when they should, and only then', async () => {
    expect(await promtool('test', 'rules', 'rules.test.yml')).toContain('SUCCESS');
  });

  // Needs promtool; its absence is told at the end of the run, and an error in CI.
  it.runIf(missing === null)('are seen to be wrong when they are', async () => {
    await expect(promtool('test', 'rules', 'wrong.test.yml')).rejects.toThrow(/FAILED/u);
  });

  it('each say how bad it is, on which host, and where it stands what to do', () => {
    const pages = new Map<string, string>();
    for (const { alert, labels, annotations } of rules) {
      expect(labels['severity'], alert).toMatch(/^(?:page|ticket)$/u);
      expect(annotations['summary'], alert).toMatch(/\S/u);
      const [, file = '', section] =
        /^(docs\/[a-z]+\.md)#([a-z-]+)$/u.exec(annotations['runbook'] ?? '') ?? [];
      const page = pages.get(file) ?? readFileSync(join(root, file), 'utf8');
      pages.set(file, page);
      const sections = [...page.matchAll(/^#+ (.+)$/gmu)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/gu, '')
          .replaceAll(' ', '-'),
      );
      expect(sections, `${alert}: ${file}`).toContain(section);
    }
  });

  it('are all tried by rules.test.yml', () => {
    const tried = readFileSync(join(import.meta.dirname, 'rules.test.yml'), 'utf8');
    expect(
      rules.map(({ alert }) => alert).filter((alert) => !tried.includes(`alertname: ${alert}\n`)),
    ).toEqual([]);
  });

  it('go by metrics that there are', () => {
    const known = new Set([
      'up',
      ...AGENT_METRICS,
      ...new PrometheusMetrics({ version: '0.1.0', startedAtMs: 0 }).families.map(({ name }) => name),
      ...new HostNumbers().families.map(({ name }) => name),
      ...[...HAPROXY, ...CASSANDRA].map(({ name }) => name),
    ]);
    const named = (text: string): string[] =>
      (text.match(/\b(?:relay|host|haproxy|cassandra|jvm)_[a-z_]+\b/gu) ?? []).map((name) =>
        known.has(name) ? name : name.replace(/_bucket$/u, ''),
      );
    expect(named('rate(relay_no_such_total[5m]) > host_load')).toEqual(['relay_no_such_total', 'host_load']);
    const wrong = rules.flatMap(({ alert, expr, annotations }) =>
      named(`${expr} ${annotations['summary'] ?? ''}`)
        .filter((name) => !known.has(name))
        .map((name) => `${alert}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('what is wanted of exporters', () => {
  const fixtures = join(root, 'test/fixtures/exporters');
  const exported = (prefix: string): Set<string> => {
    const file = readdirSync(fixtures).find((one) => one.startsWith(prefix));
    const text = readFileSync(join(fixtures, file ?? ''), 'utf8');
    return new Set(text.match(/^[a-z_]+/gmu));
  };

  it('HAProxy tells', () => {
    const told = exported('haproxy');
    expect(HAPROXY.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
  });

  it('Cassandra tells with config/cassandra-metrics.yaml, once it has happened', () => {
    const told = exported('cassandra');
    const never = CASSANDRA.map(({ name }) => name).filter((name) => !told.has(name));
    expect(never, 'no hint has failed on a node that was just started').toEqual([
      'cassandra_hints_failed_total',
    ]);
    const configured = readFileSync(join(root, 'config/cassandra-metrics.yaml'), 'utf8');
    for (const { name } of CASSANDRA)
      if (name.startsWith('cassandra_')) expect(configured).toContain(`name: ${name}\n`);
  });
});
