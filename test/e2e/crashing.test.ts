/** Power cuts at the worst moments: whatever was accepted is paged, and nothing is paged twice. */
import { expect, test } from 'vitest';
import type { IncidentDetailJson } from '../../src/relay/api/wire.ts';
import { startRelay, type Relay } from './harness/relay.ts';
import { until } from './harness/until.ts';
import { isSent } from './harness/sent.ts';

const ALERTS = 200;
const SENDERS = 8;
/** A sender that isn't answered with a yes comes back, as mail servers and good clients do. */
const TRIES = 200;
/** How many alerts are accepted when the power goes; once more when all are. */
const CUT_AT = [5, 30, 65, 100, 140, 175];

/** What one sender sends, the same each time it tries. */
async function accepted(relay: Relay, index: number): Promise<boolean> {
  if (index % 2 === 0) {
    const { status } = await relay.sender.enqueues({
      event_action: 'trigger',
      dedup_key: `alert-${index}`,
      payload: { summary: `alert ${index} fails`, source: 'x', severity: 'error' },
    });
    return status === 202;
  }
  const { code } = await relay.sender.mails({
    to: `db+alert-${index}`,
    subject: `PROBLEM: alert ${index} fails`,
    messageId: `<alert-${index}@monitor.example.com>`,
    date: new Date(1_770_000_000_000 + index),
    clear: true,
  });
  return code === 250;
}

/** Every message row, once, of every incident. */
function messagesOf(details: IncidentDetailJson[]): Map<string, IncidentDetailJson['messages'][number]> {
  return new Map(details.flatMap(({ messages }) => messages.map((one) => [one.id, one])));
}

/** Kills the daemon the moment an SMS is taken; resolves then, or when `enough` has come about without one. */
async function nextSms(relay: Relay, enough: () => boolean): Promise<void> {
  let taken = false;
  const cut = (): void => {
    relay.daemon.signal('SIGKILL');
    taken = true;
  };
  relay.twilio.once('message', cut);
  await until('an SMS is taken', () => taken || enough(), { withinMs: 30_000 });
  relay.twilio.off('message', cut);
}

/** Takes up to 45 s: an SMS whose answer died with the daemon is settled 30 s after its claim (rule 6). */
test('kill -9 seven times while 200 alerts come in: each has one incident, each person one SMS about it, none repeated', async () => {
  const relay = await startRelay({ oneByOne: true, levels: [{ level: 'ana,ben', after: '60m' }] });
  let next = 0;
  let done = 0;
  let up = true;
  const isUp = (): boolean => up;
  const isDone = (count: number) => (): boolean => done >= count;
  const send = async (): Promise<void> => {
    while (next < ALERTS) {
      const index = next;
      next += 1;
      for (let tries = 0; !(await accepted(relay, index)); tries += 1) {
        if (tries >= TRIES) throw new Error(`alert ${index} is never accepted\n${relay.daemon.tail()}`);
        // Somebody who meets a closed door waits until it opens.
        await until('the daemon is up again', isUp, { seen: () => relay.daemon.tail() });
      }
      done += 1;
    }
  };
  const cuts = async (): Promise<void> => {
    for (const [index, count] of CUT_AT.entries()) {
      await until(`${count} alerts are accepted`, isDone(count), { withinMs: 30_000 });
      // Every other time the provider has just taken an SMS, and the daemon doesn't know it yet.
      if (index % 2 === 1) await nextSms(relay, isDone(count + 15));
      up = false;
      await relay.kill();
      await relay.start();
      up = true;
    }
  };
  await Promise.all([cuts(), ...Array.from({ length: SENDERS }, send)]);
  await relay.kill();
  await relay.start();

  let details: IncidentDetailJson[] = [];
  await until(
    'every message is settled',
    async () => {
      const list = await relay.incidents();
      if (list.length < ALERTS || (await relay.status()).backlog?.journal !== 0) return false;
      details = await Promise.all(list.map(({ number }) => relay.incident(number)));
      return details.every(
        ({ messages }) =>
          ['ana', 'ben'].every((person) =>
            messages.some((one) => one.person === person && one.channel === 'sms'),
          ) && messages.every(({ status }) => status !== 'claimed'),
      );
    },
    {
      withinMs: 60_000,
      seen: () =>
        JSON.stringify(
          details.find(({ messages }) => messages.some(({ status }) => status === 'claimed')),
          null,
          1,
        ),
    },
  );

  const keys = details.map(({ dedupKey }) => dedupKey).toSorted();
  expect(keys).toEqual(Array.from({ length: ALERTS }, (_, index) => `alert-${index}`).toSorted());
  // By mail the Message-ID makes a second try the same event; by HTTP it is counted, on the same incident.
  for (const { dedupKey, events } of details) {
    if (Number(dedupKey.slice('alert-'.length)) % 2 === 1) expect([dedupKey, events]).toEqual([dedupKey, 1]);
  }
  const wrong: string[] = [];
  for (const { number, messages } of details) {
    for (const person of ['ana', 'ben']) {
      const sms = messages.filter((one) => one.person === person && one.channel === 'sms');
      const good = sms.filter(({ status }) => isSent(status)).length;
      const unknown = sms.filter(({ status }) => status === 'unknown').length;
      if (good + unknown !== 1)
        wrong.push(`#${number} to ${person}: ${sms.map(({ status }) => status).join(', ')}`);
    }
  }
  expect(wrong).toEqual([]);
  const sms = [...messagesOf(details).values()].filter(({ channel }) => channel === 'sms');
  const adopted = sms.filter(({ status }) => isSent(status)).map(({ providerId }) => providerId ?? '');
  expect(new Set(adopted).size).toBe(adopted.length);
  const ledger = relay.twilio.ledger;
  expect(ledger.map(({ sid }) => sid).toSorted()).toEqual(adopted.toSorted());
  expect(new Set(ledger.map(({ to, body }) => `${to} ${body}`)).size).toBe(ledger.length);
  // A mail whose answer died with the daemon is unknown and never sent again (rule 8).
  const ids = relay.mailbox.mails.map(({ headers }) => headers.get('message-id')?.[0]);
  expect(new Set(ids).size).toBe(ids.length);
}, 150_000);
