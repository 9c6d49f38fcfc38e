/** What was sent to people, as the API tells it and as the commands show it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import type { Client } from '../../../src/cli/client.ts';
import type { MessageDetailJson } from '../../../src/relay/api/wire.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import { runQuick } from '../cli/run-quick.ts';
import { putMessageRows } from './message-rows.ts';
import { NOW_MS, putIncident, standIn } from './stand-in.ts';
import type { StandIn } from './stand-in.ts';

let relay: StandIn;
let client: Client;
beforeEach(async () => {
  relay = await standIn();
  client = clientFor({ kind: 'socket', socket: relay.socket });
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

const put = (person: string, incident: number, messages: Partial<MessageRow>[]): Promise<void> =>
  putMessageRows(relay.store, person, incident, messages);

const list = async (query = ''): Promise<string[]> =>
  (await client.get<MessageDetailJson[]>(`/v1/messages${query}`)).map(({ id }) => id);

const at = (beforeMs: number): Pick<MessageRow, 'claimedAtMs'> => ({ claimedAtMs: NOW_MS - beforeMs });

const undelivered: Partial<MessageRow> = {
  ...at(9_000),
  status: 'failed',
  provider: 'twilio-sms',
  error: '30003 the phone could not be reached',
  cure: 'The phone is off or has no network',
  body: '#12 CRITICAL default: disk full\nReply 47a ack',
  members: [
    { number: 12, lineage: 'i:default/key 12', counter: 1, service: 'default', summary: 'disk full' },
    { number: 13, lineage: 'i:default/key 13', counter: 1, service: 'default', summary: 'swap full' },
  ],
  log: [
    { atMs: NOW_MS - 9_000, kind: 'claimed', text: 'claimed' },
    { atMs: NOW_MS - 8_000, kind: 'ended', text: 'accepted by the provider as SM47' },
    { atMs: NOW_MS - 1_000, kind: 'receipt', text: 'not delivered: 30003 the phone could not be reached' },
  ],
};

describe('the list of messages', () => {
  test('has everybody’s, the newest first, and no more than was asked for', async () => {
    await put('ana', 12, [at(9_000), at(3_000)]);
    await put('ben', 12, [at(5_000)]);
    expect(await list()).toEqual(['ana.48', 'ben.47', 'ana.47']);
    expect(await list('?limit=2')).toEqual(['ana.48', 'ben.47']);
    expect(await list('?person=ana')).toEqual(['ana.48', 'ana.47']);
  });

  test('has those that a host sent without a quorum in their place, though their codes are far off', async () => {
    await put('ana', 12, [
      { ...at(5_000), id: 'ana.910001', code: 910_001, degraded: true },
      at(9_000),
      at(1_000),
    ]);
    expect(await list('?person=ana')).toEqual(['ana.49', 'ana.910001', 'ana.48']);
    expect(await list('?person=ana&limit=1')).toEqual(['ana.49']);
  });

  test('of one incident has those to people who were told earlier too, and of one of them', async () => {
    await putIncident(relay.store, { number: 12, assignedTo: ['ben'] }, [
      { atMs: NOW_MS, kind: 'page', text: 'telling ana', actor: 'relay', people: ['ana'] },
    ]);
    await put('ana', 12, [at(9_000)]);
    await put('ben', 12, [at(5_000)]);
    expect(await list('?incident=12')).toEqual(['ben.47', 'ana.47']);
    expect(await list('?incident=12&person=ana')).toEqual(['ana.47']);
    await expect(list('?incident=99')).rejects.toMatchObject({ exit: 4 });
  });

  test('of somebody who has left the roster is still there; of somebody who never was in it is a slip', async () => {
    await put('eve', 12, [at(9_000)]);
    expect(await list('?person=eve')).toEqual(['eve.47']);
    expect(await list()).toEqual([]);
    await expect(list('?person=anna')).rejects.toMatchObject({ exit: 4 });
  });
});

describe('one message', () => {
  test('has its text, what it told of, and its whole life', async () => {
    await put('ana', 12, [undelivered]);
    const shown = await client.get<MessageDetailJson>('/v1/messages/ana.47');
    expect(shown).toMatchObject({
      id: 'ana.47',
      purpose: 'incident',
      provider: 'twilio-sms',
      status: 'failed',
      text: '#12 CRITICAL default: disk full\nReply 47a ack',
      cure: 'The phone is off or has no network',
      incidents: [{ number: 12 }, { number: 13, service: 'default', summary: 'swap full' }],
    });
    expect(shown.life.map(({ kind }) => kind)).toEqual(['claimed', 'ended', 'receipt']);
  });

  test('that told of very many together says of how many', async () => {
    const packs = [{ from: 0, to: 400, severity: 'error' as const, count: 400, named: 2 }];
    await put('ana', 12, [{ ...undelivered, packs }]);
    const shown = await client.get<MessageDetailJson>('/v1/messages/ana.47');
    expect([shown.incidents.length, shown.toldOf]).toEqual([2, 400]);
    expect((await runQuick(relay, 'message-show', ['ana.47'])).out).toContain(
      '  and 398 more, told together',
    );
  });

  test('that is not there, and what is no message, are told apart from a fault', async () => {
    for (const id of ['ana.99', 'ana', 'ana.0', 'nobody.1']) {
      await expect(client.get(`/v1/messages/${id}`)).rejects.toMatchObject({ exit: 4 });
    }
  });
});

describe('the commands', () => {
  test('messages shows each with its life and says why one did not arrive', async () => {
    await put('ana', 12, [undelivered]);
    const { out } = await runQuick(relay, 'messages');
    expect(out).toContain('ana.47  failed  sms to +15550100  #12 disk full and 1 more\n');
    expect(out.split('\n').filter((line) => line.startsWith('    '))).toEqual([
      expect.stringMatching(/ claimed$/),
      expect.stringMatching(/ accepted by the provider as SM47$/),
      expect.stringMatching(/ not delivered: 30003 the phone could not be reached$/),
    ]);
  });

  test('messages says when there are none; a limit that is none, and an incident that is none, are refused', async () => {
    expect((await runQuick(relay, 'messages')).out).toBe('No messages.\n');
    expect(await runQuick(relay, 'messages', [], { limit: '0' })).toMatchObject({ exit: 2 });
    expect(await runQuick(relay, 'messages', [], { limit: 'all' })).toMatchObject({ exit: 2 });
    expect(await runQuick(relay, 'messages', [], { incident: 'x' })).toMatchObject({ exit: 2 });
  });

  test('message show has everything, and --json as the API has it', async () => {
    await put('ana', 12, [undelivered]);
    const { out } = await runQuick(relay, 'message-show', ['ana.47']);
    for (const part of [
      '  error     30003 the phone could not be reached\n',
      '  cure      The phone is off or has no network\n',
      '  provider  twilio-sms, SM47\n',
      '  #13  default: swap full\n',
      '  Reply 47a ack\n',
    ])
      expect(out).toContain(part);
    const { json } = await runQuick(relay, 'message-show', ['ana.47'], { json: true });
    expect(json()).toEqual(await client.get('/v1/messages/ana.47'));
    expect(await runQuick(relay, 'message-show', ['ana.4'])).toMatchObject({ exit: 4 });
  });
});
