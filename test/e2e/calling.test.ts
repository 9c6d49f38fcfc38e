/** Pages by calls: phones that ring, keys that are pressed, and mailboxes that pick up. */
import { expect, test } from 'vitest';
import type { CallEntry } from '../../src/standins/twilio.ts';
import { readTwiml } from '../contract/read-twiml.ts';
import { startRelay, type Relay, type RelayOptions } from './harness/relay.ts';
import { until } from './harness/until.ts';

const PUBLIC = 'https://relay.example.com';
/** Words that the voice says of the page. */
const DISK = /^This is Relay\. Incident \d+, on d b: disk full on d b 1\./;

/** Ana and Ben are called, besides the texts and mails that they get; Twilio reaches the daemon unless `alone`. */
async function calling(options: RelayOptions & { alone?: boolean } = {}): Promise<Relay> {
  const relay = await startRelay({
    ...options,
    config: (yaml) =>
      options.alone === true ? yaml : yaml.replace(/^http:\n/m, `http:\n  publicUrl: ${PUBLIC}\n`),
  });
  relay.twilio.callbacks.route = (url) => url.replace(PUBLIC, relay.http);
  relay.twilio.calls.readTwiml = readTwiml;
  for (const person of options.people ?? ['ana', 'ben'])
    await relay.api.post(`/v1/people/${person}`, { voice: relay.numberOf(person) });
  return relay;
}

const callsTo = (relay: Relay, person: string): CallEntry[] =>
  relay.twilio.calls.entries.filter((call) => call.to === relay.numberOf(person));

/** The call is over, and said what it had to say. */
const rang = (relay: Relay, person: string): Promise<CallEntry> =>
  until(
    `${person}'s phone rang`,
    () => callsTo(relay, person).find(({ status }) => status !== 'queued' && status !== 'in-progress'),
    { seen: () => `${JSON.stringify(callsTo(relay, person))}\n${relay.daemon.tail()}` },
  );

test("ana's phone rings, she hears the page and presses 4: it is acknowledged, and nobody else is told", async () => {
  const relay = await calling({ levels: [{ level: 'ana' }, { level: 'ben', after: '5m' }] });
  relay.twilio.calls.answering(relay.numberOf('ana'), (heard) => (DISK.test(heard) ? '4' : null));
  await relay.sender.posts('disk full on db1');
  const acked = await relay.shows(/disk full/, 'acknowledged');
  expect(acked.timeline.map(({ text }) => text).join('\n')).toMatch(/acknowledged by voice reply by ana/);
  const call = await rang(relay, 'ana');
  expect(call).toMatchObject({ pressed: ['4'], errors: [], status: 'completed' });
  expect(call.heard.at(-1)).toMatch(/^(?:Acknowledged|Your answer is being handled)\. Goodbye\.$/);
  expect(call.heard[0]).toMatch(/Press 4 to acknowledge, 6 to resolve, or 9 to escalate\.$/);

  await relay.shows(/disk full/, 'acknowledged', ({ messages }) =>
    messages.some((one) => one.channel === 'voice' && one.status === 'delivered'),
  );
  expect(callsTo(relay, 'ben')).toEqual([]);
  expect(
    relay.phone('ana').all.filter(({ body }) => /Acked/.test(body)),
    'no text for a key',
  ).toEqual([]);
});

test("ana's mailbox picks up: nothing is acknowledged, and escalation goes on to ben, who resolves it", async () => {
  const relay = await calling({ levels: [{ level: 'ana', after: '1s' }, { level: 'ben' }] });
  relay.twilio.calls.answering(relay.numberOf('ana'), 'mailbox');
  relay.twilio.calls.answering(relay.numberOf('ben'), (heard) => (DISK.test(heard) ? '6' : null));
  await relay.sender.posts('disk full on db1');
  const over = await relay.shows(/disk full/, 'resolved');
  expect(over.timeline.filter(({ kind }) => kind === 'acknowledged')).toEqual([]);
  expect(over.timeline.map(({ text }) => text).join('\n')).toMatch(/resolved by voice reply by ben/);
  expect((await rang(relay, 'ana')).heard.at(-1)).toBe(
    'No key was pressed, so nothing has changed. Goodbye.',
  );
});

test('a call that reached nobody is told so in the timeline; a call in doubt is found and not made again', async () => {
  const relay = await calling();
  relay.twilio.calls.answering(relay.numberOf('ana'), 'busy');
  await relay.sender.posts('disk full on db1');
  const shown = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some((one) => one.channel === 'voice' && one.status === 'failed'),
  );
  expect(JSON.stringify(shown.messages)).toContain('busy: the line was taken');

  relay.twilio.calls.answering(relay.numberOf('ana'), 'mailbox');
  relay.twilio.failNext({ kind: 'reset', accept: true }, 'call');
  await relay.sender.posts('fan broken on web1');
  // What the call says was fetched: that proves it, long before the list is asked.
  await relay.shows(/fan broken/, 'triggered', ({ messages }) =>
    messages.some((one) => one.channel === 'voice' && one.status === 'delivered'),
  );
  expect(callsTo(relay, 'ana')).toHaveLength(2);
});

test('where Twilio can not reach Relay the page is read aloud all the same, and says how else to answer', async () => {
  const relay = await calling({ alone: true });
  relay.twilio.calls.answering(relay.numberOf('ana'), () => '4');
  await relay.sender.posts('disk full on db1');
  const call = await rang(relay, 'ana');
  expect(call.heard).toHaveLength(3);
  expect(call.heard[0]).toMatch(
    /This call takes no answer\. Answer the text or the mail about it, or run relay ack \d+\.$/,
  );
  const voice = (await relay.status()).channels.find((one) => one.channel === 'voice');
  expect(voice?.text).toBe('read aloud, no keys: they need http.publicUrl');
  await relay.shows(/disk full/, 'triggered');
});

test('relay test calls too: a key verifies the number', async () => {
  const relay = await calling();
  relay.twilio.calls.answering(relay.numberOf('ana'), (heard) =>
    heard.includes('Press 4 to verify this number') ? '4' : null,
  );
  const ended = await relay.command('test', 'ana');
  expect(ended.out).toContain(`voice ${relay.numberOf('ana')}`);
  const call = await rang(relay, 'ana');
  expect(call.pressed).toEqual(['4']);
  await until('the number is verified', async () => {
    const person = await relay.json<{ contacts: { channel: string; verifiedAtMs?: number }[] }>(
      'person',
      'show',
      'ana',
    );
    return person.contacts.find((one) => one.channel === 'voice')?.verifiedAtMs !== undefined;
  });
});
