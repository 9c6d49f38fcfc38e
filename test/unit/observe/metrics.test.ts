import { describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../../src/relay/observe/metrics.ts';
import { CounterFamily, HistogramFamily } from '../../../src/relay/observe/series.ts';

const fresh = () => new PrometheusMetrics({ version: '0.1.0', startedAtMs: 1_700_000_000_000 });

/** The value of one series as a scrape reads it. */
function value(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('metrics', () => {
  it('count what was accepted by source and what was refused by reason', () => {
    const metrics = fresh();
    metrics.accepted('mail');
    metrics.accepted('mail', 4);
    metrics.accepted('plain');
    metrics.refused('full');
    const text = metrics.text();
    expect(value(text, 'relay_inputs_accepted_total{source="mail"}')).toBe(5);
    expect(value(text, 'relay_inputs_accepted_total{source="plain"}')).toBe(1);
    expect(value(text, 'relay_inputs_refused_total{reason="full"}')).toBe(1);
  });

  it('count incidents and messages', () => {
    const metrics = fresh();
    metrics.incident('opened');
    metrics.incident('acknowledged');
    metrics.incident('resolved');
    metrics.message('sms', 'accepted');
    metrics.message('sms', 'accepted');
    metrics.message('email', 'failed');
    const text = metrics.text();
    expect(value(text, 'relay_incidents_total{change="opened"}')).toBe(1);
    expect(value(text, 'relay_incidents_total{change="acknowledged"}')).toBe(1);
    expect(value(text, 'relay_incidents_total{change="resolved"}')).toBe(1);
    expect(value(text, 'relay_messages_total{channel="sms",outcome="accepted"}')).toBe(2);
    expect(value(text, 'relay_messages_total{channel="email",outcome="failed"}')).toBe(1);
  });

  it('count calls to a store on other machines, by kind', () => {
    const metrics = fresh();
    expect(metrics.text()).not.toMatch(/^relay_store_round_trips_total\{/m);
    metrics.storeRoundTrips({ write: 3, cas: 1 });
    metrics.storeRoundTrips({ write: 4, cas: 2 });
    const text = metrics.text();
    expect(value(text, 'relay_store_round_trips_total{kind="write"}')).toBe(4);
    expect(value(text, 'relay_store_round_trips_total{kind="cas"}')).toBe(2);
  });

  it('show the backlog and the standing problems as they are now', () => {
    const metrics = fresh();
    metrics.backlog({ journal: 9, due: 3, oldestMs: 1_500 });
    metrics.backlog({ journal: 2, due: 1, oldestMs: 250 });
    metrics.problems(1);
    const text = metrics.text();
    expect(value(text, 'relay_backlog_rows{kind="journal"}')).toBe(2);
    expect(value(text, 'relay_backlog_rows{kind="due"}')).toBe(1);
    expect(value(text, 'relay_backlog_oldest_seconds')).toBe(0.25);
    expect(value(text, 'relay_problems')).toBe(1);
  });

  it('time the way of an alert in cumulative buckets of seconds', () => {
    const metrics = fresh();
    metrics.acceptToDurable(3);
    metrics.acceptToDurable(60);
    metrics.acceptToDurable(120_000);
    metrics.acceptToFirstCall(15);
    metrics.storeCommit(1);
    const text = metrics.text();
    const bucket = (le: string) => value(text, `relay_accept_durable_seconds_bucket{le="${le}"}`);
    expect([bucket('0.0025'), bucket('0.005'), bucket('0.06'), bucket('60'), bucket('+Inf')]).toEqual([
      0, 1, 2, 2, 3,
    ]);
    expect(value(text, 'relay_accept_durable_seconds_count')).toBe(3);
    expect(value(text, 'relay_accept_durable_seconds_sum')).toBeCloseTo(120.063, 6);
    expect(value(text, 'relay_accept_first_call_seconds_bucket{le="0.015"}')).toBe(1);
    expect(value(text, 'relay_store_commit_seconds_count')).toBe(1);
  });

  it('name the version and the process', () => {
    const text = fresh().text();
    expect(value(text, 'relay_build_info{version="0.1.0"}')).toBe(1);
    expect(value(text, 'process_start_time_seconds')).toBe(1_700_000_000);
    expect(value(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(value(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  it('keep to the text format: HELP and TYPE before the series, each once, a newline at the end', () => {
    const metrics = fresh();
    metrics.accepted('mail');
    const text = metrics.text();
    expect(text.endsWith('\n')).toBe(true);
    const seen = new Set<string>();
    let family = '';
    for (const line of text.trimEnd().split('\n')) {
      const help = /^# HELP (\S+) \S/.exec(line);
      const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
      if (help !== null) {
        family = help[1] ?? '';
        expect(seen.has(family)).toBe(false);
        seen.add(family);
      } else if (type !== null) {
        expect(type[1]).toBe(family);
      } else {
        expect(line).toMatch(/^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? \S+$/);
        expect(line.startsWith(family)).toBe(true);
      }
    }
  });

  it('escape what a label may not hold', () => {
    const family = new CounterFamily('x_total', 'X.', ['reason']);
    family.add(['a "b"\\\nc'], 1);
    expect(family.text()).toContain('x_total{reason="a \\"b\\"\\\\\\nc"} 1\n');
  });

  it('never grow without bound when a label is misused', () => {
    const family = new CounterFamily('x_total', 'X.', ['reason']);
    for (let at = 0; at < 1_000; at++) family.add([`r${at}`], 1);
    const lines = family.text().trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(2 + 201);
    expect(lines).toContain('x_total{reason="other"} 800');
  });

  it('refuse a counter that falls', () => {
    const family = new CounterFamily('x_total', 'X.', []);
    expect(() => family.add([], -1)).toThrow(/grow/);
    expect(() => family.add([], Number.NaN)).toThrow(/grow/);
    expect(() => family.add(['a'], 1)).toThrow(/label/);
  });

  it('count a clock that went back as no time at all', () => {
    const family = new HistogramFamily('x_seconds', 'X.', [1]);
    family.observe(-5);
    expect(family.text()).toContain('x_seconds_sum 0\n');
    expect(family.text()).toContain('x_seconds_bucket{le="1"} 1\n');
  });
});
