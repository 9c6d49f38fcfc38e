/** A contact is unverified until a code that was sent there comes back. */
import { expect, test, vi } from 'vitest';
import type { Person } from '../../src/relay/oncall/types.ts';
import { startRelay, type Relay } from './harness/relay.ts';
import { until } from './harness/until.ts';

// Many commands, each a process of its own.
vi.setConfig({ testTimeout: 120_000 });

async function verified(relay: Relay): Promise<string[]> {
  const people = await relay.api.get<Person[]>('/v1/people');
  return people.flatMap(({ contacts }) =>
    contacts.filter((one) => one.verifiedAtMs !== undefined).map((one) => one.channel),
  );
}

test('the answer to a test verifies the phone, and an answer to a page the mailbox', async () => {
  const relay = await startRelay({ people: ['ana'], replyByMail: true });
  expect((await relay.command('person', 'list')).out).toMatch(
    /sms \S+ \(unverified\), email \S+ \(unverified\)/,
  );
  expect((await relay.command('oncall')).out).toMatch(/ana \(sms, email unverified\)/);
  expect((await relay.status()).notes.join()).toMatch(/unverified, paged all the same: ana sms/);

  await relay.command('test', 'ana');
  const asked = await relay.phone('ana').receives(/Reply \d+ to verify this number$/);
  await relay.phone('ana').replies(/Reply (\d+) /.exec(asked.body)?.[1] ?? '');
  await relay.phone('ana').receives(/^Thank you: this phone is verified/);
  await until('the phone is verified', async () => (await verified(relay)).includes('sms'));
  expect((await relay.status()).notes.join()).not.toMatch(/ana sms/);

  await relay.sender.posts('disk full');
  const page = await relay.mailOf('ana').receives(/disk full/);
  await relay.mailOf('ana').answers(page, 'ack');
  await until('the mailbox is verified', async () => (await verified(relay)).length === 2);
  expect((await relay.command('person', 'show', 'ana')).out).not.toMatch(/unverified/);

  const changed = await relay.command('person', 'edit', 'ana', '--phone', '+15550177');
  expect(changed.out).toMatch(/sms \+15550177 \(unverified\), email \S+@\S+\n/);
});
