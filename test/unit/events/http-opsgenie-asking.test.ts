/** What Opsgenie's API shows of alerts: one, a request, a list. */
import { afterEach, describe, expect, test } from 'vitest';
import type { IncidentJson } from '../../../src/relay/api/wire.ts';
import type { AlertsPort } from '../../../src/relay/events/http.ts';
import { callOf } from '../../../src/relay/events/http/opsgenie/call.ts';
import { alertIdOf, keyInId, requestIdOf } from '../../../src/relay/events/http/opsgenie/ids.ts';
import { lineageKey } from '../../../src/relay/incidents/rows.ts';
import { closeServers, noAlerts, server, type TestHttp } from './http-server.ts';
import { DB_KEY, KEY, roster } from './stand-ins.ts';
import { fc } from './property.ts';

afterEach(closeServers);

const incident = (number: number, more: Partial<IncidentJson> = {}): IncidentJson => ({
  number,
  service: 'db',
  dedupKey: `k${number}`,
  status: 'triggered',
  severity: 'error',
  summary: `disk ${number} full`,
  openedAt: '2026-01-31T17:04:05.678Z',
  events: 2,
  assignedTo: ['ana'],
  ...more,
});

/** A daemon that has these, the newest first. */
function having(incidents: readonly IncidentJson[], more: Partial<AlertsPort> = {}): AlertsPort {
  const newest = incidents.toSorted((a, b) => b.number - a.number);
  return {
    ...noAlerts,
    store: () => ({
      load: async (key) => {
        const last = newest.find(({ service, dedupKey }) => lineageKey(service, dedupKey) === key);
        const stamp = { host: 'a', seq: 1, atMs: Date.UTC(2026, 0, 31, 18), trusted: true };
        const domain = { incident: { number: last?.number, details: 'only 1 GB', openedBy: stamp } };
        return { key, op: null, state: last === undefined ? null : { domain } };
      },
      incidents: async ({ open, before = Infinity, limit }) =>
        newest
          .filter((one) => one.number < before && (open !== true || one.status !== 'resolved'))
          .slice(0, limit)
          .map((body) => ({
            number: body.number,
            lineage: lineageKey(body.service, body.dedupKey),
            open: body.status !== 'resolved',
            body,
          })),
    }),
    ...more,
  };
}

