import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import type { Client } from '../../../src/cli/client.ts';
import type { IncidentDetailJson, IncidentJson } from '../../../src/relay/api/wire.ts';
import { lineageKey } from '../../../src/relay/incidents/rows.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
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

/** A message as a responder's commit leaves it. */
const putMessages = (person: string, incident: number, messages: Partial<MessageRow>[]): Promise<void> =>
  putMessageRows(relay.store, person, incident, messages);

describe('the list of incidents', () => {
  test('shows the open ones, newest first', async () => {
    await putIncident(relay.store, { number: 1 });
    await putIncident(relay.store, { number: 2, status: 'resolved' });
    const third = await putIncident(relay.store, { number: 3, status: 'acknowledged' });
    const open = await client.get<IncidentJson[]>('/v1/incidents');
    expect(open.map((one) => one.number)).toEqual([3, 1]);
    expect(open[0]).toEqual(third);
    const all = await client.get<IncidentJson[]>('/v1/incidents?all=1');
    expect(all.map((one) => one.number)).toEqual([3, 2, 1]);
  });

  test('is an empty list when all is quiet', async () => {
    expect(await client.get('/v1/incidents')).toEqual([]);
    expect(await client.get('/v1/incidents?all=1')).toEqual([]);
  });

  test.each([500, 1_203])('is whole with %i incidents, over the pages of the store', async (count) => {
    for (let number = 1; number <= count; number += 1) await putIncident(relay.store, { number });
    const open = await client.get<IncidentJson[]>('/v1/incidents');
    expect(open.map((one) => one.number)).toEqual(Array.from({ length: count }, (_, index) => count - index));
  });

  test('a store out of reach is an error before the first byte', async () => {
    await relay.store.close();
    await expect(client.get('/v1/incidents')).rejects.toMatchObject({ exit: 1 });
  });
});

describe('one incident', () => {
  test('is found by the number that a host gave it without a quorum, with that host’s messages marked', async () => {
    const incident = await putIncident(relay.store, { number: 7 });
    const lineage = lineageKey(incident.service, incident.dedupKey);
    const { op } = await relay.store.load(lineage);
    const notes = [{ number: 910_001, seq: 1, incident: 7 }];
    await relay.store.commit({
      key: lineage,
      expect: op,
      op: '20000000-0000-4000-8000-000000000000',
      state: { domain: { incident: { number: 7 }, notes } },
      rows: [],
      incidents: [],
    });
    await relay.store.nameIncident(910_001, lineage);
    await putMessages('ana', 7, [{ degraded: true }, {}]);
    const shown = await client.get<IncidentDetailJson>('/v1/incidents/910001');
    expect(shown.number).toBe(7);
    expect(shown.messages.map((one) => one.degraded)).toEqual([true, undefined]);
    await expect(client.get('/v1/incidents/910002')).rejects.toThrow('There is no incident 910002.');
    const acked = await client.post<{ text: string }>('/v1/incidents/910001/ack', { as: 'ana' });
    expect(acked.text).toBe('#7 acknowledged by ana');
  });

  test('shows decisions and messages in the order they happened', async () => {
    const incident = await putIncident(relay.store, { number: 7 }, [
      { atMs: NOW_MS - 3_000, kind: 'opened', text: 'mail: disk full', actor: 'relay' },
      {
        atMs: NOW_MS - 3_000,
        kind: 'page',
        text: 'level 1: ana (policy default)',
        actor: 'relay',
        people: ['ana'],
      },
      { atMs: NOW_MS - 500, kind: 'event', text: 'triggered again', actor: 'relay', count: 4 },
    ]);
    await putMessages('ana', 7, [
      {
        log: [
          { atMs: NOW_MS - 3_000, kind: 'claimed', text: 'claimed' },
          { atMs: NOW_MS - 2_000, kind: 'claimed', text: 'accepted by the provider' },
        ],
      },
      {
        channel: 'email',
        to: 'ana@example.com',
        status: 'failed',
        providerId: null,
        error: '550 no such user',
      },
    ]);
    const shown = await client.get<IncidentDetailJson>('/v1/incidents/7');
    expect(shown).toMatchObject(incident);
    expect(shown.timeline.map((line) => `${line.kind}: ${line.text}`)).toEqual([
      'opened: mail: disk full',
      'page: level 1: ana (policy default)',
      'message: sms to ana, code 47: claimed',
      'message: sms to ana, code 47: accepted by the provider',
      'event: triggered again (4 times)',
    ]);
    expect(shown.timeline[0]).toEqual({
      at: '2026-11-21T02:13:57.000Z',
      kind: 'opened',
      text: 'mail: disk full',
      actor: 'relay',
    });
    expect(shown.messages).toEqual([
      expect.objectContaining({
        id: 'ana.47',
        person: 'ana',
        channel: 'sms',
        status: 'accepted',
        providerId: 'SM47',
      }),
      expect.objectContaining({
        id: 'ana.48',
        channel: 'email',
        status: 'failed',
        providerId: null,
        error: '550 no such user',
      }),
    ]);
  });

  test('shows one moment: what changes while it is read is shown whole or not at all', async () => {
    await putIncident(relay.store, { number: 12 }, [
      { atMs: NOW_MS - 2_000, kind: 'opened', text: 'opened by mail', actor: 'mail' },
    ]);
    const rows = relay.store.rows.bind(relay.store);
    let read = 0;
    relay.store.rows = async (...asked) => {
      read += 1;
      if (read === 1) {
        await putIncident(relay.store, { number: 12, status: 'acknowledged' }, [
          { atMs: NOW_MS - 1_000, kind: 'acknowledged', text: 'acknowledged by ana', actor: 'ana' },
        ]);
      }
      return rows(...asked);
    };
    const shown = await client.get<IncidentDetailJson>('/v1/incidents/12');
    const acknowledged = shown.timeline.some((line) => line.kind === 'acknowledged');
    expect([shown.status, acknowledged]).toEqual(['acknowledged', true]);
  });

  test('is shown also while it changes all the time', async () => {
    await putIncident(relay.store, { number: 12 });
    const rows = relay.store.rows.bind(relay.store);
    let events = 1;
    relay.store.rows = async (...asked) => {
      const found = await rows(...asked);
      events += 1;
      const entry = await relay.store.incidents({ limit: 1 });
      const body = { ...(entry[0]?.body as IncidentJson), events };
      relay.store.disk.incidents.set(12, {
        number: 12,
        lineage: entry[0]?.lineage ?? '',
        open: true,
        bodyJson: JSON.stringify(body),
      });
      return found;
    };
    expect((await client.get<IncidentDetailJson>('/v1/incidents/12')).number).toBe(12);
  });

  test('names the messages of people told earlier, also when somebody else is assigned now', async () => {
    await putIncident(relay.store, { number: 7, assignedTo: ['carol'] }, [
      { atMs: NOW_MS, kind: 'page', text: 'level 1: ana, ben', actor: 'relay', people: ['ana', 'ben'] },
    ]);
    await putMessages('ana', 7, [{}]);
    await putMessages('carol', 7, [{ person: 'carol', id: 'carol.47' }]);
    const shown = await client.get<IncidentDetailJson>('/v1/incidents/7');
    expect(shown.messages.map((one) => one.id)).toEqual(['ana.47', 'carol.47']);
  });

  test('shows a long timeline whole, and only its own among those of its lineage', async () => {
    const lines = Array.from({ length: 1_100 }, (_, index) => ({
      atMs: NOW_MS + index,
      kind: 'event',
      text: `event ${index}`,
      actor: 'relay',
    }));
    await putIncident(relay.store, { number: 7, dedupKey: 'same' }, lines);
    await putIncident(relay.store, { number: 70, dedupKey: 'same' }, [
      { atMs: NOW_MS, kind: 'opened', text: 'another', actor: 'relay' },
    ]);
    const shown = await client.get<IncidentDetailJson>('/v1/incidents/7');
    expect(shown.timeline.map((line) => line.text)).toEqual(lines.map((line) => line.text));
  });

  test.each([
    ['8', 4],
    ['0', 2],
    ['seven', 2],
    ['-1', 2],
    ['1e3', 2],
    ['9999999999999999', 2],
  ])('number %s ends with exit code %i', async (number, exit) => {
    await putIncident(relay.store, { number: 7 });
    await expect(client.get(`/v1/incidents/${number}`)).rejects.toMatchObject({ exit });
  });
});

