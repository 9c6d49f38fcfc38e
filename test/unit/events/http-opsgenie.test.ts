import { afterEach, describe, expect, test } from 'vitest';
import { ClosingError } from '../../../src/relay/events/accept.ts';
import { readRequestOffline } from '../../../src/relay/events/offline.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import { closeServers, server, type TestHttp } from './http-server.ts';
import { fc } from './property.ts';
import { DB_KEY } from './stand-ins.ts';

afterEach(closeServers);

interface Said {
  code: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** As an SDK calls: JSON and a GenieKey. */
async function call(
  { url }: Pick<TestHttp, 'url'>,
  request: string,
  body?: unknown,
  key = `GenieKey ${DB_KEY}`,
): Promise<Said> {
  const [method = 'GET', path = ''] = request.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(key === '' ? {} : { authorization: key }), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    code: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const one = async (request: string, body?: unknown): Promise<AlertEvent> => {
  const relay = await server();
  expect((await call(relay, request, body)).code).toBe(202);
  return relay.journal.event;
};

test("a create is answered as Opsgenie answers it, and becomes an event of the key's service", async () => {
  const relay = await server();
  const answer = await call(relay, 'POST /v2/alerts', {
    message: 'Disk space low on db1: 97 % full',
    alias: 'db1/Disk #1',
    description: 'Only 1.2 GB free',
    responders: [
      { type: 'team', name: 'ops' },
      { type: 'user', username: 'ana@example.com' },
    ],
    visibleTo: [{ type: 'team', id: 'x1' }],
    actions: ['Restart'],
    tags: ['disk', 'prod'],
    details: { host: 'db1.example.com', alertname: 'DiskSpaceLow' },
    entity: 'db1',
    source: 'nightly check',
    priority: 'P2',
    user: 'monitor',
    note: 'since midnight',
  });
  expect(answer.code).toBe(202);
  const { requestId, took } = answer.body;
  expect(answer.body).toEqual({ result: 'Request will be processed', took, requestId });
  expect(took).toBeGreaterThan(0);
  // What the Go SDK looks for.
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'x-request-id': requestId,
    'x-ratelimit-state': 'OK',
    'x-response-time': String(took),
  });
  expect(relay.journal.event).toEqual({
    action: 'trigger',
    service: 'db',
    dedupKey: 'db1/Disk #1',
    severity: 'error',
    summary: 'Disk space low on db1: 97 % full',
    source: 'opsgenie',
    host: 'db1.example.com',
    check: 'DiskSpaceLow',
    labels: {
      host: 'db1.example.com',
      alertname: 'DiskSpaceLow',
      tags: 'disk,prod',
      entity: 'db1',
      source: 'nightly check',
    },
    reason: 'created with priority P2',
    details: [
      'Only 1.2 GB free',
      'entity: db1',
      'priority: P2',
      'host: db1.example.com',
      'alertname: DiskSpaceLow',
      'tags: disk, prod',
      'responders: team ops, user ana@example.com',
      'visible to: team x1',
      'actions: Restart',
      'source: nightly check',
      'user: monitor',
      'note: since midnight',
    ].join('\n'),
  });
  const raw = Buffer.from(relay.journal.rows[0]?.raw ?? []).toString();
  expect(raw).toMatch(/^POST \/v2\/alerts HTTP\/1\.1\r\nContent-Type: application\/json\r\n\r\n\{"message"/);
  expect(raw).not.toContain(DB_KEY);
});

test('as Zabbix creates: at an address that ends in a slash, with links among its details', async () => {
  const event = await one('POST /v2/alerts/', {
    message: 'Problem: swap',
    alias: '4711',
    details: {
      'Zabbix server': 'https://zabbix.example.com/',
      Problem: 'https://zabbix.example.com/tr_events.php?eventid=4711',
    },
  });
  expect(event).toMatchObject({
    dedupKey: '4711',
    links: ['https://zabbix.example.com/', 'https://zabbix.example.com/tr_events.php?eventid=4711'],
  });
});

test('what is kept of a request reads as what was accepted, and holds no key', async () => {
  const relay = await server();
  await call(relay, 'POST /v2/alerts', { message: 'disk full', alias: 'db1/disk #1', priority: 'P2' });
  const path = `/v2/alerts/${encodeURIComponent('db1/disk #1')}/close?identifierType=alias&apiKey=${DB_KEY}`;
  await call(relay, `POST ${path}`, { note: 'free again' });
  for (const { input, raw } of relay.journal.rows) {
    const kept = raw ?? new Uint8Array();
    expect(Buffer.from(kept).toString()).not.toContain(DB_KEY);
    if (input.kind !== 'alert') throw new Error('an alert was expected');
    const again = await readRequestOffline(kept, '');
    expect(again).toEqual(await readRequestOffline(kept, 'message/http'));
    expect(again).toMatchObject({ events: input.events.map((event) => ({ ...event, service: 'default' })) });
  }
});

test.each(['', 'x', 'POST', 'GET /e/x SPDY/3\n\n', '{"message": "x"}', '\u0000'.repeat(100)])(
  'what is no request is refused where a whole one is to be read: %j',
  async (text) => {
    expect(await readRequestOffline(Buffer.from(text), 'message/http')).toEqual({
      refused: 'it does not begin with a request line, such as POST /v2/alerts HTTP/1.1',
    });
  },
);

test('half a megabyte of fields is taken, and the first of them are its labels', async () => {
  const relay = await server();
  const many = (value: unknown): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: 25_000 }, (_, index) => [`k${index}`, value]));
  for (const value of ['', 'x', 1, null, 'https'])
    expect(
      (await call(relay, 'POST /v2/alerts', { message: 'x', alias: 'k', details: many(value) })).code,
    ).toBe(202);
  for (const { labels = {} } of relay.journal.events)
    expect(Object.keys(labels).length).toBeLessThanOrEqual(32);
});

