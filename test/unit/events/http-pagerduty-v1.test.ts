import { afterEach, describe, expect, test } from 'vitest';
import { ClosingError } from '../../../src/relay/events/accept.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { closeServers, server } from './http-server.ts';
import { DB_KEY } from './stand-ins.ts';

afterEach(closeServers);

const PATH = '/generic/2010-04-15/create_event.json';
const trigger = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    service_key: DB_KEY,
    event_type: 'trigger',
    incident_key: 'srv01/HTTP',
    description: 'HTTP on srv01 fails',
    client: 'Sample',
    client_url: 'https://monitoring.example.com',
    details: { 'ping time': '1500ms', 'load avg': 0.75 },
    ...more,
  });

test('a trigger is answered 200 with its incident_key, and becomes an event', async () => {
  const { post, journal } = await server();
  const answer = await post(PATH, trigger(), 'application/json');
  expect(answer.code).toBe(200);
  expect(answer.body).toEqual({
    status: 'success',
    message: 'Event processed',
    incident_key: 'srv01/HTTP',
  });
  expect(journal.event).toEqual({
    action: 'trigger',
    service: 'db',
    dedupKey: 'srv01/HTTP',
    severity: 'unknown',
    summary: 'HTTP on srv01 fails',
    source: 'pagerduty-v1',
    labels: { 'ping time': '1500ms', 'load avg': '0.75' },
    links: ['https://monitoring.example.com'],
    details: 'ping time: 1500ms\nload avg: 0.75\nclient: Sample\nclient_url: https://monitoring.example.com',
  });
  expect(Buffer.from(journal.rows[0]?.raw ?? []).toString()).not.toContain(DB_KEY);
});

describe('what real clients send is taken', () => {
  test.each(['application/x-www-form-urlencoded', 'text/plain', undefined])(
    'JSON that says it is %s',
    async (type) => {
      const { post } = await server();
      expect((await post(PATH, trigger(), type)).code).toBe(200);
    },
  );

  test('a trigger without a key is given one, a new one each time', async () => {
    const { post, journal } = await server();
    const keys = [];
    for (const incident_key of [undefined, null, ''])
      keys.push((await post(PATH, trigger({ incident_key }))).body['incident_key']);
    expect(new Set(keys).size).toBe(3);
    expect(journal.events.map((one) => one.dedupKey)).toEqual(keys);
  });

  test('fields of v2 and unknown ones, a description of any length', async () => {
    const { post, journal } = await server();
    const more = { payload: { severity: 'critical' }, routing_key: 'x', description: 'y'.repeat(5_000) };
    expect((await post(PATH, trigger(more))).code).toBe(200);
    expect(journal.event).toMatchObject({ severity: 'unknown', summary: 'y'.repeat(1_024) });
  });

  test.each(['acknowledge', 'resolve'])('%s with a description or without, open or not', async (type) => {
    const { post, journal } = await server();
    const body = { service_key: DB_KEY, event_type: type, incident_key: 'k' };
    expect((await post(PATH, JSON.stringify(body))).code).toBe(200);
    expect((await post(PATH, JSON.stringify({ ...body, description: 'fixed' }))).code).toBe(200);
    expect(journal.events.map(({ action, summary }) => [action, summary])).toEqual([
      [type, `${type} of k`],
      [type, 'fixed'],
    ]);
  });
});

describe('what is wrong is said as PagerDuty says it', () => {
  test.each<[string, string, string]>([
    ['no service_key', trigger({ service_key: undefined }), 'Service key is missing or blank'],
    [
      'a short service_key',
      trigger({ service_key: 'abc' }),
      'Service key is the wrong length (should be 32 characters)',
    ],
    [
      'an unknown service_key',
      trigger({ service_key: '1'.repeat(32) }),
      'Service key is not a key of any service',
    ],
    ['no event_type', trigger({ event_type: ' ' }), 'Event type is missing or blank'],
    ['no description', trigger({ description: '' }), 'Description is missing or blank'],
    [
      'a resolve without a key',
      trigger({ event_type: 'resolve', incident_key: '' }),
      'Incident key is missing or blank',
    ],
    ['no JSON', 'x=y', 'the body is not valid JSON'],
    ['a list', '[]', 'Event must be one JSON object'],
  ])('%s', async (_, body, error) => {
    const { post, journal } = await server();
    const answer = await post(PATH, body);
    expect(answer).toMatchObject({
      code: 400,
      body: { status: 'invalid event', message: 'Event object is invalid', errors: [error] },
    });
    expect(journal.calls).toHaveLength(0);
  });
});

describe('what its clients try again is answered so that they do', () => {
  test.each([
    ['shutting down', new ClosingError('x')],
    ['no store', new StoreUnavailableError('x')],
  ])('%s: 503 with Retry-After', async (_, error) => {
    const { post, journal } = await server();
    journal.failWith = error;
    const answer = await post(PATH, trigger());
    expect(answer.code).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
  });

  test('too many at once: 503, since v1 has no 429; v2 has it', async () => {
    const { post, journal } = await server({ limits: { maxInFlight: 1 } });
    let open: () => void = () => undefined;
    journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    const first = post(PATH, trigger());
    await journal.called(1);
    const refused = await post(PATH, trigger());
    expect(refused).toMatchObject({ code: 503, body: { status: 'throttled' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await post('/v2/enqueue', '{}')).code).toBe(429);
    open();
    expect((await first).code).toBe(200);
  });

  test('over 512 KB: 400, which is final there', async () => {
    const { post } = await server();
    expect((await post(PATH, trigger({ details: 'x'.repeat(512 * 1024) }))).code).toBe(400);
  });
});
