/** Real mails that come back to a page: an answer as Gmail sends it, a notice of absence, a bounce. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ReceivedMail } from '../../src/standins/mailbox.ts';
import { headerOf } from './harness/people.ts';
import { startRelay, type Relay } from './harness/relay.ts';
import { sendRaw } from './harness/sender.ts';
import { until } from './harness/until.ts';

const fixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/${path}.eml`, import.meta.url), 'latin1');

/** Where the page is answered, and where reports on it go. */
const addressOf = (mail: ReceivedMail): string => /ack\+[^>\s]+/.exec(headerOf(mail, 'reply-to'))?.[0] ?? '';

/** The fixture, sent to that page's address. */
const comes = (relay: Relay, path: string, page: ReceivedMail, from = 'ana@example.com') =>
  sendRaw(relay.smtp, { from, to: addressOf(page), raw: fixture(path) });

test('a reply as Gmail sends it acks; an out-of-office before it did not', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const page = await relay.mailOf('ana').receives(/disk full/);
  expect(page.envelope.from, 'reports come back to the same address').toBe(addressOf(page));

  expect((await comes(relay, 'reply/vacation', page)).code).toBe(250);
  expect((await comes(relay, 'bounce/out-of-office-null-path', page, '')).code).toBe(250);
  await relay.daemon.logs(/an automatic mail is not an answer/);
  expect((await relay.shows(/disk full/, 'triggered')).status).toBe('triggered');

  expect((await comes(relay, 'reply/gmail-german', page)).code).toBe(250);
  const acked = await relay.shows(/disk full/, 'acknowledged');
  expect(acked.timeline.map(({ text }) => text).join('\n')).toMatch(/acknowledged by email reply by ana/);
});

test('a bounce marks the message failed with the server’s words, and the address as a problem', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  const page = await relay.mailOf('ana').receives(/disk full/);
  expect((await comes(relay, 'bounce/postfix-unknown-user', page, '')).code).toBe(250);
  const shown = await relay.shows(/disk full/, 'triggered', ({ messages }) =>
    messages.some(({ channel, status }) => channel === 'email' && status === 'failed'),
  );
  const message = shown.messages.find(({ channel }) => channel === 'email');
  expect(message?.error).toContain('550 5.1.1');
  const problem = await until('relay status tells of it', async () =>
    (await relay.status()).problems.find(({ id }) => id.startsWith('bounce-')),
  );
  expect(problem.cure).toContain('relay person edit ana --email');
  expect(shown.timeline.filter(({ kind }) => kind === 'acknowledged')).toEqual([]);
});

test('with mail.requireDmarc a reply that proves nothing acts on nothing, and is answered so', async () => {
  const relay = await startRelay({
    config: (yaml) => yaml.replace(/^( +)replyWorks: true/m, '$1replyWorks: true\n$1requireDmarc: true'),
  });
  await relay.sender.posts('disk full on db1');
  const page = await relay.mailOf('ana').receives(/disk full/);
  expect((await comes(relay, 'reply/gmail-ack', page)).code).toBe(250);
  const answer = await relay.mailOf('ana').receives(/nothing was changed/);
  expect(answer.text).toContain('not proven that you wrote the reply');
  expect((await relay.shows(/disk full/, 'triggered')).status).toBe('triggered');

  // As the configuration says now, the next reply counts.
  await relay.reconfigure((yaml) => yaml.replace('requireDmarc: true', 'requireDmarc: false'));
  expect((await comes(relay, 'reply/gmail-german', page)).code).toBe(250);
  await relay.shows(/disk full/, 'acknowledged');
});