describe('priorities are severities', () => {
  test.each([
    ['P1', 'critical'],
    ['P2', 'error'],
    ['P3', 'warning'],
    ['P4', 'info'],
    ['p5', 'info'],
    [null, 'unknown'],
    ['high', 'unknown'],
  ])('%s: %s', async (priority, severity) => {
    expect((await one('POST /v2/alerts', { message: 'x', alias: 'k', priority })).severity).toBe(severity);
  });
});

describe('calls about an alert', () => {
  test.each<[string, unknown, Partial<AlertEvent>]>([
    [
      'POST /v2/alerts/k/close?identifierType=alias',
      { note: 'free again', source: 'check' },
      { action: 'resolve', note: 'check: free again' },
    ],
    ['POST /v2/alerts/k/close?identifierType=alias', undefined, { action: 'resolve' }],
    ['DELETE /v2/alerts/k?identifierType=alias&source=check', undefined, { action: 'resolve' }],
    [
      'POST /v2/alerts/k/acknowledge?identifierType=alias',
      { user: 'ana@example.com' },
      { action: 'acknowledge' },
    ],
    [
      'POST /v2/alerts/k/notes?identifierType=alias',
      { note: 'still filling' },
      { action: 'none', note: 'still filling', reason: 'a note' },
    ],
    ['POST /v2/alerts/k/unacknowledge?identifierType=alias', {}, { action: 'none' }],
    ['POST /v2/alerts/k/tags?identifierType=alias', { tags: ['a'] }, { action: 'none' }],
    ['DELETE /v2/alerts/k/tags?identifierType=alias&tags=a', undefined, { action: 'none' }],
    ['POST /v2/alerts/k/details?identifierType=alias', { details: {} }, { action: 'none' }],
    ['POST /v2/alerts/k/responders?identifierType=alias', {}, { action: 'none' }],
    ['POST /v2/alerts/k/actions/Restart?identifierType=alias', {}, { action: 'none' }],
    ['PUT /v2/alerts/k/message?identifierType=alias', { message: 'new' }, { action: 'none' }],
    ['PUT /v2/alerts/k/description?identifierType=alias', { description: 'new' }, { action: 'none' }],
    ['PUT /v2/alerts/k/priority?identifierType=alias', { priority: 'P1' }, { action: 'none' }],
  ])('%s', async (request, body, event) => {
    expect(await one(request, body)).toMatchObject({
      service: 'db',
      dedupKey: 'k',
      source: 'opsgenie',
      ...event,
    });
  });

  test('what opens and closes nothing says why', async () => {
    const { reason } = await one('POST /v2/alerts/k/responders?identifierType=alias', {});
    expect(reason).toBe('who is told is the policy of the service');
  });
});

