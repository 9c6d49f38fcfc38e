/** Edits of who stands in, and the people who hear of them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ToldJson, ToldOf } from '../../../src/relay/api/oncall-wire.ts';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import type { Input } from '../../../src/relay/events/types.ts';
import { NOW_MS, standIn, type StandIn } from './stand-in.ts';

let relay: StandIn;
let client: Client;
const accepted: { id: string; input: Input }[] = [];
let refuses = false;

beforeEach(async () => {
  relay = await standIn();
  client = clientFor({ kind: 'socket', socket: relay.socket });
  accepted.length = 0;
  refuses = false;
  relay.core.accept = (inputs) => {
    if (refuses) return Promise.reject(new Error('the store is full'));
    accepted.push(...inputs.map(({ stableId = '', input }) => ({ id: stableId, input })));
    return Promise.resolve([]);
  };
});
afterEach(() => relay.close());

const set = (more: Record<string, unknown> = {}): Promise<ToldOf> =>
  client.post<ToldOf>('/v1/oncall', { person: 'ben', untilMs: NOW_MS + 3_600_000, by: 'ana', ...more });

test('who stands in and whose place it is are told, but for whoever did it', async () => {
  expect((await set()).told).toEqual(['ben']);
  expect(accepted).toMatchObject([
    { id: 'oncall-2-ben', input: { kind: 'notice', person: 'ben', subject: 'On call: a change' } },
  ]);
  const ended = await client.post<ToldJson>('/v1/oncall/unset', { person: 'ben', by: 'root' });
  expect(ended.told).toEqual(['ben', 'ana']);
  expect(accepted.map((one) => one.id)).toEqual(['oncall-2-ben', 'oncall-3-ben', 'oncall-3-ana']);
});

test('nobody is told when it is to be quiet', async () => {
  const quiet = await set({ quiet: true });
  expect(quiet.told).toBeUndefined();
  expect(accepted).toEqual([]);
});

test('an edit is made although nobody could be told, and says so', async () => {
  refuses = true;
  expect(await set()).toMatchObject({ untold: ['ben'], rosterVersion: 2 });
  expect(relay.core.roster.current().overrides).toHaveLength(1);
});
