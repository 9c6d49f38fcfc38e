/** A roster file, and contacts that are verified while it is edited. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import type { RosterAppliedJson, RosterTextJson } from '../../../src/relay/api/roster-wire.ts';
import { verifyContact } from '../../../src/relay/oncall/verified.ts';
import { standIn, type StandIn } from './stand-in.ts';

const BEN = { person: 'ben', channel: 'email', address: 'ben@example.com' } as const;

let relay: StandIn;
let client: Client;
beforeEach(async () => {
  relay = await standIn();
  client = clientFor({ kind: 'socket', socket: relay.socket });
  delete relay.core.roster.current().people[1]?.contacts[0]?.verifiedAtMs;
});
afterEach(() => relay.close());

const benIsVerified = (): boolean =>
  relay.core.roster.current().people[1]?.contacts[0]?.verifiedAtMs !== undefined;

/** The exported text with another name for Ana. */
async function renamed(name: string): Promise<string> {
  const { text } = await client.get<RosterTextJson>('/v1/roster/file');
  return text.replace(/name: Ana\b/, `name: ${name}`);
}

test('a file is not stale because a contact was verified since, and leaves it verified', async () => {
  const wish = await renamed('Ana Lopez');
  await relay.core.roster.edit('relay', (base) => verifyContact(base, { ...BEN, atMs: 5 }));
  expect(relay.core.roster.current().version).toBe(2);
  const done = await client.post<RosterAppliedJson>('/v1/roster/apply', { text: wish });
  expect(done.version).toBe(3);
  expect(relay.core.roster.current().people[0]?.name).toBe('Ana Lopez');
  expect(benIsVerified()).toBe(true);
});

test('it is stale as before when anything else has changed too', async () => {
  const wish = await renamed('Ana Lopez');
  await relay.core.roster.edit('relay', (base) => verifyContact(base, { ...BEN, atMs: 5 }));
  await client.post('/v1/people/ben', { name: 'Ben Ruiz' });
  await expect(client.post('/v1/roster/apply', { text: wish })).rejects.toMatchObject({ exit: 5 });
});

test('going back to a former version leaves verified what is so now', async () => {
  await client.post('/v1/people/ana', { name: 'Ana Lopez' });
  await relay.core.roster.edit('relay', (base) => verifyContact(base, { ...BEN, atMs: 5 }));
  await client.post('/v1/roster/rollback', { version: 1 });
  expect(relay.core.roster.current().people[0]?.name).toBe('Ana');
  expect(benIsVerified()).toBe(true);
});
