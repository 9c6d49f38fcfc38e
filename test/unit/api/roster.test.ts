import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import type { Client } from '../../../src/cli/client.ts';
import type { Edited, OncallJson, OverviewJson, ServiceJson } from '../../../src/relay/api/wire.ts';
import type { Person, Policy } from '../../../src/relay/oncall/types.ts';
import { NOW_MS, putIncident, standIn } from './stand-in.ts';
import type { StandIn } from './stand-in.ts';

const HOUR_MS = 3_600_000;
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
const hash = (key: string | null): string =>
  createHash('sha256')
    .update(key ?? '')
    .digest('hex');

describe('people', () => {
  test('somebody new can be reached by the methods given', async () => {
    const carol = { id: 'carol', name: 'Carol', email: 'carol@example.com', phone: '+15550102' };
    const { notYetOn, ...added } = await client.post<Edited<Person>>('/v1/people', carol);
    expect(notYetOn).toEqual([]);
    expect(added).toEqual({
      id: 'carol',
      name: 'Carol',
      contacts: [
        { channel: 'sms', address: '+15550102' },
        { channel: 'email', address: 'carol@example.com' },
      ],
    });
    expect(await client.get<Person[]>('/v1/people')).toContainEqual(added);
  });

  test.each([
    ['a name that is taken', { id: 'ana', email: 'ana2@example.com' }, 5],
    ['no way to be reached', { id: 'carol' }, 2],
    ['a broken phone number', { id: 'carol', phone: '555' }, 2],
    ['no name', { email: 'carol@example.com' }, 2],
  ])('%s is refused', async (_what, body, exit) => {
    await expect(client.post('/v1/people', body)).rejects.toMatchObject({ exit });
    expect(relay.core.roster.current().version).toBe(1);
  });
});

describe('changing somebody', () => {
  test('what is given changes, the rest stays', async () => {
    const wish = { phone: '+15550105', by: 'ben' };
    const { notYetOn, ...changed } = await client.post<Edited<Person>>('/v1/people/ana', wish);
    expect(notYetOn).toEqual([]);
    expect(changed).toEqual({
      id: 'ana',
      name: 'Ana',
      contacts: [
        { channel: 'sms', address: '+15550105' },
        { channel: 'email', address: 'ana@example.com', verifiedAtMs: 1 },
      ],
    });
    expect(await client.get<Person[]>('/v1/people')).toContainEqual(changed);
  });

  test('a phone given again is on again; an empty one is taken away', async () => {
    const [ana] = relay.core.roster.current().people;
    ana?.contacts.splice(0, 1, { channel: 'sms', address: '+15550100', disabled: 'opted out by "STOP"' });
    const on = await client.post<Person>('/v1/people/ana', { phone: '+15550100' });
    expect(on.contacts[0]).toEqual({ channel: 'sms', address: '+15550100' });
    const mailOnly = await client.post<Person>('/v1/people/ana', { phone: '', name: 'Ana Lopez' });
    expect(mailOnly).toEqual({
      notYetOn: [],
      id: 'ana',
      name: 'Ana Lopez',
      contacts: [{ channel: 'email', address: 'ana@example.com', verifiedAtMs: 1 }],
    });
  });

  test.each([
    ['somebody unknown', 'zoe', { name: 'Zoe' }, 4, /no person zoe/],
    ['a phone of somebody else', 'ben', { phone: '+15550100' }, 5, /belongs to ana/],
    ['taking away the only way', 'ben', { email: '' }, 2, /no way left to reach ben/],
    ['nothing to change', 'ben', {}, 2, /Nothing is to be changed/],
    ['another id', 'ben', { id: 'bob' }, 2, /id: not known here/],
    ['a phone that is a number', 'ben', { phone: 15550100 }, 2, /phone: must be text/],
    ['a name in two lines', 'ben', { name: 'B\nen' }, 2, /control characters/],
  ])('%s is refused', async (_what, id, body, exit, message) => {
    await expect(client.post(`/v1/people/${id}`, body)).rejects.toMatchObject({
      exit,
      message: expect.stringMatching(message),
    });
    expect(relay.core.roster.current().version).toBe(1);
  });
});

