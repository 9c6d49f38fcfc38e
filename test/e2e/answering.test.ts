/** How people answer: by SMS, by mail, and what is no answer. */
import { expect, test } from 'vitest';
import { inboundParams, signature } from '../../src/standins/twilio-webhook.ts';
import { headerOf } from './harness/people.ts';
import { startRelay } from './harness/relay.ts';
import { post } from './harness/sender.ts';
import { until } from './harness/until.ts';
import { isSent } from './harness/sent.ts';

test('ana answers the page by mail: her `ack` counts by the token in its address', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const mail = await relay.mailOf('ana').receives(/disk full/);
  expect(headerOf(mail, 'reply-to')).toMatch(/ack\+ana\.\d+\.[a-z2-7]{16}@alerts\.example/);
  expect(mail.text).toContain('Reply to this mail with: ack or resolve');
  const answered = await relay.mailOf('ana').answers(mail, 'Ack!');
  expect(answered.code).toBe(250);
  const acked = await relay.shows(/disk full/, 'acknowledged');
  expect(acked.timeline.map(({ text }) => text).join('\n')).toMatch(/acknowledged by email reply by ana/);
});

test('a forged token is refused; an out-of-office, a quoted `ack` and small talk change nothing', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const mail = await relay.mailOf('ana').receives(/disk full/);
  const address = /ack\+[^>\s]+/.exec(headerOf(mail, 'reply-to'))?.[0] ?? '';
  const last = address.indexOf('@') - 1;
  const forged = address.slice(0, last) + (address[last] === 'a' ? 'b' : 'a') + address.slice(last + 1);
  expect((await relay.mailOf('ana').answers(mail, 'ack', { to: forged })).code).toBe(550);
  const away = await relay
    .mailOf('ana')
    .answers(mail, 'ack', { headers: { 'Auto-Submitted': 'auto-replied' } });
  expect(away.code).toBe(250);
  await relay.daemon.logs(/an automatic mail is not an answer/);
  expect((await relay.mailOf('ana').answers(mail, '> ack')).code).toBe(250);
  expect((await relay.mailOf('ana').answers(mail, 'who is looking at this?')).code).toBe(250);

  // The last of them is through: so are those before it.
  expect((await relay.mailOf('ana').answers(mail, 'resolve')).code).toBe(250);
  const over = await relay.shows(/disk full/, 'resolved');
  expect(over.timeline.filter(({ kind }) => kind === 'acknowledged')).toEqual([]);
  expect(over.timeline.map(({ text }) => text).join('\n')).toMatch(/resolved by email reply by ana/);
});

test('a bare `a` with two open incidents lists their codes and changes nothing; a code or `aa` does', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const first = await relay.phone('ana').receives(/disk full on db1/);
  await relay.sender.posts('swap full on db2');
  const second = await relay.phone('ana').receives(/swap full on db2/);
  const codes = [first, second].map(({ body }) => /Reply (\d+)a/.exec(body)?.[1] ?? '');

  await relay.phone('ana').replies('a');
  const which = await relay.phone('ana').receives(/^Which one\?/);
  for (const code of codes) expect(which.body).toContain(`${code}a #`);
  expect((await relay.incidents()).map(({ status }) => status)).toEqual(['triggered', 'triggered']);

  await relay.phone('ana').replies(` ${codes[0]}A. `);
  await relay.phone('ana').receives(/^Acked #\d+ .*disk full/);
  expect((await relay.shows(/swap full/, 'triggered')).status).toBe('triggered');
  await relay.shows(/disk full/, 'acknowledged');
  await relay.phone('ana').replies('a');
  await relay.phone('ana').receives(/^Acked #\d+ .*swap full/);
  await relay.shows(/swap full/, 'acknowledged');
  expect(relay.phone('ana').unread).toEqual([]);
});

test('somebody else’s code does nothing; a stranger’s number gets no answer', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const page = await relay.phone('ana').receives(/disk full/);
  const code = /Reply (\d+)a/.exec(page.body)?.[1] ?? '';
  await relay.twilio.inbound({ from: '+15550177', body: `${code}a` });
  await relay.daemon.logs(/from a number that is nobody’s/);
  await relay.phone('ben').replies(`${code}a`);
  await relay.phone('ben').receives(/No page of yours has the code/);
  expect((await relay.shows(/disk full/, 'triggered')).timeline.map(({ kind }) => kind)).not.toContain(
    'acknowledged',
  );
  expect(relay.twilio.ledger.filter(({ to }) => to === '+15550177')).toEqual([]);
});

