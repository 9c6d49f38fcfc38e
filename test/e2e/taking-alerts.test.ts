/** How alerts come in: by mail, by PagerDuty's API, by a bare curl; and what is one alert and what are two. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startRelay } from './harness/relay.ts';
import { post } from './harness/sender.ts';
import { isSent } from './harness/sent.ts';

const run = promisify(execFile);

test('PagerDuty’s trigger opens and pages, its acknowledge answers, its resolve closes', async () => {
  const relay = await startRelay();
  const payload = { summary: 'Replica lag on db1', source: 'db1', severity: 'critical' };
  const sent = await relay.sender.enqueues({ event_action: 'trigger', dedup_key: 'lag/db1', payload });
  expect(sent).toMatchObject({
    status: 202,
    body: { status: 'success', message: 'Event processed', dedup_key: 'lag/db1' },
  });
  const page = await relay.phone('ana').receives(/CRITICAL db: Replica lag on db1/);
  expect(page.body).toMatch(/^#\d+ /);
  await relay.sender.enqueues({ event_action: 'acknowledge', dedup_key: 'lag/db1' });
  await relay.shows(/Replica lag/, 'acknowledged');
  await relay.sender.enqueues({ event_action: 'resolve', dedup_key: 'lag/db1' });
  await relay.shows(/Replica lag/, 'resolved');
  // An orphan resolve is taken, and opens nothing.
  expect((await relay.sender.enqueues({ event_action: 'resolve', dedup_key: 'other' })).status).toBe(202);
  const wrong = await relay.sender.enqueues({ event_action: 'trigger', payload: { summary: 'x' } });
  expect(wrong).toMatchObject({ status: 400, body: { status: 'invalid event' } });
  expect((await relay.incidents()).map(({ dedupKey }) => dedupKey)).toEqual(['lag/db1']);
});

test('a bare `curl -d` with the service URL pages; the same line again is the same incident, its recovery closes it', async () => {
  const relay = await startRelay();
  expect(relay.db.url).toBe(`${relay.http}/e/${relay.db.routingKey}`);
  const curl = (text: string): Promise<{ stdout: string }> =>
    run('curl', ['-sS', '-w', ' %{http_code}', '-d', text, relay.db.url ?? '']);
  expect((await curl('disk full on db1')).stdout).toMatch(/"dedup_key":"[^"]+".* 202$/);
  await relay.phone('ana').receives(/db: disk full on db1/);
  await curl('disk full on db1');
  await relay.shows(/disk full/, 'triggered', ({ events }) => events === 2);
  await curl('disk full on db1 resolved');
  await relay.shows(/disk full/, 'resolved');
  expect(relay.phone('ana').all).toHaveLength(1);
  const unknown = await post(`${relay.http}/e/${'0'.repeat(32)}`, 'x');
  expect(unknown.status).toBe(404);
});

test('a mail that its sender sends twice is one event; the next of the kind is a second one', async () => {
  const relay = await startRelay();
  const mail = {
    to: 'db',
    subject: 'PROBLEM: raid degraded on db1',
    body: 'md0',
    messageId: '<first@monitor.example.com>',
    date: new Date('2026-01-02T03:04:05Z'),
  };
  expect((await relay.sender.mails(mail)).code).toBe(250);
  expect((await relay.sender.mails(mail)).code).toBe(250);
  await relay.shows(/raid degraded/, 'triggered');
  expect((await relay.sender.mails({ ...mail, messageId: '<second@monitor.example.com>' })).code).toBe(250);
  const detail = await relay.shows(/raid degraded/, 'triggered', ({ events }) => events >= 2);
  expect(detail.events).toBe(2);
  await relay.restart();
  expect((await relay.sender.mails(mail)).code).toBe(250);
  expect((await relay.sender.mails({ ...mail, messageId: '<third@monitor.example.com>' })).code).toBe(250);
  const later = await relay.shows(/raid degraded/, 'triggered', ({ events }) => events >= 3);
  expect(later.events).toBe(3);
  expect(relay.phone('ana').all).toHaveLength(1);
});

test('a storm of 400 triggers on one key is one incident, one SMS and one mail', async () => {
  const relay = await startRelay();
  const one = (index: number): Promise<number> =>
    relay.sender
      .enqueues({
        event_action: 'trigger',
        dedup_key: 'storm',
        payload: { summary: `Link flaps on sw1 (${index})`, source: 'sw1', severity: 'error' },
      })
      .then(({ status }) => status);
  const answers: number[] = [];
  for (let wave = 0; wave < 8; wave += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 50 }, (_, index) => one(wave * 50 + index)))));
  }
  expect(new Set(answers)).toEqual(new Set([202]));
  const detail = await relay.shows(/Link flaps/, 'triggered', ({ events }) => events === 400);
  expect(detail.messages.map(({ channel }) => channel).toSorted()).toEqual(['email', 'sms']);
  expect(await relay.incidents()).toHaveLength(1);
  await relay.shows(/Link flaps/, 'triggered', ({ messages }) =>
    messages.every(({ status }) => isSent(status)),
  );
  expect(relay.phone('ana').all).toHaveLength(1);
  expect(relay.mailOf('ana').all).toHaveLength(1);
});

test('line breaks and control characters in a subject reach neither an SMS nor a header', async () => {
  const relay = await startRelay();
  const summary = 'disk\r\nBcc: eve@example.com\u0000\u001b[31m full \u2028on db1';
  await relay.sender.enqueues({
    event_action: 'trigger',
    dedup_key: 'x',
    payload: { summary, source: 'db1', severity: 'error' },
  });
  const sms = await relay.phone('ana').receives(/disk/);
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  expect(sms.body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  const mail = await relay.mailOf('ana').receives(/disk/);
  expect(mail.headers.has('bcc')).toBe(false);
  expect(mail.envelope.to).toEqual(['ana@example.com']);
});

test('a mail that a parser could choke on still pages, and the daemon goes on meanwhile', async () => {
  const relay = await startRelay();
  const html = `${'<div>'.repeat(200_000)}db1 is down`;
  const [nested, plain] = await Promise.all([
    relay.sender.mails({
      to: 'db',
      subject: 'PROBLEM: nested on db1',
      body: html,
      headers: { 'Content-Type': 'text/html' },
    }),
    relay.sender.mails({ to: 'db', subject: 'PROBLEM: plain on db2' }),
  ]);
  expect([nested.code, plain.code]).toEqual([250, 250]);
  await relay.phone('ana').receives(/plain on db2/);
  await relay.phone('ana').receives(/nested on db1/);
  const big = await post(`${relay.http}${relay.path}`, 'x'.repeat(10 * 1024 * 1024));
  expect([413, 0]).toContain(big.status);
  expect((await post(`${relay.http}${relay.path}`, 'x'.repeat(600 * 1024))).status).toBe(413);
});