describe('services', () => {
  test('a new one shows its key once, and only the hash is kept', async () => {
    const service = await client.post<ServiceJson>('/v1/services', { id: 'db', policy: 'default' });
    expect(service).toMatchObject({ name: 'db', email: 'db@alerts.example' });
    expect(service.routingKey).toMatch(/^[0-9a-f]{32}$/);
    expect(service.url).toContain(service.routingKey);
    const kept = relay.core.roster.current().services.find((one) => one.id === 'db');
    expect(kept?.keyHashes).toEqual([hash(service.routingKey)]);
    const list = await client.get<(ServiceJson & { policy: string })[]>('/v1/services');
    expect(list[1]).toEqual({
      name: 'db',
      policy: 'default',
      email: 'db@alerts.example',
      emailWithKey: null,
      routingKey: null,
      url: null,
    });
  });

  test('another key leaves the one before valid until the next', async () => {
    const first = await client.post<ServiceJson>('/v1/services', { id: 'db' });
    const second = await client.post<ServiceJson>('/v1/services/db/key', {});
    const third = await client.post<ServiceJson>('/v1/services/db/key', {});
    expect(new Set([first.routingKey, second.routingKey, third.routingKey]).size).toBe(3);
    const kept = relay.core.roster.current().services.find((one) => one.id === 'db');
    expect(kept?.keyHashes).toEqual([hash(third.routingKey), hash(second.routingKey)]);
  });

  test.each([
    ['a name that is taken', '/v1/services', { id: 'default' }, 5],
    ['a name that is a subcommand', '/v1/services', { id: 'list' }, 2],
    ['a policy that is not there', '/v1/services', { id: 'db', policy: 'ops' }, 4],
    ['a key for no service', '/v1/services/db/key', {}, 4],
  ])('%s is refused', async (_what, path, body, exit) => {
    await expect(client.post(path, body)).rejects.toMatchObject({ exit });
    expect(relay.core.roster.current().version).toBe(1);
  });
});

describe('policies', () => {
  const levels = [
    { people: ['ana', 'ben'], afterMs: 2_000 },
    { people: ['ben'], afterMs: 300_000 },
  ];

  test('a new one keeps its levels in order', async () => {
    const made = await client.post<Edited<Policy>>('/v1/policies', { id: 'ops', levels, repeat: 1 });
    const policy = { id: 'ops', levels, repeat: 1 };
    expect(made).toMatchObject({ ...policy, notYetOn: [], oncall: [] });
    expect(await client.get<Policy[]>('/v1/policies')).toContainEqual(policy);
  });

  test.each([
    ['no levels', { id: 'ops', levels: [] }, 2, 'levels: must be a list with at least one entry'],
    ['a level of text', { id: 'ops', levels: ['ana'] }, 2, 'levels[0].must be an object'],
    ['people of text', { id: 'ops', levels: [{ people: 'ana' }] }, 2, 'levels[0].people: must be a list'],
    [
      'no time',
      { id: 'ops', levels: [{ people: ['ana'], afterMs: 0 }] },
      2,
      'levels[0].afterMs: must be a whole number',
    ],
    ['somebody unknown', { id: 'ops', levels: [{ people: ['zoe'] }] }, 4, 'There is no person zoe'],
    ['a name that is taken', { id: 'default', levels }, 5, 'default'],
  ])('%s is refused', async (_what, body, exit, message) => {
    await expect(client.post('/v1/policies', body)).rejects.toMatchObject({
      exit,
      message: expect.stringContaining(message),
    });
    expect(relay.core.roster.current().version).toBe(1);
  });
});

