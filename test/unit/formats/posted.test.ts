/** What is posted beyond its fixtures: labels, what is broken, what must not be taken for a recovery. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src/relay/events/http/read-body.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/formats');

function read(body: unknown, type = 'application/json'): AlertEvent[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reading = readBody(Buffer.from(text), type, 'db');
  if (!('events' in reading)) throw new Error(JSON.stringify(reading.errors));
  return reading.events;
}

const posted = (name: string): AlertEvent[] => read(readFileSync(join(FIXTURES, name), 'utf8'));

describe('what a source labels an alert with is kept, for rules and groups', () => {
  test.each<[string, string, Record<string, string>]>([
    [
      'Alertmanager',
      'alertmanager-webhook/single-firing.json',
      { alertname: 'HighCPU', severity: 'critical' },
    ],
    ['Grafana', 'grafana-webhook/firing.json', { alertname: 'High CPU' }],
    ['Datadog', 'datadog/custom-triggered.json', { env: 'prod', host: 'web1' }],
    ['Sensu Go', 'sensu-go-event/http-critical.json', { namespace: 'default' }],
    ['Google Cloud', 'google-cloud/cpu-open.json', { instance_name: 'web1', zone: 'europe-west3-a' }],
    ['Kapacitor', 'kapacitor-webhook/critical.json', { host: 'web1' }],
    ['anybody', 'json/labels-one.json', { namespace: 'shop', pod: 'cart-1' }],
  ])('%s', (_, file, labels) => {
    expect(posted(file)[0]?.labels).toMatchObject(labels);
  });
});

describe('what is unsure opens', () => {
  test.each<[string, unknown]>([
    ['a service that is inactive', { host: 'web1', service: 'nginx', status: 'inactive' }],
    ['an answer that is a number', { title: 'web1 answers', status: 200 }],
    ['a port that is closed', { host: 'web1', event: 'port_closed' }],
    ['a state that nobody knows', { host: 'web1', check: 'pump', state: 'wobbly' }],
    ['something not resolved', { title: 'pump of well 4', state: 'not resolved' }],
    ['something unresolved', { title: 'pump of well 4', event: 'issue.unresolved' }],
    [
      'what was well before',
      { host: 'web1', check: 'pump', previous: { state: 'ok' }, current: { state: 'down' } },
    ],
    ['a recovery that failed', { title: 'Recovery of db1 failed' }],
    ['a time of the year 1', { title: 'pump of well 4', resolved_at: '0001-01-01T00:00:00Z' }],
    ['an old state beside the new one', { host: 'w1', check: 'x', old_state: 'OK', new_state: 'CRITICAL' }],
  ])('%s', (_, body) => {
    expect(read(body).map(({ action }) => action)).toEqual(['trigger']);
  });
});

describe('what is well closes', () => {
  test.each<[string, unknown]>([
    ['an alert that is inactive', { host: 'web1', alert_state: 'inactive', alert_name: 'x' }],
    [
      'what was wrong before',
      { host: 'web1', check: 'x', previous: { state: 'down' }, current: { state: 'ok' } },
    ],
    ['a word within a name', { host: 'web1', check: 'x', event: 'monitorRecovered' }],
  ])('%s', (_, body) => {
    expect(read(body).map(({ action }) => action)).toEqual(['resolve']);
  });
});

describe('two things are never one', () => {
  test.each<[string, unknown, unknown]>([
    [
      'services of one host',
      { host: 'w1', service: 'a', status: 'down' },
      { host: 'w1', service: 'b', status: 'down' },
    ],
    [
      'alerts of one program on one host',
      { host: 'w1', service: 'shop', title: 'High CPU', status: 'firing' },
      { host: 'w1', service: 'shop', title: 'Disk full', status: 'firing' },
    ],
    [
      'an alias of a host, and its services',
      { host: 'w1', alias: 'web', check: 'a', status: 'down' },
      { host: 'w1', alias: 'web', check: 'b', status: 'down' },
    ],
    [
      'one rule on two hosts',
      { alert_id: 7, host: 'w1', status: 'down' },
      { alert_id: 7, host: 'w2', status: 'down' },
    ],
    [
      'the same words of two disks',
      { title: 'Disk full', labels: { mountpoint: '/a' } },
      { title: 'Disk full', labels: { mountpoint: '/b' } },
    ],
    ['monitors under one id of two kinds', { incident_id: 5, title: 'a' }, { problem_id: 5, title: 'a' }],
  ])('%s', (_, one, other) => {
    expect(read(one)[0]?.dedupKey).not.toBe(read(other)[0]?.dedupKey);
  });
});

test('JSON that a template broke is read as far as it goes, and says so', () => {
  const body = '{"host":"w1","check":"jobs","status":"CRITICAL","output":"queue "mail" is full"}';
  expect(read(body)).toMatchObject([
    {
      action: 'trigger',
      severity: 'critical',
      host: 'w1',
      check: 'jobs',
      reason: expect.stringMatching(/broken/) as string,
    },
  ]);
});

test('of a list what says nothing takes nothing else with it', () => {
  expect(read([1, null, {}, { host: 'w1', check: 'x', status: 'down' }])).toMatchObject([{ host: 'w1' }]);
});

test('two events of one host that nobody understands are two incidents', () => {
  const keyOf = (type: string): string => read({ type, host: 'r1' })[0]?.dedupKey ?? '';
  expect(keyOf('power.lost')).not.toBe(keyOf('link.lost'));
});