describe('acknowledging and resolving', () => {
  const act = (number: number, action: string, as = 'ana') =>
    client.post<{ incident: IncidentJson; text: string }>(`/v1/incidents/${number}/${action}`, { as });

  test('an open incident is acknowledged by whoever says so, through the journal', async () => {
    const { dedupKey } = await putIncident(relay.store, { number: 7 });
    const { incident, text } = await act(7, 'ack');
    expect(text).toBe('#7 acknowledged by ana');
    expect(incident.status).toBe('acknowledged');
    expect(relay.accepted.map((row) => row.input)).toEqual([
      { kind: 'command', action: 'ack', number: 7, lineage: `i:default/${dedupKey}`, actor: 'ana' },
    ]);
  });

  test('an acknowledged one can be resolved', async () => {
    await putIncident(relay.store, { number: 7, status: 'acknowledged' });
    expect(await act(7, 'resolve', 'ben')).toMatchObject({
      text: '#7 resolved by ben',
      incident: { status: 'resolved' },
    });
  });

  test.each([
    ['ack', 'resolved'],
    ['resolve', 'resolved'],
    ['ack', 'acknowledged'],
  ] as const)('%s of what is %s says so and changes nothing', async (action, before) => {
    const incident = await putIncident(relay.store, { number: 7, status: before });
    expect(await act(7, action)).toEqual({ incident, text: `#7 is already ${before}` });
    expect(relay.accepted).toEqual([]);
  });

  test('an unknown number is not found', async () => {
    await expect(act(99, 'ack')).rejects.toMatchObject({ exit: 4, message: 'There is no incident 99.' });
  });

  test('a name with line breaks is refused: it would forge lines in the timeline', async () => {
    await putIncident(relay.store, { number: 7 });
    await expect(act(7, 'ack', 'ana\nresolved by ben')).rejects.toMatchObject({ exit: 2 });
    expect(relay.accepted).toEqual([]);
  });
});

test('while the engine stands still, the answer says that the ack is recorded and what the incident still is', async () => {
  const still = await standIn({ engine: false });
  await putIncident(still.store, { number: 7 });
  const answer = await clientFor({ kind: 'socket', socket: still.socket }).post('/v1/incidents/7/ack', {
    as: 'ana',
  });
  expect(answer).toMatchObject({
    text: '#7: ack is recorded and will be carried out; it is still triggered',
    incident: { status: 'triggered' },
  });
  expect(still.accepted).toHaveLength(1);
  await still.close();
});