describe('on call', () => {
  const set = (body: object) =>
    client.post<{ text: string; policies: string[] }>('/v1/oncall', {
      zone: 'Europe/Berlin',
      by: 'ana',
      ...body,
    });

  test('every service shows who is told at each level', async () => {
    const [service] = await client.get<OncallJson[]>('/v1/oncall');
    expect(service).toMatchObject({ service: 'default', policy: 'default', next: null });
    expect(service?.levels.map((level) => level.people.map((one) => one.person))).toEqual([['ana'], ['ben']]);
  });

  test('somebody put on call is shown until then, and who is next', async () => {
    const untilMs = NOW_MS + 15.5 * HOUR_MS;
    expect(await set({ person: 'ben', untilMs })).toMatchObject({
      text: 'Ben until Sat 18:44 CET on every policy, level 1',
      policies: ['default'],
    });
    const [service] = await client.get<OncallJson[]>('/v1/oncall?zone=Europe/Berlin');
    const until = new Date(untilMs).toISOString();
    expect(service?.levels[0]?.people).toEqual([
      { person: 'ben', until, because: expect.stringContaining('override by ana until Sat 18:44 CET') },
    ]);
    expect(service?.next).toEqual({ at: until, text: expect.stringContaining('ana at level 1') });
    const [later] = await client.get<OncallJson[]>(`/v1/oncall?at=${until}`);
    expect(later?.levels[0]?.people[0]?.person).toBe('ana');
  });

  test('the echo says where and from when', async () => {
    await client.post('/v1/policies', { id: 'ops', levels: [{ people: ['ana'] }] });
    await client.post('/v1/services', { id: 'db', policy: 'ops' });
    const fromMs = NOW_MS + HOUR_MS;
    expect((await set({ person: 'ana', service: 'db', fromMs, untilMs: fromMs + HOUR_MS })).text).toBe(
      'Ana from Sat 04:14 CET until Sat 05:14 CET on policy ops, level 1',
    );
    // Only one of the two has a second level: "every policy" would promise too much.
    expect((await set({ person: 'ana', level: 2 })).text).toBe(
      'Ana until set anew on policy default, level 2',
    );
    expect((await set({ person: 'ana' })).text).toBe('Ana until set anew on every policy, level 1');
  });

  test.each([
    ['somebody unknown', { person: 'zoe' }, 4],
    ['an unknown service', { person: 'ana', service: 'db' }, 4],
    ['a level that no policy has', { person: 'ana', level: 9 }, 4],
    ['a level 0', { person: 'ana', level: 0 }, 2],
    ['an end before the beginning', { person: 'ana', fromMs: NOW_MS + 2, untilMs: NOW_MS + 1 }, 2],
    ['an end that is over', { person: 'ana', untilMs: NOW_MS - 1 }, 2],
    ['half a millisecond', { person: 'ana', untilMs: NOW_MS + 0.5 }, 2],
    ['no zone', { person: 'ana', zone: 'Mars/Olympus' }, 2],
  ])('%s is refused', async (_what, body, exit) => {
    await expect(set(body)).rejects.toMatchObject({ exit });
    expect(relay.core.roster.current().overrides).toEqual([]);
  });

  test.each(['/v1/oncall?at=teatime', '/v1/oncall?zone=Mars'])('%s is refused', async (path) => {
    await expect(client.get(path)).rejects.toMatchObject({ exit: 2 });
  });
});

describe('testing a person', () => {
  test('is journalled, and says what to expect on which channel', async () => {
    relay.core.roster.current().people[0]?.contacts.push({ channel: 'voice', address: '+15550100' });
    const testing = await client.post('/v1/people/ana/test', { as: 'ben' });
    expect(testing).toEqual({
      journal: relay.accepted[0]?.id,
      expect: [
        { channel: 'sms', to: '+15550100' },
        { channel: 'email', to: 'ana@example.com' },
      ],
      skipped: [{ channel: 'voice', to: '+15550100', why: 'not configured' }],
    });
    expect(relay.accepted[0]?.input).toEqual({ kind: 'test', person: 'ana', actor: 'ben' });
  });

  test('somebody unknown is not found', async () => {
    await expect(client.post('/v1/people/zoe/test', {})).rejects.toMatchObject({ exit: 4 });
  });

  test("who opted out of the only method can't be paged, and why is told", async () => {
    const [, ben] = relay.core.roster.current().people;
    ben?.contacts.splice(0, 1, {
      channel: 'email',
      address: 'ben@example.com',
      disabled: 'opted out by "STOP"',
    });
    await expect(client.post('/v1/people/ben/test', {})).rejects.toMatchObject({
      exit: 1,
      message: expect.stringContaining('opted out by "STOP"'),
    });
    expect(relay.accepted).toEqual([]);
  });
});

test('the overview has open incidents, who is on call, and the status', async () => {
  for (let number = 1; number <= 60; number += 1) await putIncident(relay.store, { number });
  const overview = await client.get<OverviewJson>('/v1/overview');
  expect(overview.incidents.map((one) => one.number)).toEqual(
    Array.from({ length: 50 }, (_, index) => 60 - index),
  );
  expect(overview.oncall[0]?.levels[0]?.people[0]?.person).toBe('ana');
  expect(overview.status.host).toBe('pager-1');
});
