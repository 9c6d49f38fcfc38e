/** What becomes of a page after its provider took it. */
import { expect, test } from 'vitest';
import type { MessageDetailJson } from '../../src/relay/api/wire.ts';
import { startRelay, type Relay, type RelayOptions } from './harness/relay.ts';
import { until } from './harness/until.ts';
import { isSent } from './harness/sent.ts';

const PUBLIC = 'https://relay.alerts.example';

/** A relay that Twilio can call: the public address leads to wherever it listens. */
async function reachable(options: Pick<RelayOptions, 'levels'> = {}): Promise<Relay> {
  const relay = await startRelay({
    ...options,
    config: (yaml) => yaml.replace('# publicUrl: https://alerts.example.com', `publicUrl: ${PUBLIC}`),
  });
  relay.twilio.callbacks.route = (url) => url.replace(PUBLIC, relay.http);
  return relay;
}

test('the carrier gives a page back: it shows as failed with its cure, never as sent', async () => {
  const relay = await reachable();
  relay.twilio.phone(relay.numberOf('ana'), { status: 'undelivered', code: 30003 });
  await relay.sender.posts('disk full on db1');
  const detail = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some(({ channel, status }) => channel === 'sms' && status === 'failed'),
  );
  const [sms] = detail.messages.filter(({ channel, person }) => channel === 'sms' && person === 'ana');
  const lines = detail.timeline.map(({ text }) => text).join('\n');
  expect(lines).toMatch(/sms to ana, code \d+: not delivered: 30003 the phone could not be reached/);
  expect(relay.twilio.ledger.filter(({ to }) => to === relay.numberOf('ana'))).toMatchObject([
    { status: 'undelivered', delivered: 0 },
  ]);

  const shown = await relay.command('incident', 'show', String(detail.number));
  expect(shown.out).toMatch(/not delivered: 30003 the phone could not be reached/);
  expect(shown.out).toMatch(/ana\.\d+ +sms +failed .*: 30003 the phone could not be reached/);
  const list = await relay.command('messages', '--person', 'ana', '--incident', String(detail.number));
  expect(list.out).toMatch(/^ana\.\d+ {2}failed {2}sms to \+\d+ {2}#\d+ .*disk full/m);
  const one = await relay.json<MessageDetailJson>('message', 'show', sms?.id ?? '');
  expect(one).toMatchObject({
    status: 'failed',
    providerId: relay.twilio.ledger[0]?.sid,
    error: '30003 the phone could not be reached',
    text: relay.twilio.ledger[0]?.body,
    incidents: [{ number: detail.number }],
  });
  expect(one.life[0]?.kind).toBe('claimed');
  expect(one.life.at(-1)?.kind).toBe('receipt');
});

test('the carrier gives a page back and ana’s mail is refused: ben is paged at once, without waiting for the delay', async () => {
  const relay = await reachable({ levels: [{ level: 'ana', after: '5m' }, { level: 'ben' }] });
  relay.twilio.phone(relay.numberOf('ana'), { status: 'undelivered', code: 30005 });
  relay.mailbox.failNext({ at: 'rcpt', do: 'refuse', code: 550 });
  await relay.sender.posts('disk full on db1');
  await relay.phone('ben').receives(/disk full/);
  const detail = await relay.shows(/disk full/, 'triggered', ({ timeline }) =>
    timeline.some(({ text }) => /telling ben: level 2/.test(text)),
  );
  const lines = detail.timeline.map(({ kind, text }) => `${kind}: ${text}`).join('\n');
  expect(lines).toMatch(/not delivered: 30005 the carrier does not know the number/);
  expect(lines).toMatch(/^unreachable: ana could not be reached: /m);
  expect(lines).not.toMatch(/no answer from level 1/);
});

test('a page that arrives shows as delivered, however often, late and out of order Twilio says so', async () => {
  const relay = await reachable();
  relay.twilio.callbacks.fate = () => 'held';
  await relay.sender.posts('disk full on db1');
  await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some(({ channel, status }) => channel === 'sms' && isSent(status)),
  );
  await until('Twilio has something to say', () => relay.twilio.ledger[0]?.delivered === 1);
  await relay.twilio.callbacks.release('reversed');
  const told = relay.twilio.callbacks.posted.map(({ params, status }) => [params['MessageStatus'], status]);
  expect(told).toEqual([
    ['delivered', 204],
    ['sent', 204],
    ['queued', 204],
  ]);
  const detail = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some(({ channel, status }) => channel === 'sms' && status === 'delivered'),
  );
  expect(detail.messages.filter(({ channel }) => channel === 'sms')).toHaveLength(1);
  expect(relay.phone('ana').all.map(({ delivered }) => delivered)).toEqual([1]);
});

test('a person who opted out at the carrier is told otherwise, and everybody sees that the phone is off', async () => {
  const relay = await reachable();
  relay.twilio.failNumber(relay.numberOf('ana'), { kind: 'error', status: 400, code: 21610 });
  await relay.sender.posts('disk full on db1');
  await relay.mailOf('ana').receives(/disk full/);
  const off = await until('the phone is off', async () =>
    (await relay.status()).problems.find(({ text }) => /opted out at the carrier/.test(text)),
  );
  expect(off.text).toContain(relay.numberOf('ana'));
  expect(off.cure).toMatch(/START/);
});
