/** Many alerts from monitors that try again until they are accepted, and what must have become of them. */
import { expect } from 'vitest';
import type { IncidentDetailJson } from '../../../src/relay/api/wire.ts';
import type { Relay } from './relay.ts';
import { until } from './until.ts';
import { isSent } from './sent.ts';

/** A sender that isn't answered with a yes comes back, as mail servers and good clients do. */
const TRIES = 500;
const SETTLED_WITHIN_MS = 60_000;

export interface Storm {
  /** How many are accepted. */
  readonly accepted: number;
  /** Nothing new is sent any more; resolves when what was begun is accepted. */
  end(): Promise<void>;
}

/** `isUp`: whether the doors are open; whoever meets a closed one waits for that. */
export function storm(relay: Relay, isUp: () => boolean, senders: number = 4): Storm {
  let next = 0;
  let accepted = 0;
  let ended = false;
  const isOver = (): boolean => ended;
  const send = async (): Promise<void> => {
    while (!isOver()) {
      const index = next;
      next += 1;
      for (let tries = 0; !(await isTaken(relay, index)); tries += 1) {
        if (tries >= TRIES) throw new Error(`alert ${index} is never accepted\n${relay.daemon.tail()}`);
        await until('the daemon is up', isUp, { withinMs: 60_000, seen: () => relay.daemon.tail() });
      }
      accepted += 1;
    }
  };
  const sending = Promise.all(Array.from({ length: senders }, send));
  return {
    get accepted() {
      return accepted;
    },
    end: async () => {
      ended = true;
      await sending;
    },
  };
}

async function isTaken(relay: Relay, index: number): Promise<boolean> {
  if (index % 2 === 0) {
    const { status } = await relay.sender.enqueues({
      event_action: 'trigger',
      dedup_key: `storm-${index}`,
      payload: { summary: `storm ${index} blows`, source: 'x', severity: 'error' },
    });
    return status === 202;
  }
  const { code } = await relay.sender.mails({
    to: `db+storm-${index}`,
    subject: `PROBLEM: storm ${index} blows`,
    messageId: `<storm-${index}@monitor.example.com>`,
    date: new Date(1_770_000_000_000 + index),
    clear: true,
  });
  return code === 250;
}

/** Each accepted alert has one incident, each incident one SMS to each of these, and the phone network knows no other. */
export async function eachPagedOnce(relay: Relay, alerts: number, people: string[]): Promise<void> {
  let details: IncidentDetailJson[] = [];
  await until(
    'every message is settled',
    async () => {
      const list = await relay.incidents();
      const storms = list.filter(({ dedupKey }) => dedupKey.startsWith('storm-'));
      if (storms.length < alerts || (await relay.status()).backlog?.journal !== 0) return false;
      details = await Promise.all(list.map(({ number }) => relay.incident(number)));
      return details.every(
        ({ messages }) =>
          people.every((person) => messages.some((one) => one.person === person && one.channel === 'sms')) &&
          messages.every(({ status }) => status !== 'claimed'),
      );
    },
    { withinMs: SETTLED_WITHIN_MS, seen: () => relay.daemon.tail() },
  );
  const storms = details.filter(({ dedupKey }) => dedupKey.startsWith('storm-'));
  expect(storms.map(({ dedupKey }) => dedupKey).toSorted()).toEqual(
    Array.from({ length: alerts }, (_, index) => `storm-${index}`).toSorted(),
  );
  expect(new Set(details.map(({ number }) => number)).size).toBe(details.length);
  const wrong = storms.flatMap(({ number, messages }) =>
    people.flatMap((person) => {
      const sms = messages.filter((one) => one.person === person && one.channel === 'sms');
      const counted = sms.filter(({ status }) => isSent(status) || status === 'unknown');
      return counted.length === 1
        ? []
        : [`#${number} to ${person}: ${sms.map(({ status }) => status).join(', ')}`];
    }),
  );
  expect(wrong).toEqual([]);
  const messages = new Map(details.flatMap((one) => one.messages.map((message) => [message.id, message])));
  const adopted = [...messages.values()].flatMap(({ channel, providerId }) =>
    channel === 'sms' && providerId !== null ? [providerId] : [],
  );
  expect(new Set(adopted).size).toBe(adopted.length);
  const pages = relay.twilio.ledger.filter(({ body }) => !/^(Acked|Resolved|Nothing)/u.test(body));
  expect(pages.map(({ sid }) => sid).toSorted()).toEqual(adopted.toSorted());
  expect(new Set(pages.map(({ to, body }) => `${to} ${body}`)).size).toBe(pages.length);
  const mails = relay.mailbox.mails.map(({ headers }) => headers.get('message-id')?.[0]);
  expect(new Set(mails).size).toBe(mails.length);
}
