import { afterEach, describe, expect, test } from 'vitest';
import { closeServers, server } from './http-server.ts';
import { DB_KEY } from './stand-ins.ts';

afterEach(closeServers);

const PATH = '/v2/enqueue';
const trigger = (
  more: Record<string, unknown> = {},
  payload: Record<string, unknown> = {},
): Record<string, unknown> => ({
  routing_key: DB_KEY,
  event_action: 'trigger',
  dedup_key: 'disk/db1',
  payload: { summary: 'disk full on db1', source: 'db1.example.com', severity: 'critical', ...payload },
  ...more,
});

test("a trigger is answered as PagerDuty answers it, and becomes an event of the key's service", async () => {
  const { post, journal } = await server();
  const answer = await post(
    PATH,
    JSON.stringify(
      trigger(
        { client: 'Prometheus', client_url: 'https://prom.example.com' },
        { component: 'disk', custom_details: { free: '1%', firing: { host: 'db1' } } },
      ),
    ),
    'application/json',
  );
  expect(answer.code).toBe(202);
  expect(answer.body).toEqual({ status: 'success', message: 'Event processed', dedup_key: 'disk/db1' });
  expect(journal.event).toEqual({
    action: 'trigger',
    service: 'db',
    dedupKey: 'disk/db1',
    severity: 'critical',
    summary: 'disk full on db1',
    source: 'pagerduty-v2',
    host: 'db1.example.com',
    check: 'disk',
    labels: { free: '1%', component: 'disk' },
    links: ['https://prom.example.com'],
    details:
      'source: db1.example.com\ncomponent: disk\nfree: 1%\nfiring.host: db1\nclient: Prometheus\nclient_url: https://prom.example.com',
  });
});

test('a change event is taken, pages nobody, and says why', async () => {
  const { post, journal } = await server();
  const body = { routing_key: DB_KEY, payload: { summary: 'Deployed shop 4.2', source: 'ci.example.com' } };
  expect(await post('/v2/change/enqueue', JSON.stringify(body))).toMatchObject({
    code: 202,
    body: { status: 'success', message: 'Change event processed' },
  });
  expect(journal.event).toMatchObject({
    action: 'none',
    service: 'db',
    summary: 'Deployed shop 4.2',
    reason: 'a change event: it tells of a change, and pages nobody',
  });
  const wrong = await post('/v2/change/enqueue', JSON.stringify({ ...body, payload: {} }));
  expect(wrong).toMatchObject({ code: 400, body: { errors: ["'payload.summary' is missing or blank"] } });
});

test('the key stays out of the journal', async () => {
  const { post, journal } = await server();
  await post(PATH, JSON.stringify(trigger()));
  expect(Buffer.from(journal.rows[0]?.raw ?? []).toString()).not.toContain(DB_KEY);
  expect(JSON.parse(Buffer.from(journal.rows[0]?.raw ?? []).toString())).toMatchObject({
    dedup_key: 'disk/db1',
  });
});

