/** What becomes of a page when a provider refuses, limits, falls silent, or says yes and then breaks off. */
import { expect, test } from 'vitest';
import { startRelay } from './harness/relay.ts';
import { isSent } from './harness/sent.ts';

test('every way to ana fails (21211, 550): ben is paged at once, without waiting for the delay', async () => {
  const relay = await startRelay({ levels: [{ level: 'ana', after: '5m' }, { level: 'ben' }] });
  const ana = relay.numberOf('ana');
  relay.twilio.fault = ({ kind, params }) =>
    kind === 'send' && params.get('To') === ana ? { kind: 'error', status: 400, code: 21211 } : null;
  relay.mailbox.failNext({ at: 'rcpt', do: 'refuse', code: 550 });
  await relay.sender.posts('disk full on db1');
  const detail = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some(({ person, status }) => person === 'ben' && isSent(status)),
  );
  const toAna = detail.messages.filter(({ person }) => person === 'ana');
  expect(toAna.map(({ channel, status }) => `${channel} ${status}`).toSorted()).toEqual([
    'email failed',
    'sms failed',
  ]);
  expect(toAna.map(({ error }) => error).join()).toMatch(/21211/);
  const lines = detail.timeline.map(({ kind, text }) => `${kind}: ${text}`).join('\n');
  expect(lines).toMatch(/^unreachable: ana could not be reached: /m);
  expect(lines).toMatch(/^page: telling ben: level 2/m);
  expect(lines).not.toMatch(/no answer from level 1/);
});

test('Twilio limits (429), then takes it: one SMS', async () => {
  const relay = await startRelay();
  relay.twilio.failNext({ kind: 'error', status: 429, code: 20429, retryAfterSeconds: 1 });
  await relay.sender.posts('disk full on db1');
  await relay.phone('ana').receives(/disk full/);
  const detail = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some(({ channel, status }) => channel === 'sms' && isSent(status)),
  );
  expect(detail.messages.filter(({ channel }) => channel === 'sms')).toHaveLength(1);
  expect(detail.timeline.map(({ text }) => text).join('\n')).toMatch(/refused for now: 20429/);
  expect(relay.phone('ana').all).toHaveLength(1);
});

/** Takes 31 s: a claim lasts 10 s, and Twilio's list may lag for 20 s more before it is asked (rule 6). */
test('Twilio breaks off: what it had taken is found there and never sent again; what it hadn’t is sent after all', async () => {
  const relay = await startRelay({ levels: [{ level: 'ana,ben' }] });
  const broken = new Set<string>();
  relay.twilio.fault = ({ kind, params }) => {
    const to = params.get('To') ?? '';
    if (kind !== 'send' || broken.has(to)) return null;
    broken.add(to);
    return { kind: 'reset', accept: to === relay.numberOf('ana') };
  };
  await relay.sender.posts('disk full on db1');
  await relay.phone('ana').receives(/disk full/);
  // The mails don't wait for the doubt to be settled.
  await relay.mailOf('ana').receives(/disk full/);
  await relay.mailOf('ben').receives(/disk full/);
  const detail = await relay.shows(
    /disk full/,
    'triggered',
    ({ messages }) => messages.length === 4 && messages.every(({ status }) => isSent(status)),
    45_000,
  );
  for (const person of ['ana', 'ben']) {
    const sms = detail.messages.filter((one) => one.channel === 'sms' && one.person === person);
    expect(sms).toHaveLength(1);
    expect(relay.phone(person).all.map(({ sid }) => sid)).toEqual([sms[0]?.providerId]);
  }
  const lines = detail.timeline.map(({ text }) => text).join('\n');
  expect(lines).toMatch(/sms to ana, code \d+: in doubt: /);
  expect(lines).toMatch(/sms to ana, code \d+: found at the provider as SM/);
  expect(lines).toMatch(/sms to ben, code \d+: the provider never accepted it/);
}, 60_000);

test('a mail server that breaks off after the final dot may have taken it: unknown, and never repeated', async () => {
  const relay = await startRelay();
  relay.mailbox.failNext({ at: 'dot', do: 'drop', accept: true });
  await relay.sender.posts('disk full on db1');
  await relay.phone('ana').receives(/disk full/);
  const detail = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.every(({ status }) => status !== 'claimed'),
  );
  expect(detail.messages.map(({ channel, status }) => `${channel} ${status}`).toSorted()).toEqual([
    'email unknown',
    'sms accepted',
  ]);
  expect(relay.mailOf('ana').all).toHaveLength(1);
});

test('nobody answers at all: after the last level everybody is paged by every method, loudly', async () => {
  const relay = await startRelay({
    people: ['ana', 'ben', 'eve'],
    levels: [
      { level: 'ana', after: '1s' },
      { level: 'ben', after: '1s' },
    ],
    repeat: 1,
  });
  await relay.sender.posts('disk full on db1');
  await relay.phone('eve').receives(/disk full/);
  await relay.mailOf('eve').receives(/disk full/);
  const detail = await relay.shows(/disk full/, 'triggered');
  const told = detail.timeline.filter(({ kind }) => kind === 'page' || kind === 'catch-all');
  expect(told.map(({ text }) => /telling [^:]+: [^,]+/.exec(text)?.[0])).toEqual([
    'telling ana: level 1',
    'telling ben: level 2',
    'telling ana: level 1 (repeat 1 of 1)',
    'telling ben: level 2 (repeat 1 of 1)',
    'telling ana, ben, eve: the catch-all',
  ]);
  expect(detail.assignedTo).toEqual(['ana', 'ben', 'eve']);
});
