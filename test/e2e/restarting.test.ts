/** What goes on where it was when the daemon comes back: escalations, answers, calls under way. */
import { expect, test } from 'vitest';
import { startRelay } from './harness/relay.ts';
import { until } from './harness/until.ts';
import { isSent } from './harness/sent.ts';

test('killed while ana has her time to answer: after the restart ben is paged all the same, ana not again', async () => {
  const relay = await startRelay({ levels: [{ level: 'ana', after: '3s' }, { level: 'ben' }] });
  await relay.sender.posts('disk full on db1');
  // Her SMS and her mail: each is claimed by itself, and one may be out before the other is there.
  await relay.shows(
    /disk full/,
    'triggered',
    ({ messages }) => messages.length === 2 && messages.every(({ status }) => isSent(status)),
  );
  await relay.kill();
  await relay.start();
  await relay.phone('ben').receives(/disk full/);
  expect(relay.phone('ana').all).toHaveLength(1);
  expect(relay.mailOf('ana').all).toHaveLength(1);
});

test('an SMS sent while relay was down counts when it is back; one taken before does not count twice', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const page = await relay.phone('ana').receives(/disk full/);
  await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.every(({ status }) => isSent(status)),
  );
  await relay.kill();
  await relay.phone('ana').replies(`${/Reply (\d+)a/.exec(page.body)?.[1]}a`);
  await relay.start();
  await relay.phone('ana').receives(/^Acked #\d+ .*disk full/);
  await relay.shows(/disk full/, 'acknowledged');
  await relay.restart();
  await relay.phone('ana').replies('a');
  await relay.phone('ana').receives(/^Nothing open to acknowledge/);
  // Had the first reply been read again, its answer would have come before this one.
  expect(relay.phone('ana').unread).toEqual([]);
});

test('SIGTERM while Twilio takes its time: the call is waited for, and what became of it is known', async () => {
  const relay = await startRelay();
  relay.twilio.fault = ({ kind }) => (kind === 'send' ? { kind: 'slow', delayMs: 2_000 } : null);
  const asked = new Promise<void>((resolve) => {
    relay.twilio.on('request', ({ kind }) => {
      if (kind === 'send') resolve();
    });
  });
  await relay.sender.posts('disk full on db1');
  await asked;
  expect(await relay.stop()).toEqual({ code: 0, signal: null });
  expect(relay.phone('ana').all).toHaveLength(1);
  await relay.start();
  const detail = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.every(({ status }) => isSent(status)),
  );
  const sms = detail.messages.filter(({ channel }) => channel === 'sms');
  expect(sms.map(({ providerId }) => providerId)).toEqual(relay.phone('ana').all.map(({ sid }) => sid));
  expect(detail.timeline.map(({ text }) => text).join('\n')).not.toMatch(/in doubt/);
});

test('an acknowledged incident stays quiet over a kill; its recovery still closes it', async () => {
  const relay = await startRelay({
    levels: [
      { level: 'ana', after: '2s' },
      { level: 'ben', after: '1s' },
    ],
  });
  await relay.sender.posts('disk full on db1');
  await relay.phone('ana').receives(/disk full/);
  const { number } = await relay.shows(/disk full/, 'triggered');
  expect((await relay.command('ack', String(number), '--as', 'ana')).exit).toBe(0);
  await relay.kill();
  await relay.start();
  // A second incident goes all the way to ben: by then the first would have, too.
  await relay.sender.posts('swap full on db2');
  await relay.phone('ben').receives(/swap full/);
  expect(relay.phone('ben').unread).toEqual([]);
  await relay.sender.posts('disk full on db1 resolved');
  await relay.shows(/disk full/, 'resolved');
});

test('a slow sender and a cut connection lose nothing of others; a half mail pages nobody', async () => {
  const relay = await startRelay();
  const { SmtpClient } = await import('../unit/events/smtp-client.ts');
  const slow = await SmtpClient.hello(relay.smtp);
  for (const line of ['MAIL FROM:<m@example.com>', 'RCPT TO:<db@alerts.example>', 'DATA']) {
    expect((await slow.say(line)).code).toBeLessThan(400);
  }
  slow.write('Subject: PROBLEM: half a mail on db9\r\n\r\nhal');
  expect((await relay.sender.mails({ to: 'db', subject: 'PROBLEM: whole on db1' })).code).toBe(250);
  await relay.phone('ana').receives(/whole on db1/);
  slow.quit();
  await until('the daemon has noticed', async () => {
    const sent = await relay.sender.mails({ to: 'db', subject: 'PROBLEM: after on db2' });
    return sent.code === 250;
  });
  await relay.phone('ana').receives(/after on db2/);
  expect((await relay.incidents()).some(({ summary }) => summary.includes('half'))).toBe(false);
});
