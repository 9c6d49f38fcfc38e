/** Jobs that report by themselves, by whatever they have: curl, mail, Opsgenie's clients, relay wrap. */
import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { HeartbeatDetailJson, HeartbeatEditedJson } from '../../src/relay/api/heartbeat-wire.ts';
import { startRelay, type Relay } from './harness/relay.ts';
import { until } from './harness/until.ts';

const run = promisify(execFile);

async function added(relay: Relay, ...flags: string[]): Promise<HeartbeatEditedJson> {
  const { exit, out, err } = await relay.command(
    'heartbeat',
    'add',
    'backup',
    '--every',
    '24h',
    '--service',
    'db',
    ...flags,
    '--json',
  );
  expect([exit, err]).toEqual([0, '']);
  return JSON.parse(out) as HeartbeatEditedJson;
}

const shown = async (relay: Relay): Promise<HeartbeatDetailJson> =>
  JSON.parse((await relay.command('heartbeat', 'show', 'backup', '--json')).out) as HeartbeatDetailJson;

const says = (
  relay: Relay,
  what: string,
  is: (one: HeartbeatDetailJson) => boolean,
): Promise<HeartbeatDetailJson> =>
  until(what, async () => {
    const one = await shown(relay);
    return is(one) ? one : null;
  });

test('a job reports by curl in every way; a failure pages with its last words, the next success resolves', async () => {
  const relay = await startRelay();
  const { url, key, heartbeat } = await added(relay);
  expect(heartbeat).toMatchObject({ id: 'backup', state: 'new', every: '1d', grace: '1h' });
  expect(url).toMatch(new RegExp(`^${relay.http}/ping/[0-9a-f]{32}$`));
  const curl = async (path: string, ...args: string[]): Promise<string> =>
    (await run('curl', ['-fsS', '--retry', '2', ...args, `${relay.http}/ping/${key ?? ''}${path}`])).stdout;
  expect(await curl('/start')).toBe('OK\n');
  await curl('', '-I');
  await curl('', '-d', 'backed up 3 databases');
  await says(relay, 'it is up', ({ state, runningSince }) => state === 'up' && runningSince === null);
  await curl('/fail', '--data-binary', 'dumping db1\nno space left on /backup\n');
  const page = await relay.phone('ana').receives(/ERROR db: backup failed/);
  expect(page.body).toContain('no space left on /backup');
  const detail = await relay.shows(/backup failed/, 'triggered');
  expect(detail.dedupKey).toBe('heartbeat/backup');
  expect((await relay.status()).heartbeats).toMatchObject({
    states: { failed: 1, up: 0 },
    wrong: ['backup'],
  });
  expect((await relay.command('status')).out).toMatch(/jobs +1 failed: backup/);
  const metrics = await (await fetch(`${relay.http}/metrics`)).text();
  expect(metrics).toContain('relay_heartbeats{state="failed"} 1');
  await relay.restart();
  await curl('/0?ms=90000');
  await relay.shows(/backup failed/, 'resolved');
  const one = await says(relay, 'it is up again', ({ state }) => state === 'up');
  expect(one.lastDurationMs).toBe(90_000);
  expect(one.history.map(({ kind }) => kind)).toEqual([
    'resolved',
    'success',
    'fail',
    'success',
    'success',
    'start',
  ]);
  await expect(curl('x')).rejects.toThrow(/404/);
});

test('a job reports by mail to its own address, and says by the subject that it failed', async () => {
  const relay = await startRelay();
  const { key } = await added(relay);
  const mail = (subject: string, tag = '') =>
    relay.sender.mails({ to: `ping-${key ?? ''}${tag}`, subject, body: 'rsync: connection refused' });
  expect((await mail('backup done')).code).toBe(250);
  await says(relay, 'it is up', ({ state, lastPing }) => state === 'up' && lastPing?.by === 'mail');
  expect((await mail('backup FAILED on db1')).code).toBe(250);
  await relay.shows(/backup failed/, 'triggered');
  expect((await mail('backup FAILED on db1', '+success')).code).toBe(250);
  await relay.shows(/backup failed/, 'resolved');
});

test("Opsgenie's ping is answered as Opsgenie does, with the key of the service", async () => {
  const relay = await startRelay();
  await added(relay);
  const answer = await fetch(`${relay.http}/v2/heartbeats/backup/ping`, {
    headers: { authorization: `GenieKey ${relay.db.routingKey ?? ''}` },
  });
  expect([answer.status, await answer.json()]).toEqual([
    202,
    expect.objectContaining({ result: 'PONG - Heartbeat received' }),
  ]);
  await says(relay, 'it is up', ({ state, lastPing }) => state === 'up' && lastPing?.by === 'opsgenie');
});

