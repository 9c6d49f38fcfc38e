import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { ClosingError } from '../../../src/relay/events/accept.ts';
import { hashKey, KeyBook, redactKey } from '../../../src/relay/events/keys.ts';
import { servicePath } from '../../../src/relay/events/http.ts';
import { StoreFullError, StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { closeServers, rawRequest, server } from './http-server.ts';
import { certificate } from './smtp-server.ts';
import { fc } from './property.ts';
import { DB_KEY, roster } from './stand-ins.ts';

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
    ['an action nobody knows', '{"summary":"x","action":"explode"}', 'application/json', 400, 'action'],
    ['a key of 256', `{"summary":"x","key":"${'k'.repeat(256)}"}`, 'application/json', 400, 'key'],
    ['a multipart form', '--b\r\n\r\nx\r\n--b--', 'multipart/form-data; boundary=b', 415, 'body'],
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

describe('bad input', () => {
  test('10 MB is refused at once: the answer comes though hardly any of it was sent', async () => {
    const { http, journal } = await server();
    const head = `POST ${URL_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: ${10 * 1024 * 1024}\r\n\r\n`;
    const answer = await rawRequest(http.address.port, `${head}${'x'.repeat(1_000)}`, /512 KB/);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(journal.calls).toHaveLength(0);
  });

  test('10 MB that announces no length is cut off at 512 KB', async () => {
    const { http, journal } = await server();
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const answer = await rawRequest(
      http.address.port,
      `POST ${URL_PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(160)}0\r\n\r\n`,
      /512 KB/,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(journal.calls).toHaveLength(0);
  });

  test('512 KB are taken', async () => {
    const { post, journal } = await server();
    expect(
      (
        await post(
          URL_PATH,
          JSON.stringify({ summary: 'big', details: 'x'.repeat(512 * 1024 - 100) }),
          'application/json',
        )
      ).code,
    ).toBe(202);
    expect(journal.event.details).toHaveLength(4_000);
  });

  test('invalid UTF-8 and control characters become one clean line', async () => {
    const { post, journal } = await server();
    const body = new Uint8Array([
      ...Buffer.from('disk '),
      0xff,
      0xc3,
      0x28,
      0x00,
      0x1b,
      ...Buffer.from(' full'),
    ]);
    expect((await post(URL_PATH, body, FORM)).code).toBe(202);
    expect(
      (await post(URL_PATH, '{"summary":"a\\r\\nBcc: x@example.com\\u202e\\ud800"}', 'application/json'))
        .code,
    ).toBe(202);
    for (const { summary } of journal.events) {
      expect(summary).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(summary.isWellFormed()).toBe(true);
    }
    expect(journal.events[1]?.summary).toMatch(/^a Bcc: x@example\.com/);
  });

  test.each(['[', '{"a":', '{"details":['])('%s a hundred thousand deep harms nobody', async (unit) => {
    const { post } = await server();
    const depth = Math.floor(500_000 / unit.length);
    expect(
      (await post(URL_PATH, `{"summary":"x","details":${unit.repeat(depth)}`, 'application/json')).code,
    ).toBe(400);
    const closed = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await post(URL_PATH, `{"summary":"x","details":${closed}}`, 'application/json')).code).toBe(202);
  });

  test("fields named like an object's own are just fields", async () => {
    const { post, journal } = await server();
    expect(
      (
        await post(
          URL_PATH,
          '{"summary":"x","__proto__":{"severity":"critical"},"constructor":1}',
          'application/json',
        )
      ).code,
    ).toBe(202);
    expect((await post(URL_PATH, '__proto__=1&summary=x&constructor=2', FORM)).code).toBe(202);
    expect(journal.events.map((one) => one.severity)).toEqual(['unknown', 'unknown']);
  });

  test('whatever the bytes, an answer in JSON and never a 500', async () => {
    const { post } = await server();
    const types = fc.constantFrom(
      'application/json',
      FORM,
      'text/plain',
      'x',
      'application/json; charset=utf-16',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json().map((text) => new Uint8Array(Buffer.from(text))),
          fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
        ),
        types,
        async (bytes, type) => {
          for (const path of [URL_PATH, '/v2/enqueue'])
            expect((await post(path, bytes, type)).code).toBeLessThan(500);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('too much at once', () => {
  test('is answered 429 with Retry-After before it is read, and the rest is taken', async () => {
    const { post, journal } = await server({ limits: { maxInFlight: 2 } });
    let open: () => void = () => undefined;
    journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    const waiting = [post(URL_PATH, 'one', FORM), post(URL_PATH, 'two', FORM)];
    await journal.called(2);
    const refused = await post(URL_PATH, 'three', FORM);
    expect(refused.code).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    open();
    expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual([202, 202]);
    expect((await post(URL_PATH, 'three', FORM)).code).toBe(202);
    expect(journal.rows).toHaveLength(3);
  });

  test('large bodies have places of their own; small ones get by', async () => {
    const { post, journal } = await server({ limits: { maxLarge: 1, smallBytes: 1_000 } });
    let open: () => void = () => undefined;
    journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    const large = post(URL_PATH, 'x'.repeat(2_000), FORM);
    await journal.called(1);
    expect((await post(URL_PATH, 'y'.repeat(2_000), FORM)).code).toBe(429);
    const small = post(URL_PATH, 'z', FORM);
    await journal.called(2);
    open();
    expect([(await large).code, (await small).code]).toEqual([202, 202]);
  });

  test('a place comes back when the client goes away', async () => {
    const { post, http, journal } = await server({ limits: { maxInFlight: 1 } });
    let open: () => void = () => undefined;
    journal.gate = new Promise((resolve) => {
      open = resolve;
    });
    const abandoned = new AbortController();
    const gone = fetch(`http://127.0.0.1:${http.address.port}${URL_PATH}`, {
      method: 'POST',
      body: 'one',
      signal: abandoned.signal,
    });
    await journal.called(1);
    abandoned.abort();
    await expect(gone).rejects.toThrow();
    open();
    journal.gate = null;
    // The server hears of it a moment later than the client.
    let answer = await post(URL_PATH, 'two', FORM);
    while (answer.code === 429) answer = await post(URL_PATH, 'two', FORM);
    expect(answer.code).toBe(202);
  });
});

test('a request that trickles is cut off', async () => {
  const { http, journal } = await server({}, { bounds: { requestMs: 200, headersMs: 200, checkMs: 50 } });
  const answer = await rawRequest(
    http.address.port,
    `POST ${URL_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(journal.calls).toHaveLength(0);
});

describe('HTTPS', () => {
  const over = (port: number, ca: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: URL_PATH,
          method: 'POST',
          ca,
          servername: 'alerts.example',
          agent: false,
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      sent.on('error', reject);
      sent.end('disk full');
    });

  test('serves with the given certificate, then with a renewed one', async () => {
    const [pem, renewed] = [await certificate(), await certificate()];
    const { http } = await server({}, { tls: pem });
    expect(await over(http.address.port, pem.cert)).toBe(202);
    http.setTls(renewed);
    expect(await over(http.address.port, renewed.cert)).toBe(202);
    expect(() => http.setTls({ cert: renewed.cert, key: pem.key })).toThrow(/does not belong/);
  });

  test('a listener begun without says that it takes a restart', async () => {
    const pem = await certificate();
    const { http } = await server();
    expect(() => http.setTls(pem)).toThrow(/restart/);
  });
});

test('closing answers what is on its way', async () => {
  const { http, post, journal } = await server();
  let open: () => void = () => undefined;
  journal.gate = new Promise((resolve) => {
    open = resolve;
  });
  const waiting = post(URL_PATH, 'disk full', FORM);
  await journal.called(1);
  const closed = http.close();
  open();
  expect((await waiting).code).toBe(202);
  await closed;
});

test('a port that is taken is an error that names it', async () => {
  const { http } = await server();
  await expect(server({}, { listen: http.address })).rejects.toThrow(
    `cannot listen for HTTP on 127.0.0.1:${http.address.port}`,
  );
});

describe('routing keys', () => {
  test('are found under the roster of the moment', () => {
    let current = roster();
    const keys = new KeyBook(() => current);
    expect(keys.service(DB_KEY)).toBe('db');
    expect(keys.service(DB_KEY.toUpperCase())).toBe('db');
    expect(keys.service('')).toBeNull();
    current = {
      ...current,
      version: 2,
      services: [{ id: 'new', policy: 'default', keyHashes: [hashKey('a'.repeat(32))] }],
    };
    expect([keys.service(DB_KEY), keys.service('a'.repeat(32))]).toEqual([null, 'new']);
  });

  test('are overwritten in raw bytes wherever they stand', () => {
    const raw = Buffer.from(`a ${DB_KEY} b ${DB_KEY.toUpperCase()}`);
    redactKey(raw, DB_KEY);
    expect(raw.toString()).toBe(`a ffee${'*'.repeat(28)} b FFEE${'*'.repeat(28)}`);
  });
});

test('the folder says what may live in it', () => {
  const text = readFileSync(new URL('../../../src/relay/events/README.md', import.meta.url), 'utf8');
  expect(text).toContain('/e/KEY');
  expect(text).toContain('/v2/enqueue');
});