describe('what real clients send is taken', () => {
  test.each([
    'application/json',
    'application/x-www-form-urlencoded',
    'application/vnd.pagerduty+json;version=2',
    'text/plain',
    undefined,
  ])('JSON that says it is %s', async (type) => {
    const { post } = await server();
    expect((await post(PATH, JSON.stringify(trigger()), type)).code).toBe(202);
  });

  test('a trigger without a dedup_key is given one, a new one each time', async () => {
    const { post, journal } = await server();
    const keys = [];
    for (let count = 0; count < 2; count += 1)
      keys.push((await post(PATH, JSON.stringify(trigger({ dedup_key: undefined })))).body['dedup_key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{32,36}$/);
    expect(keys[0]).not.toBe(keys[1]);
    expect(journal.events.map((one) => one.dedupKey)).toEqual(keys);
  });

  test.each(['acknowledge', 'resolve'])('%s with a payload or without, open or not', async (action) => {
    const { post, journal } = await server();
    expect((await post(PATH, JSON.stringify(trigger({ event_action: action })))).code).toBe(202);
    expect(
      (await post(PATH, JSON.stringify({ routing_key: DB_KEY, event_action: action, dedup_key: 'x' }))).code,
    ).toBe(202);
    expect(journal.events.map((one) => [one.action, one.dedupKey, one.summary])).toEqual([
      [action, 'disk/db1', 'disk full on db1'],
      [action, 'x', `${action} of x`],
    ]);
  });

  test('unknown fields, a timestamp without a zone, a byte order mark, a key in capitals', async () => {
    const { post } = await server();
    const body = trigger(
      { routing_key: DB_KEY.toUpperCase(), images: null, whatever: [1] },
      { timestamp: '2026-11-21 07:33:00', severity: 'Critical' },
    );
    expect((await post(PATH, `\ufeff${JSON.stringify(body)}`)).code).toBe(202);
  });

  test('1,024 characters as people count them', async () => {
    const { post, journal } = await server();
    expect((await post(PATH, JSON.stringify(trigger({}, { summary: '😀'.repeat(1_024) })))).code).toBe(202);
    expect(journal.event.summary.length).toBeLessThanOrEqual(1_024);
    expect(journal.event.summary.isWellFormed()).toBe(true);
  });
});

describe('what is wrong is said field by field', () => {
  test.each<[string, unknown, string]>([
    ['no routing_key', trigger({ routing_key: undefined }), "'routing_key' is missing or blank"],
    [
      'a short routing_key',
      trigger({ routing_key: 'abc' }),
      "Length of 'routing_key' is incorrect (should be 32 characters)",
    ],
    [
      'an unknown routing_key',
      trigger({ routing_key: '1'.repeat(32) }),
      "'routing_key' is not a key of any service",
    ],
    [
      'no event_action',
      trigger({ event_action: undefined }),
      "'event_action' is missing or blank (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
    ],
    [
      'an unknown event_action',
      trigger({ event_action: 'explode' }),
      "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
    ],
    ['no payload', trigger({ payload: undefined }), "'payload' is missing or blank"],
    ['no summary', trigger({}, { summary: ' ' }), "'payload.summary' is missing or blank"],
    [
      'a summary of 1,025',
      trigger({}, { summary: 'x'.repeat(1_025) }),
      "'payload.summary' is too long (maximum is 1024 characters)",
    ],
    ['no source', trigger({}, { source: undefined }), "'payload.source' is missing or blank"],
    [
      'no severity',
      trigger({}, { severity: undefined }),
      "'payload.severity' is missing or blank (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
    [
      'an unknown severity',
      trigger({}, { severity: 'meh' }),
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    ],
    [
      'a dedup_key of 256',
      trigger({ dedup_key: 'x'.repeat(256) }),
      "'dedup_key' is too long (maximum is 255 characters)",
    ],
    [
      'a resolve without a dedup_key',
      { routing_key: DB_KEY, event_action: 'resolve' },
      "'dedup_key' is missing or blank",
    ],
    ['a list', [trigger()], 'the body must be one JSON object'],
  ])('%s', async (_, body, error) => {
    const { post, journal } = await server();
    const answer = await post(PATH, JSON.stringify(body));
    expect(answer.code).toBe(400);
    expect(answer.body).toEqual({
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: [error],
    });
    expect(journal.calls).toHaveLength(0);
  });

  test('several faults are all named', async () => {
    const { post } = await server();
    expect((await post(PATH, JSON.stringify({ payload: {} }))).body['errors']).toHaveLength(2);
    expect(
      (await post(PATH, JSON.stringify({ event_action: 'trigger', payload: {} }))).body['errors'],
    ).toHaveLength(4);
  });

  test.each(['', '{', 'null', '"x"', '[]', 'summary=x'])('%j is no event', async (body) => {
    const { post } = await server();
    expect(await post(PATH, body)).toMatchObject({ code: 400, body: { status: 'invalid event' } });
  });
});