describe('an alert is found by what it was called', () => {
  const ALIASES = [
    'db1/Disk Space #1',
    '100% full?',
    'Größe & mehr',
    'a b+c',
    '%2F',
    'x'.repeat(255),
    'ü'.repeat(255),
  ];

  test.each(ALIASES)('by its alias, percent-encoded: %s', async (alias) => {
    const relay = await server();
    await call(relay, 'POST /v2/alerts', { message: 'x', alias });
    await call(relay, `POST /v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`, {});
    const [opened, closed] = relay.journal.events;
    expect([opened?.dedupKey, closed?.dedupKey]).toEqual([alias, alias]);
  });

  test.each([...ALIASES, 'y'.repeat(512)])(
    'by the requestId of its create, by any host: %s',
    async (alias) => {
      const relay = await server();
      const { requestId } = (await call(relay, 'POST /v2/alerts', { message: 'x', alias })).body;
      const [opened] = relay.journal.events;
      // Another process: nothing is kept for it.
      const other = await server();
      await call(other, `POST /v2/alerts/${String(requestId)}/close?identifierType=id`, {});
      await call(other, `POST /v2/alerts/${String(requestId)}/acknowledge`, {});
      expect(other.journal.events.map(({ dedupKey }) => dedupKey)).toEqual([
        opened?.dedupKey,
        opened?.dedupKey,
      ]);
      expect(opened?.dedupKey.length).toBeLessThanOrEqual(255);
    },
  );

  test('each request has an id of its own', async () => {
    const relay = await server();
    const ids = [];
    for (let count = 0; count < 2; count += 1)
      ids.push((await call(relay, 'POST /v2/alerts', { message: 'x', alias: 'k' })).body['requestId']);
    expect(new Set(ids).size).toBe(2);
  });

  test.each([undefined, null, '', ' '])('without an alias (%j) the requestId is its alias', async (alias) => {
    const relay = await server();
    const { requestId } = (await call(relay, 'POST /v2/alerts', { message: 'x', alias })).body;
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    await call(relay, `POST /v2/alerts/${String(requestId)}/close`, {});
    await call(relay, `POST /v2/alerts/${String(requestId)}/close?identifierType=alias`, {});
    expect(new Set(relay.journal.events.map(({ dedupKey }) => dedupKey))).toEqual(new Set([requestId]));
  });

  test('aliases of 512 that differ in their end only stay two alerts', async () => {
    const relay = await server();
    for (const end of ['a', 'b'])
      await call(relay, 'POST /v2/alerts', { message: 'x', alias: `${'x'.repeat(511)}${end}` });
    expect(new Set(relay.journal.events.map(({ dedupKey }) => dedupKey)).size).toBe(2);
  });

  test('an alias whose slashes were left as they are, and one that nobody says is one', async () => {
    const relay = await server();
    await call(relay, 'POST /v2/alerts/db1/disk/close?identifierType=alias', {});
    await call(relay, 'POST /v2/alerts/plain-alias/close', {});
    expect(relay.journal.events.map(({ dedupKey }) => dedupKey)).toEqual(['db1/disk', 'plain-alias']);
  });
});

