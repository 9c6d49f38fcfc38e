import { servicePath } from '../../../src/relay/events/http.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { ClosingError } from '../../../src/relay/events/accept.ts';
import { StoreFullError, StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { closeServers, server } from './http-server.ts';
import { DB_KEY } from './stand-ins.ts';

afterEach(closeServers);

const URL_PATH = servicePath(DB_KEY);
const FORM = 'application/x-www-form-urlencoded';

describe('the service URL takes anything simple', () => {
  test("curl -d 'disk full' works: it says form and is none", async () => {
    const { post, journal } = await server();
    const answer = await post(URL_PATH, 'disk full', FORM);
    expect(answer.code).toBe(202);
    expect(answer.body).toMatchObject({
      status: 'success',
      dedup_key: 'disk full',
      action: 'trigger',
      service: 'db',
    });
    expect(journal.event).toMatchObject({
      service: 'db',
      summary: 'disk full',
      action: 'trigger',
      source: 'plain',
    });
  });

  test('plain text opens and its recovery closes', async () => {
    const { post, journal } = await server();
    await post(URL_PATH, 'PROBLEM disk full on db1', FORM);
    await post(URL_PATH, 'RECOVERY disk full on db1', FORM);
    expect(journal.events.map(({ action, dedupKey }) => [action, dedupKey])).toEqual([
      ['trigger', 'disk full on db1'],
      ['resolve', 'disk full on db1'],
    ]);
  });

  test.each<[string, string, string | undefined, Record<string, unknown>]>([
    [
      'JSON',
      '{"summary":"disk full on db1","severity":"critical","dedup_key":"k"}',
      'application/json',
      { summary: 'disk full on db1', severity: 'critical', dedupKey: 'k', action: 'trigger' },
    ],
    [
      'JSON that says it is a form',
      '{"message":"disk full"}',
      FORM,
      { summary: 'disk full', dedupKey: 'disk full' },
    ],
    ['JSON without a content type', '{"title":"disk full"}', undefined, { summary: 'disk full' }],
    ['a JSON text', '"disk full"', 'application/json', { summary: 'disk full' }],
    [
      'a resolve by key alone',
      '{"key":"k","action":"resolve"}',
      'application/json',
      { action: 'resolve', dedupKey: 'k', summary: 'resolve of k' },
    ],
    [
      "a status in the sender's own words",
      '{"text":"web1","status":"Resolved"}',
      'application/json',
      { action: 'resolve', dedupKey: 'web1' },
    ],
    [
      'a status nobody knows',
      '{"text":"web1 answers 500","status":"500"}',
      'application/json',
      { action: 'trigger' },
    ],
    [
      'an acknowledge',
      '{"text":"web1","action":"ack","key":"k"}',
      'application/json',
      { action: 'acknowledge' },
    ],
    [
      'a severity by another name',
      '{"text":"web1","priority":"P1"}',
      'application/json',
      { severity: 'critical' },
    ],
    [
      'details that are an object',
      '{"text":"web1","details":{"a":{"b":1}}}',
      'application/json',
      { details: 'a.b: 1' },
    ],
    [
      'a form',
      'summary=disk+full+on+db1&severity=warning&key=k',
      FORM,
      { summary: 'disk full on db1', severity: 'warning', dedupKey: 'k', source: 'form' },
    ],
    ['a form that resolves by key', 'action=resolve&key=k', FORM, { action: 'resolve', dedupKey: 'k' }],
    ['a text that looks like a form', 'load=5 on web1', FORM, { summary: 'load=5 on web1' }],
    ['a text that curl --data-urlencode made', 'disk%20full%3A%20db1', FORM, { summary: 'disk full: db1' }],
    ['a text that looks like broken JSON', '{disk full', FORM, { summary: '{disk full' }],
    [
      'an action nobody knows',
      '{"summary":"x","action":"explode"}',
      'application/json',
      { action: 'trigger', summary: 'x', severity: 'unknown' },
    ],
    [
      'a key of 256, cut so that it stays its own',
      `{"summary":"x","key":"${'k'.repeat(256)}"}`,
      'application/json',
      { dedupKey: expect.stringMatching(/^k{238}~[0-9a-f]{16}$/) as string },
    ],
    [
      'several lines',
      'disk full on db1\nfree: 1%',
      'text/plain',
      { summary: 'disk full on db1', details: 'disk full on db1\nfree: 1%' },
    ],
  ])('%s', async (_, body, type, event) => {
    const { post, journal } = await server();
    expect((await post(URL_PATH, body, type)).code).toBe(202);
    expect(journal.event).toMatchObject(event);
  });

  test('a device that can only fetch a URL', async () => {
    const { get, journal } = await server();
    expect((await get(`${URL_PATH}?text=UPS+on+battery&severity=critical`)).code).toBe(202);
    expect(journal.event).toMatchObject({ summary: 'UPS on battery', severity: 'critical', source: 'url' });
    expect(await get(URL_PATH)).toMatchObject({ code: 400, body: { errors: [{ field: 'summary' }] } });
  });

  test('a monitor that puts all of it into the address, and posts nothing', async () => {
    const { post, journal } = await server();
    const down = '?monitorID=77&monitorFriendlyName=Shop&alertType=1&alertTypeFriendlyName=Down&monitorURL=x';
    expect((await post(`${URL_PATH}${down}`, '')).code).toBe(202);
    expect(journal.event).toMatchObject({ source: 'uptimerobot', action: 'trigger', severity: 'critical' });
    expect((await post(URL_PATH, '')).code).toBe(400);
  });

  test('the same text at the URL and for relay send has the same key', async () => {
    const { post, journal } = await server();
    await post(URL_PATH, '{"summary":"[FIRING:1] disk full on db1 at 07:33:00"}', 'application/json');
    expect(journal.event.dedupKey).toBe('disk full on db1');
  });
});

describe('what is wrong is said field by field', () => {
  test.each<[string, string, string | undefined, number, string]>([
    ['nothing', '', FORM, 400, 'body'],
    ['blanks', ' \n ', 'text/plain', 400, 'body'],
    ['JSON that is none', '{"summary":', 'application/json', 400, 'body'],
    ['a list', '[1]', 'application/json', 400, 'body'],
    ['no text', '{"severity":"critical"}', 'application/json', 400, 'summary'],
    ['a text that is an object', '{"summary":{"a":1}}', 'application/json', 400, 'summary'],
    [
      'a multipart form without a text',
      '--b\r\n\r\nx\r\n--b--',
      'multipart/form-data; boundary=b',
      400,
      'summary',
    ],
    ['a body that is no multipart', 'disk full', 'multipart/form-data; boundary=b', 400, 'body'],
  ])('%s', async (_, body, type, code, field) => {
    const { post, journal } = await server();
    const answer = await post(URL_PATH, body, type);
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({
      status: 'invalid event',
      errors: [{ field, message: expect.any(String) as string }],
    });
    expect(journal.calls).toHaveLength(0);
  });

  test.each(['1'.repeat(32), 'short', `${DB_KEY}0`, '%00', '..%2f..'])(
    'an unknown key (%s) is 404 and is not given back',
    async (key) => {
      const { post } = await server();
      const answer = await post(`/e/${key}`, 'disk full', FORM);
      expect(answer.code).toBe(404);
      expect(JSON.stringify(answer.body)).not.toContain(key);
    },
  );

  test('an unknown key is 503 while the roster may be an old one, and a known one is taken', async () => {
    let isSure = false;
    const { post, journal } = await server({ rosterIsSure: () => isSure });
    const unknown = `/e/${'1'.repeat(32)}`;
    expect((await post(unknown, 'disk full', FORM)).code).toBe(503);
    expect(journal.calls).toHaveLength(0);
    expect((await post(URL_PATH, 'disk full', FORM)).code).toBe(202);
    isSure = true;
    expect((await post(unknown, 'disk full', FORM)).code).toBe(404);
  });

  test('any other address is 404 in JSON', async () => {
    const { get } = await server();
    expect(await get('/nothing')).toMatchObject({ code: 404, body: { status: 'error' } });
  });
});

describe('202 means durable', () => {
  test('not before the journal has it', async () => {
    const { post, get, journal } = await server();
    let open: () => void = () => undefined;
    journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    let answered = false;
    const answer = post(URL_PATH, 'disk full', FORM).then((one) => {
      answered = true;
      return one;
    });
    await journal.called(1);
    await get('/nothing');
    expect(answered).toBe(false);
    open();
    expect((await answer).code).toBe(202);
  });

  test.each([
    ['a full disk', new StoreFullError('full'), 503, true],
    ['a locked database', new StoreUnavailableError('locked'), 503, true],
    ['shutting down', new ClosingError('closing'), 503, false],
    ['anything unforeseen', new Error('boom'), 500, true],
  ])(
    '%s is answered with a try again, and the next event is taken when it is over',
    async (_, error, code, logged) => {
      const { post, journal, log } = await server();
      journal.failWith = error;
      const answer = await post(URL_PATH, 'disk full', FORM);
      expect(answer.code).toBe(code);
      if (code === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(JSON.stringify(answer.body)).not.toContain('boom');
      expect(log.lines.length > 0).toBe(logged);
      expect(log.text).not.toContain(DB_KEY);
      journal.failWith = null;
      expect((await post(URL_PATH, 'disk full', FORM)).code).toBe(202);
      expect(journal.rows).toHaveLength(1);
    },
  );
});