test('STOP switches ana’s phone off and says so; the next page goes by mail only', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  await relay.phone('ana').receives(/disk full/);
  await relay.mailOf('ana').receives(/disk full/);
  await relay.phone('ana').replies('STOP');
  const broken = await until('relay status tells of it', async () =>
    (await relay.status()).problems.find(({ text }) => text.includes('opted out')),
  );
  expect(broken.text).toMatch(/ana opted out by "STOP": sms to \+15550110 is off/);
  expect(broken.cure).toMatch(/START/);
  const people = await relay.command('person', 'list');
  expect(people.out).toMatch(/ana.*opted out/s);
  // Somebody else hears of it: ana may not know what her word means.
  const notice = await relay.mailOf('ben').receives(/Ana opted out/);
  expect(notice.text).toContain('START');

  await relay.sender.posts('swap full on db2');
  await relay.mailOf('ana').receives(/swap full/);
  const detail = await relay.shows(/swap full/, 'triggered', ({ messages }) =>
    messages.some(({ status }) => isSent(status)),
  );
  expect(detail.messages.map(({ channel }) => channel)).toEqual(['email']);
  expect(relay.phone('ana').unread).toEqual([]);
});

test('after STOP, START brings SMS back by itself; what was said before a restart counts after it', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  await relay.phone('ana').receives(/disk full/);
  await relay.phone('ana').replies('STOP');
  const optedOut = async () => (await relay.status()).problems.find(({ id }) => id.startsWith('optout-'));
  const { text, cure } = await until('relay status tells of it', optedOut);
  expect(cure).toContain('relay person edit ana --phone +15550110');
  await relay.mailOf('ben').receives(/Ana opted out/);

  // The roster knows it, not only the daemon that met it.
  await relay.restart();
  expect(await optedOut()).toMatchObject({ text, cure });
  await relay.phone('ana').replies('START');
  await relay.phone('ana').receives(/Pages come to this phone/);
  await until('the phone is on again', async () => (await optedOut()) === undefined);
  await relay.mailOf('ben').receives(/Ana opted in again/);

  await relay.sender.posts('swap full on db2');
  const page = await relay.phone('ana').receives(/swap full/);
  // Her answer comes after the STOP in the provider's list: that one is not taken again.
  await relay.phone('ana').replies(`${/Reply (\d+)a/.exec(page.body)?.[1] ?? ''}a`);
  await relay.shows(/swap full/, 'acknowledged');
  expect(await optedOut()).toBeUndefined();
  // Two were open: the answer to the one names the other.
  await relay.phone('ana').receives(/^Acked #\d+ .*swap full on db2\. 1 more open: reply \d+a\./);
});

test('with a public URL an SMS comes in by webhook; one with a wrong signature is refused', async () => {
  const publicUrl = 'https://alerts.example';
  const relay = await startRelay({
    config: (yaml) =>
      yaml
        .replace(/# publicUrl: .*/, `publicUrl: ${publicUrl}`)
        .replace('pollSeconds: 1', 'pollSeconds: 3600'),
  });
  await relay.sender.posts('disk full on db1');
  const page = await relay.phone('ana').receives(/disk full/);
  const code = /Reply (\d+)a/.exec(page.body)?.[1] ?? '';
  // The stand-in keeps the SMS, so that its time can be asked for; the webhook is posted here, past the proxy.
  const { sid } = await relay.twilio.inbound({ from: relay.numberOf('ana'), body: `${code}a` });
  const params = inboundParams(relay.twilio.accountSid, {
    sid,
    from: relay.numberOf('ana'),
    to: '+15550199',
    body: `${code}a`,
  });
  const calls = (token: string): ReturnType<typeof post> =>
    post(`${relay.http}/twilio/sms`, new URLSearchParams(params).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature(token, `${publicUrl}/twilio/sms`, params),
    });
  expect((await calls('another-token')).status).toBe(403);
  expect((await relay.shows(/disk full/, 'triggered')).status).toBe('triggered');
  expect((await calls(relay.secrets.twilioToken)).status).toBe(200);
  await relay.shows(/disk full/, 'acknowledged');
  // Twilio posts it again when an answer got lost.
  expect((await calls(relay.secrets.twilioToken)).status).toBe(200);
  await relay.phone('ana').receives(/^Acked #/);
  expect(relay.phone('ana').unread).toEqual([]);
});