describe('every answer is JSON in Opsgenie’s form', () => {
  const FORM = { message: expect.any(String), took: expect.any(Number), requestId: expect.any(String) };

  test.each([
    ['no key', 'POST /v2/alerts', { message: 'x' }, '', 401],
    ['an unknown key', 'POST /v2/alerts', { message: 'x' }, `GenieKey ${'1'.repeat(32)}`, 401],
    ['no message', 'POST /v2/alerts', { alias: 'x' }, undefined, 422],
    ['no JSON', 'POST /v2/alerts', 'message=x', undefined, 422],
    ['a list', 'POST /v2/alerts', [], undefined, 422],
    ['another address', 'POST /v2/alerts/k/explode', {}, undefined, 404],
    ['another method', 'PUT /v2/alerts', {}, undefined, 404],
    ['an unknown kind of identifier', 'POST /v2/alerts/k/close?identifierType=name', {}, undefined, 404],
    ['an alert that never was', 'GET /v2/alerts/k?identifierType=alias', undefined, undefined, 404],
    ['a number that never was', 'POST /v2/alerts/7/close?identifierType=tiny', {}, undefined, 404],
    ['a request that never was', 'GET /v2/alerts/requests/x', undefined, undefined, 404],
    ['too large', 'POST /v2/alerts', { message: 'x'.repeat(512 * 1024) }, undefined, 413],
    ['a search of another kind', 'GET /v2/alerts?query=createdAt%3E1', undefined, undefined, 422],
  ])('%s', async (_, request, body, key, code) => {
    const relay = await server();
    const answer = await call(relay, request, body, key);
    expect(answer).toMatchObject({ code, body: FORM });
    expect(relay.journal.calls).toHaveLength(0);
  });

  test('what is wrong is named by its field', async () => {
    const relay = await server();
    const { body } = await call(relay, 'POST /v2/alerts', { message: ' ' });
    expect(body).toMatchObject({
      message: 'Request body is not processable. Please check the errors.',
      errors: { message: 'can not be empty' },
    });
  });

  test('what is to be tried again: 503 and 429 with Retry-After', async () => {
    const relay = await server({ limits: { maxInFlight: 1 } });
    relay.journal.failWith = new ClosingError('x');
    const closing = await call(relay, 'POST /v2/alerts', { message: 'x' });
    expect(closing).toMatchObject({ code: 503, body: FORM });
    expect(closing.headers.get('retry-after')).toBe('1');
    relay.journal.failWith = null;
    let open: () => void = () => undefined;
    relay.journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    const first = call(relay, 'POST /v2/alerts', { message: 'x' });
    await relay.journal.called(2);
    const refused = await call(relay, 'POST /v2/alerts', { message: 'y' });
    expect(refused).toMatchObject({ code: 429, body: FORM });
    expect(refused.headers.get('retry-after')).toBe('1');
    open();
    expect((await first).code).toBe(202);
  });

  test('whatever the fields hold, never a 500', async () => {
    const relay = await server();
    const names = [
      'message',
      'alias',
      'priority',
      'details',
      'tags',
      'responders',
      'visibleTo',
      'actions',
      'note',
    ];
    const paths = [
      '',
      '/k/close',
      '/k/notes',
      '/k/snooze',
      '/k/assign',
      '/k/escalate',
      '/7/close?identifierType=tiny',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names, 'owner', 'endTime', 'escalation'), fc.jsonValue()),
        fc.constantFrom(...paths),
        async (fields, path) => {
          expect((await call(relay, `POST /v2/alerts${path}`, fields)).code).toBeLessThan(500);
        },
      ),
      { numRuns: 200 },
    );
    for (const { dedupKey, summary } of relay.journal.events) {
      expect(dedupKey.length).toBeGreaterThan(0);
      expect(dedupKey.length).toBeLessThanOrEqual(255);
      expect(summary).not.toMatch(/\p{Cc}/u);
    }
  });

  test('a key as Opsgenie writes its own is the routing key', async () => {
    const relay = await server();
    const key = 'GenieKey ffeeddcc-bbaa-9988-7766-554433221100';
    expect((await call(relay, 'POST /v2/alerts', { message: 'x' }, key)).code).toBe(202);
  });
});