async function get(
  { url }: Pick<TestHttp, 'url'>,
  path: string,
  key = DB_KEY,
): Promise<{ code: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}/v2/alerts${path}`, { headers: { authorization: `GenieKey ${key}` } });
  return { code: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('an alert by alias, by id and by number', async () => {
  const relay = await server({ alerts: having([incident(7), incident(9, { dedupKey: 'other' })]) });
  const shown = await get(relay, '/k7?identifierType=alias');
  expect(shown).toMatchObject({
    code: 200,
    body: {
      data: {
        tinyId: '7',
        alias: 'k7',
        message: 'disk 7 full',
        status: 'open',
        acknowledged: false,
        count: 2,
        priority: 'P2',
        owner: 'ana',
        createdAt: '2026-01-31T17:04:05.678Z',
        lastOccurredAt: '2026-01-31T18:00:00.000Z',
        description: 'only 1 GB',
      },
    },
  });
  const { id } = shown.body['data'] as { id: string };
  expect((await get(relay, `/${id}?identifierType=id`)).body['data']).toMatchObject({ tinyId: '7' });
  expect((await get(relay, '/7?identifierType=tiny')).body['data']).toMatchObject({ alias: 'k7' });
});

test('only alerts of the key’s own service are shown', async () => {
  const relay = await server({ alerts: having([incident(7)]) });
  expect((await get(relay, '/k7?identifierType=alias', KEY)).code).toBe(404);
  expect((await get(relay, '/7?identifierType=tiny', KEY)).code).toBe(404);
  expect((await get(relay, '', KEY)).body['data']).toEqual([]);
});

test('closed, acknowledged and snoozed ones say so', async () => {
  const relay = await server({
    alerts: having([
      incident(1, { status: 'resolved' }),
      incident(2, { status: 'acknowledged', snoozedUntil: '2026-02-01T00:00:00.000Z' }),
    ]),
  });
  expect((await get(relay, '/k1?identifierType=alias')).body['data']).toMatchObject({ status: 'closed' });
  expect((await get(relay, '/k2?identifierType=alias')).body['data']).toMatchObject({
    status: 'open',
    acknowledged: true,
    snoozed: true,
    snoozedUntil: '2026-02-01T00:00:00.000Z',
  });
});

test('a request is done as soon as it is taken; whoever asks then waits for what it did', async () => {
  const incidents: IncidentJson[] = [];
  const waited: string[] = [];
  const alerts = having(incidents);
  const relay = await server({
    alerts: {
      ...alerts,
      // It comes into being while somebody waits for it.
      store: () => having(incidents).store(),
      whenDone: async (row) => {
        waited.push(row);
        incidents.push(incident(3, { dedupKey: 'k3' }));
        return true;
      },
    },
  });
  const made = await fetch(`${relay.url}/v2/alerts`, {
    method: 'POST',
    headers: { authorization: `GenieKey ${DB_KEY}` },
    body: JSON.stringify({ message: 'disk 3 full', alias: 'k3' }),
  });
  const { requestId } = (await made.json()) as { requestId: string };
  const status = await get(relay, `/requests/${requestId}`);
  expect(status).toMatchObject({
    code: 200,
    body: {
      data: {
        success: true,
        isSuccess: true,
        alias: 'k3',
        alertId: alertIdOf('k3'),
        status: 'Processed: alert #3 is open',
      },
    },
  });
  expect((await get(relay, `/${alertIdOf('k3')}`)).code).toBe(200);
  expect(waited).toEqual(['j:1']);
});

test('of a request taken by another host too it is said that it succeeded', async () => {
  const relay = await server();
  const requestId = requestIdOf('far away', '0d2f6d3e-3dbf-4fa4-9c26-f4f71023e120');
  expect((await get(relay, `/requests/${requestId}`)).body['data']).toMatchObject({
    isSuccess: true,
    alias: 'far away',
    status: 'Accepted',
  });
});

describe('a list', () => {
  const many = [
    ...Array.from({ length: 45 }, (_, index) => incident(index + 1)),
    incident(50, { status: 'resolved', severity: 'critical', summary: 'web down' }),
    incident(51, { service: 'other' }),
  ];

  test('has the newest first, and pages', async () => {
    const relay = await server({ alerts: having(many) });
    const numbers: string[] = [];
    let pages = 0;
    for (let path: string | undefined = '?query=status%3Aopen'; path !== undefined; pages += 1) {
      const { body } = await get(relay, path);
      numbers.push(...(body['data'] as { tinyId: string }[]).map(({ tinyId }) => tinyId));
      const next = (body['paging'] as { next?: string }).next;
      path = next?.slice(next.indexOf('?'));
    }
    expect(pages).toBe(3);
    expect(numbers).toEqual(Array.from({ length: 45 }, (_, index) => String(45 - index)));
  });

  test.each<[string, number]>([
    ['', 46],
    ['status: open', 45],
    ['status=closed', 1],
    ['status:closed AND priority:P1', 1],
    ['status:open priority:P1', 0],
    ['alias:"k12"', 1],
    ['alias = k12 and status = open', 1],
    ['message:web*', 1],
    ['acknowledged:false', 46],
    ['tinyId:50', 1],
  ])('%s: %i', async (query, count) => {
    const relay = await server({ alerts: having(many) });
    const asked = encodeURIComponent(query);
    expect((await get(relay, `/count?query=${asked}`)).body['data']).toEqual({ count });
  });

  test.each(['createdAt > 1', 'status:open OR status:closed', '(status:open)', 'NOT status:open', 'web'])(
    'what is not understood is refused rather than guessed: %s',
    async (query) => {
      const relay = await server({ alerts: having(many) });
      const { code, body } = await get(relay, `?query=${encodeURIComponent(query)}`);
      expect({ code, message: body['message'] }).toMatchObject({
        code: 422,
        message: expect.stringContaining('relay understands status,'),
      });
    },
  );
});

test('many lists at once wait their turn, and alerts get by', async () => {
  let open: () => void = () => undefined;
  let asked = 0;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const store = having([incident(1)]).store();
  const relay = await server({
    alerts: {
      ...noAlerts,
      store: () => ({
        ...store,
        incidents: async (options) => {
          asked += 1;
          await gate;
          return store.incidents(options);
        },
      }),
    },
  });
  const lists = Array.from({ length: 9 }, () => get(relay, ''));
  // Five of them come back at once, refused.
  const refused = await Promise.race(lists);
  expect(refused.code).toBe(429);
  expect((await relay.post(`/e/${DB_KEY}`, 'disk full')).code).toBe(202);
  open();
  const codes = (await Promise.all(lists)).map(({ code }) => code).toSorted((a, b) => a - b);
  expect(codes).toEqual([200, 200, 200, 200, 429, 429, 429, 429, 429]);
  expect(asked).toBe(4);
});

describe('decisions about an open incident', () => {
  const people = ['ana', 'ben'].map((id) => ({
    id,
    name: id,
    zone: 'UTC',
    contacts: [{ channel: 'email' as const, address: `${id}@example.com` }],
  }));
  const policies = [{ id: 'ops-night', levels: [], repeat: 0 }];

  const inputOf = async (
    request: string,
    body: Record<string, unknown>,
    incidents = [incident(7)],
  ): Promise<unknown[]> => {
    const relay = await server({
      alerts: having(incidents),
      roster: () => ({ ...roster(), people, policies }),
    });
    const response = await fetch(`${relay.url}/v2/alerts/k7/${request}?identifierType=alias`, {
      method: 'POST',
      headers: { authorization: `GenieKey ${DB_KEY}` },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(202);
    return relay.journal.rows.map(({ input }) => input);
  };
  const order = { kind: 'order', number: 7, lineage: 'i:db/k7' };

  test('a snooze until then', async () => {
    const untilMs = Date.UTC(2026, 0, 31, 4);
    expect(
      await inputOf('snooze', { endTime: '2026-01-31T04:00:00Z', user: 'ana@example.com' }),
    ).toMatchObject([{ ...order, actor: 'ana@example.com', order: { verb: 'snooze', untilMs } }]);
  });

  test.each([{ username: 'Ben@example.com' }, { id: 'ben' }])('an assignment to %j', async (owner) => {
    expect(await inputOf('assign', { owner })).toMatchObject([
      { ...order, actor: 'opsgenie', order: { verb: 'reassign', person: 'ben', rosterVersion: 1 } },
    ]);
  });

  test('an escalation to a policy of that name, or to the next level', async () => {
    expect(await inputOf('escalate', { escalation: { name: 'Ops Night' } })).toMatchObject([
      { ...order, order: { verb: 'reassign', policy: 'ops-night' } },
    ]);
    expect(await inputOf('escalate', { escalation: { name: 'other' } })).toMatchObject([
      { ...order, order: { verb: 'escalate' } },
    ]);
  });

  test('its note is said besides', async () => {
    expect(await inputOf('assign', { owner: { id: 'ben' }, note: 'your disk' })).toMatchObject([
      order,
      { kind: 'alert', events: [{ action: 'none', note: 'your disk' }] },
    ]);
  });

  test.each<[string, string, Record<string, unknown>, IncidentJson[]]>([
    [
      'a snooze of what is closed',
      'snooze',
      { endTime: '2026-01-31T04:00:00Z' },
      [incident(7, { status: 'resolved' })],
    ],
    ['a snooze that is over', 'snooze', { endTime: '2026-01-01T04:00:00Z' }, [incident(7)]],
    ['a snooze of months', 'snooze', { endTime: '2026-06-01T04:00:00Z' }, [incident(7)]],
    ['a snooze until nobody knows when', 'snooze', { endTime: 'soon' }, [incident(7)]],
    ['an assignment to nobody known', 'assign', { owner: { username: 'eve@example.com' } }, [incident(7)]],
    ['an escalation of what never was', 'escalate', {}, []],
  ])('%s changes nothing, and says why', async (_, request, body, incidents) => {
    expect(await inputOf(request, body, incidents)).toMatchObject([
      {
        kind: 'alert',
        events: [{ action: 'none', reason: expect.stringContaining('needs an open incident') }],
      },
    ]);
  });
});

describe('ids', () => {
  const uuid = '0d2f6d3e-3dbf-4fa4-9c26-f4f71023e120';

  test('hold the dedup key, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme' }), (text) => {
        const key = text.trim().slice(0, 255).toWellFormed();
        fc.pre(key.trim() === key && key !== '');
        expect(keyInId(alertIdOf(key))).toBe(key);
        expect(keyInId(requestIdOf(key, uuid))).toBe(key);
        expect(requestIdOf(key, uuid)).toMatch(/^[\w.-]+$/);
      }),
    );
  });

  test('that are none of ours are no key', () => {
    for (const id of ['', 'a.', 'a.*', 'b.eA', 'x', uuid.slice(1), `a.${'A'.repeat(2_000)}`])
      expect(keyInId(id)).toBeNull();
  });
});

test.each([
  ['POST', '/saved-searches', 'unknown'],
  ['DELETE', '/saved-searches/x', 'unknown'],
  ['DELETE', '/k/attachments/7', 'act'],
  ['POST', '/k/attachments', 'act'],
  ['GET', '/k/logs', 'unknown'],
])('%s %s opens and closes nothing', (method, rest, kind) => {
  const call = callOf(method, `/v2/alerts${rest}?identifierType=alias`);
  expect(call.kind).toBe(kind);
  if (call.kind === 'act') expect(call).toMatchObject({ verb: 'attachments', target: { value: 'k' } });
});

test('no address that can be sent is too much', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
      fc.string({ maxLength: 200 }),
      (method, rest) => {
        expect(callOf(method, `/v2/alerts${rest}`).kind).toBeTypeOf('string');
      },
    ),
  );
});