test('relay wrap passes a job through, and tells how it ended', async () => {
  const relay = await startRelay();
  await added(relay);
  const job = join(relay.dir, 'backup.sh');
  await writeFile(job, '#!/bin/sh\necho to stdout\necho to stderr >&2\nexit "$1"\n');
  await chmod(job, 0o700);
  const failed = await relay.command('wrap', '--heartbeat', 'backup', '--', job, '3');
  expect(failed).toEqual({ exit: 3, out: 'to stdout\n', err: 'to stderr\n' });
  await relay.phone('ana').receives(/ERROR db: backup failed: exit code 3/);
  expect((await relay.command('wrap', '--heartbeat', 'backup', '--', job, '0')).exit).toBe(0);
  await relay.shows(/backup failed/, 'resolved');
  const one = await shown(relay);
  expect(one.lastPing).toMatchObject({ what: 'success', exitCode: 0, by: 'command' });
});

test('without a heartbeat a failed job is an incident, which its next success resolves', async () => {
  const relay = await startRelay();
  const sh = (script: string, ...flags: string[]) =>
    relay.command('wrap', '--service', 'db', ...flags, '--', 'sh', '-c', `test -n "$FINE" || ${script}`);
  expect((await sh('kill -9 $$')).exit).toBe(137);
  await relay.shows(/sh on .* failed: ended by SIGKILL/, 'triggered');
  const quiet = await sh('{ echo noise; exit 4; }', '--quiet-success');
  expect(quiet).toEqual({ exit: 4, out: '', err: 'noise\n' });
  await relay.shows(/failed: exit code 4/, 'triggered');
  expect((await relay.command('wrap', '--', 'no-such-program')).exit).toBe(127);
});

test('a job runs and ends as it would although relay is away', async () => {
  const relay = await startRelay();
  await added(relay);
  await relay.stop();
  const { exit, out, err } = await relay.command(
    'wrap',
    '--heartbeat',
    'backup',
    '--',
    'sh',
    '-c',
    'echo done; exit 5',
  );
  expect([exit, out]).toEqual([5, 'done\n']);
  expect(err).toContain('NOBODY HAS BEEN TOLD');
  relay.launch();
  await relay.phone('ana').receives(/backup failed: exit code 5/);
});

test('a job runs although the file with its ping URL is gone, spoilt, or leads nowhere', async () => {
  const relay = await startRelay();
  const url = (await added(relay)).url ?? '';
  const file = join(relay.dir, 'backup.ping');
  const wrapped = () => relay.command('wrap', '--url-file', file, '--', 'sh', '-c', 'echo done; exit 5');
  const gone = await wrapped();
  expect([gone.exit, gone.out]).toEqual([5, 'done\n']);
  expect(gone.err).toMatch(/its ping URL can't be read: ENOENT.*relay heartbeat key NAME/);
  await writeFile(file, 'nonsense\n');
  const spoilt = await wrapped();
  expect([spoilt.exit, spoilt.out]).toEqual([5, 'done\n']);
  expect(spoilt.err).toContain(`what ${file} holds is no ping URL`);
  await writeFile(file, `${url}\n`);
  await relay.stop();
  const away = await wrapped();
  expect([away.exit, away.out]).toEqual([5, 'done\n']);
  expect(away.err).toMatch(/127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\); this report is not kept/);
  expect(away.err).not.toContain(new URL(url).pathname);
});

test('what is paused or removed expects nothing, and ends its incident', async () => {
  const relay = await startRelay();
  const { url } = await added(relay);
  await fetch(`${url ?? ''}/fail`);
  await relay.shows(/backup failed/, 'triggered');
  expect((await relay.command('heartbeat', 'pause', 'backup')).out).toContain('is paused');
  await relay.shows(/backup failed/, 'resolved');
  expect((await relay.command('heartbeat', 'resume', 'backup')).exit).toBe(0);
  expect((await relay.command('heartbeat', 'list')).out).toMatch(/backup +new/);
  expect((await relay.command('service', 'remove', 'db')).err).toContain(
    'Heartbeat backup belongs to service db',
  );
  expect((await relay.command('heartbeat', 'remove', 'backup')).exit).toBe(0);
  expect((await fetch(url ?? '')).status).toBe(404);
});
