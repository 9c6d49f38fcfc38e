/** The main job from end to end: an alert comes in, somebody is paged, answers, and the recovery closes it. */
import { expect, test } from 'vitest';
import { startRelay } from './harness/relay.ts';

test('nobody answers ana’s page, so ben is paged; his SMS acknowledges it, the recovery mail resolves it', async () => {
  const relay = await startRelay({
    levels: [
      { level: 'ana', after: '2s' },
      { level: 'ben', after: '5m' },
    ],
  });
  const sent = await relay.sender.mails({ to: 'db', subject: 'PROBLEM: disk full on db1', body: '97% used' });
  expect(sent.code).toBe(250);

  const toAna = await relay.phone('ana').receives(/disk full/);
  expect(toAna.body).toMatch(/^#\d+ .*db: PROBLEM: disk full on db1\. Reply (\d+)a ack, \1c resolve$/);
  const mail = await relay.mailOf('ana').receives(/disk full on db1/);
  expect(mail.text).toContain('97% used');
  expect(mail.secure || mail.user === 'relay').toBe(true);

  const toBen = await relay.phone('ben').receives(/disk full/);
  const code = /Reply (\d+)a/.exec(toBen.body)?.[1];
  await relay.phone('ben').replies(`${code}a`);
  await relay.phone('ben').receives(/^Acked #\d+ .*disk full/);
  const acked = await relay.shows(/disk full/, 'acknowledged');
  expect(acked.assignedTo).toEqual(['ben']);

  await relay.sender.mails({ to: 'db', subject: 'RECOVERY: disk full on db1' });
  const over = await relay.shows(/disk full/, 'resolved');
  const lines = over.timeline.map(({ kind, text }) => `${kind}: ${text}`).join('\n');
  expect(lines).toMatch(
    /^opened: opened by mail.*PROBLEM: disk full on db1 \(read as a problem by the words "PROBLEM"\)$/m,
  );
  expect(lines).toMatch(/^page: telling ana: level 1, .*next in 2 s unless somebody answers$/m);
  expect(lines).toMatch(/^message: sms to ana, code \d+: claimed$/m);
  expect(lines).toMatch(/^message: sms to ana, code \d+: accepted by twilio-sms as SM[0-9a-f]{32}$/m);
  expect(lines).toMatch(/^message: email to ana, code \d+: accepted by mail/m);
  expect(lines).toMatch(/^escalate: no answer from level 1 in time$/m);
  expect(lines).toMatch(/^page: telling ben: level 2/m);
  expect(lines).toMatch(/^acknowledged: acknowledged by sms reply by ben/m);
  expect(lines).toMatch(/^resolved: resolved by mail: RECOVERY: disk full on db1/m);
  expect(over.events).toBe(1);
  expect(relay.phone('ana').all).toHaveLength(1);
  expect(relay.mailOf('ana').all).toHaveLength(1);
});
