/** `relay send` while the daemon here is away: somebody else takes it, or it is kept and said to be. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startRelay } from './harness/relay.ts';
import { until } from './harness/until.ts';

/** Several daemons, and commands that are processes: on a busy machine they take their time. */
vi.setConfig({ testTimeout: 120_000 });

test('what nobody takes is kept and said to be; the daemon takes it when it runs, and pages once', async () => {
  const relay = await startRelay();
  await relay.stop();
  const sent = await relay.command('send', 'disk full on db1', '--service', 'db', '--severity', 'critical');
  expect(sent).toMatchObject({
    exit: 3,
    err: expect.stringMatching(/NOBODY HAS BEEN TOLD[^]*No relay daemon answers[^]*It is kept in .*outbox/),
  });
  const repeated = await relay.command('send', 'disk full on db1', '--service', 'db', '--json');
  expect(JSON.parse(repeated.out)).toMatchObject({ number: null, status: 'kept', file: expect.any(String) });
  const unknown = await relay.command('send', 'nobody knows this service', '--service', 'nowhere');
  expect(unknown.exit).toBe(3);
  // What can be known here isn't kept for a daemon that would refuse it.
  const mistyped = await relay.command('send', 'disk full', '--severity', 'crit');
  expect(mistyped).toMatchObject({
    exit: 2,
    err: expect.stringMatching(/"crit" is no severity.*critical, error/su),
  });

  const outbox = join(relay.dir, 'spool', 'outbox');
  await writeFile(join(outbox, 'spoilt.json'), '{"path": "/v1/send"');

  await relay.start();
  await relay.phone('ana').receives(/CRITICAL db: disk full on db1/);
  await relay.shows(/disk full/, 'triggered', ({ events }) => events === 2);
  // Whoever sent it is gone and can't be told that there is no such service.
  await relay.phone('ana').receives(/default: nobody knows this service/);
  const elsewhere = await relay.shows(/nobody knows/, 'triggered');
  expect(elsewhere.timeline[0]?.text).toMatch(/sent to nowhere, which is no service/);
  // What nobody can read stays, and `relay status` says so.
  const problem = await until('the refused one is a problem', async () =>
    (await relay.status()).problems.find(({ id }) => id === 'outbox'),
  );
  expect(problem?.text).toMatch(/^1 alert .* nobody was told$/);
  expect((await readdir(outbox)).filter((name) => name.endsWith('.json'))).toEqual([]);
  expect(await readdir(join(outbox, 'refused'))).toHaveLength(1);
  expect(relay.phone('ana').all).toHaveLength(2);
});

test('the same call made twice, here and elsewhere, is one event', async () => {
  const relay = await startRelay();
  const body = { text: 'disk full on db1', service: 'db', id: '3f0c6c0e-6a3c-4d0e-9c3e-0d6f7c1f2a11' };
  await relay.api.post('/v1/send', body);
  await relay.api.post('/v1/send', body);
  await relay.api.post('/v1/send', { ...body, id: '9b1f0f5c-3f54-4a0e-8a44-5f2f0b6f8c22' });
  const detail = await relay.shows(/disk full/, 'triggered', ({ events }) => events >= 2);
  expect(detail.events).toBe(2);
});

test('the other relay that send.yaml names takes it by its URL, then by mail, and its end meets it there', async () => {
  const relay = await startRelay();
  const other = await startRelay();
  const file = join(relay.dir, 'send.yaml');
  relay.commandEnv = { RELAY_SEND_CONFIG: file };
  await writeFile(file, `urls: ["${other.db.url ?? ''}"]\n`);
  await relay.stop();

  const first = await relay.command('send', 'replica lag on db1', '--severity', 'critical');
  expect(first).toMatchObject({ exit: 0, out: expect.stringMatching(/^Sent by 127\.0\.0\.1:\d+\.\n$/) });
  expect(first.err).toMatch(/the daemon here did not take it: No relay daemon answers/);
  expect(first.err).not.toContain(other.db.routingKey);
  await other.phone('ana').receives(/CRITICAL db: replica lag on db1/);

  await writeFile(file, `mail: db@alerts.example\nsmtp: smtp://${other.smtp.host}:${other.smtp.port}\n`);
  const second = await relay.json<{ status: string; by: string }>('send', 'replica lag on db1', '--resolve');
  expect(second).toMatchObject({ status: 'sent', by: 'mail to db@alerts.example' });
  await other.shows(/replica lag/, 'resolved');

  await relay.command('send', 'fans stopped', '--key', 'Rack 4/fans', '--severity', 'error');
  await other.shows(/fans stopped/, 'triggered', ({ dedupKey }) => dedupKey === 'Rack 4/fans');
  expect(await relay.command('send', 'x', '--config', relay.config)).toMatchObject({ exit: 0 });
});

test('a send.yaml with mistakes names them all, without the key, and what is sent is kept', async () => {
  const relay = await startRelay();
  const file = join(relay.dir, 'send.yaml');
  relay.commandEnv = { RELAY_SEND_CONFIG: file };
  await writeFile(file, 'url: [x]\nurls: ["ftp://secret-key.example.com"]\nmail: nobody\n');
  await relay.stop();
  const sent = await relay.command('send', 'disk full on db1');
  expect(sent.exit).toBe(3);
  expect(sent.err).toMatch(/url: not known here[^]*urls 1: expected a URL[^]*mail: expected an address/);
  expect(sent.err).not.toContain('secret-key');
});
