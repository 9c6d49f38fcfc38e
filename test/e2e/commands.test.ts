/** The commands of `relay`, as somebody types them, against a running daemon. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { IncidentDetailJson, IncidentJson, ServiceJson } from '../../src/relay/api/wire.ts';
import { startRelay } from './harness/relay.ts';
import { isSent } from './harness/sent.ts';

const run = promisify(execFile);

test('a new person, policy and service: an alert to its URL pages that person, acked and resolved by command', async () => {
  const relay = await startRelay();
  const made = [
    await relay.command(
      'person',
      'add',
      'eve',
      '--name',
      'Eve',
      '--email',
      'eve@example.com',
      '--phone',
      '+15550122',
    ),
    await relay.command(
      'policy',
      'add',
      'web',
      '--level',
      'eve',
      '--after',
      '2s',
      '--level',
      'ana,ben',
      '--repeat',
      '1',
    ),
  ];
  expect(made.map(({ exit, err }) => ({ exit, err }))).toEqual([
    { exit: 0, err: '' },
    { exit: 0, err: '' },
  ]);
  const web = await relay.json<ServiceJson>('service', 'add', 'web', '--policy', 'web');
  expect(web.email).toBe('web@alerts.example');
  expect(web.routingKey).toMatch(/^[0-9a-f]{32}$/);
  expect(web.emailWithKey).toBe(`web-${web.routingKey}@alerts.example`);
  await run('curl', ['-sSf', '-d', 'checkout is slow', web.url ?? '']);
  const { number } = await relay.shows(/checkout is slow/, 'triggered', ({ messages }) =>
    messages.some(({ channel, status }) => channel === 'sms' && isSent(status)),
  );
  expect(relay.twilio.ledger.map(({ to }) => to)).toContain('+15550122');

  const acked = await relay.command('ack', String(number), '--as', 'eve');
  expect(acked).toMatchObject({ exit: 0, err: '' });
  expect((await relay.json<IncidentDetailJson>('incident', 'show', String(number))).status).toBe(
    'acknowledged',
  );
  const again = await relay.command('ack', String(number));
  expect(again.exit).toBe(0);
  expect(again.out).toMatch(/already/);
  expect((await relay.command('resolve', String(number))).exit).toBe(0);
  expect((await relay.command('resolve', String(number))).out).toMatch(/already|resolved/);
  expect((await relay.command('ack', String(number))).exit).toBe(0);
  expect(await relay.json<IncidentJson[]>('incidents')).toEqual([]);
  const [all] = await relay.json<IncidentJson[]>('incidents', '--all');
  expect(all).toMatchObject({ number, service: 'web', status: 'resolved', summary: 'checkout is slow' });
  const shown = await relay.command('incident', 'show', String(number));
  expect(shown.out).toMatch(/acknowledged by command by eve/);
  expect(shown.out).toMatch(/resolved by command by \S+/);
});

test('`relay send` opens and closes by its key, and says what is wrong with what it is given', async () => {
  const relay = await startRelay();
  const sent = await relay.json<{ number: number; status: string; dedupKey: string }>(
    'send',
    'disk full on db1',
    '--service',
    'db',
    '--severity',
    'critical',
  );
  expect(sent).toMatchObject({ status: 'triggered' });
  await relay.phone('ana').receives(/^#\d+ CRITICAL db: disk full on db1/);
  const closed = await relay.json<{ number: number; status: string }>(
    'send',
    'fine again',
    '--key',
    sent.dedupKey,
    '--service',
    'db',
    '--resolve',
  );
  expect(closed).toMatchObject({ number: sent.number, status: 'resolved' });
  expect((await relay.command('send', 'x', '--service', 'nowhere')).exit).toBe(4);
  expect((await relay.command('send', 'x', '--severity', 'loud')).exit).toBe(2);
  expect((await relay.command('ack', '9999')).exit).toBe(4);
  expect((await relay.command('service', 'add', 'set')).exit).toBe(2);
  expect((await relay.command('service', 'add', 'db')).exit).toBe(5);
});

test('`relay oncall set ben` hands the pager over now, for every service', async () => {
  const relay = await startRelay();
  const set = await relay.command('oncall', 'set', 'ben', '--for', '8h');
  expect(set).toMatchObject({ exit: 0, err: '' });
  expect(set.out).toMatch(/Ben until /);
  expect((await relay.command('oncall')).out).toMatch(/db.*ben/is);
  await relay.sender.posts('disk full on db1');
  await relay.phone('ben').receives(/disk full/);
  await relay.shows(/disk full/, 'triggered', ({ assignedTo }) => assignedTo.join() === 'ben');
  expect(relay.phone('ana').all).toEqual([]);
});

test('`relay test ana` pages her for real and shows claimed and accepted; a refusal is shown with its cure', async () => {
  const relay = await startRelay();
  const good = await relay.command('test', 'ana');
  expect(good).toMatchObject({ exit: 0, err: '' });
  expect(good.out).toMatch(/sms.*claimed/is);
  expect(good.out).toMatch(/accepted/);
  await relay.phone('ana').receives(/^Relay test for Ana: pages reach this phone/);
  await relay.mailOf('ana').receives(/Relay test for Ana/);

  relay.twilio.failNext({ kind: 'error', status: 400, code: 21608 });
  relay.mailbox.failNext({ at: 'rcpt', do: 'refuse', code: 550 });
  const bad = await relay.command('test', 'ana');
  expect(bad.exit).toBe(1);
  expect(bad.out + bad.err).toMatch(/21608/);
  expect(bad.out + bad.err).toMatch(/trial account/);
  expect((await relay.command('test', 'nobody')).exit).toBe(4);
});

test('`relay` alone is the overview; with no daemon every command exits with 3 and says how to start one', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  await relay.shows(/disk full/, 'triggered');
  const overview = await relay.command();
  expect(overview).toMatchObject({ exit: 0 });
  expect(overview.out).toMatch(/disk full on db1/);
  expect(overview.out).toMatch(/ana/);
  expect((await relay.stop()).code).toBe(0);
  for (const args of [['status'], ['ack', '1'], ['send', 'x']]) {
    const ended = await relay.command(...args);
    expect(ended.exit).toBe(3);
    expect(ended.err).toMatch(/relay start/);
  }
});

test('health, readiness and metrics answer over HTTP; status says what is open', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.every(({ status }) => isSent(status)),
  );
  for (const path of ['/healthz', '/readyz']) {
    const answer = await fetch(`${relay.http}${path}`);
    expect([path, answer.status, await answer.json()]).toEqual([path, 200, { status: 'ok' }]);
  }
  const metrics = await (await fetch(`${relay.http}/metrics`)).text();
  expect(metrics).toMatch(/^relay_\w+_total\{.*\} [1-9]/m);
  expect(metrics).toMatch(/incident/);
  const status = await relay.status();
  expect(status.open).toEqual({ triggered: 1, acknowledged: 0 });
  expect(status.listening.http).toBe(relay.http.slice('http://'.length));
  expect(await readFile(relay.config, 'utf8')).toContain('127.0.0.1:0');
});

test('one machine says so, with what waits in its spool; its schema is brought up to date by the daemon', async () => {
  const relay = await startRelay();
  expect((await relay.status()).cluster).toEqual({ text: 'one machine, spool empty', ok: true });
  expect((await relay.command('status')).out).toMatch(/^cluster {2,}one machine, spool empty$/m);
  const cluster = await relay.command('cluster', 'status');
  expect(cluster).toMatchObject({ exit: 0, err: '' });
  expect(cluster.out).toMatch(
    /^One machine, no cluster: everything is in sqlite:.*; nothing waits in the spool\.\n/,
  );
  expect(cluster.out).toMatch(/^lag .*inputs undone/m);
  expect(await relay.json('cluster', 'status')).toMatchObject({ verdict: 'one-machine', problems: [] });
  expect(await relay.json('store', 'migrate')).toMatchObject({
    applied: [],
    notes: [expect.stringContaining('it is in use')],
  });
  await relay.stop();
  expect(await relay.json('store', 'migrate', '--dry-run')).toMatchObject({ applied: [], toDo: [] });
  const alone = await relay.command('cluster', 'status');
  expect(alone).toMatchObject({ exit: 3, out: expect.stringMatching(/^One machine, no cluster: /) });
});

test('a restarted relay still knows how many incidents are open', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const { number } = await relay.shows(/disk full/, 'triggered');
  await relay.sender.posts('memory low on db2');
  await relay.shows(/memory low/, 'triggered');
  await relay.command('ack', String(number));
  await relay.restart();
  expect((await relay.status()).open).toEqual({ triggered: 1, acknowledged: 1 });
});
