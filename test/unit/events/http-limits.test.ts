import { servicePath } from '../../../src/relay/events/http.ts';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { hashKey, KeyBook, redactKey } from '../../../src/relay/events/keys.ts';
import { closeServers, rawRequest, server } from './http-server.ts';
import { certificate } from './smtp-server.ts';
import { fc } from './property.ts';
import { DB_KEY, roster } from './stand-ins.ts';

afterEach(closeServers);

const URL_PATH = servicePath(DB_KEY);
const API_PATHS = [
  '/v2/enqueue',
  '/v2/change/enqueue',
  '/generic/2010-04-15/create_event.json',
  '/v2/alerts',
];
const FORM = 'application/x-www-form-urlencoded';

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
    const { post, journal } = await server();
    const depth = Math.floor(500_000 / unit.length);
    expect(
      (await post(URL_PATH, `{"summary":"x","details":${unit.repeat(depth)}`, 'application/json')).code,
    ).toBe(202);
    expect(journal.event).toMatchObject({
      summary: 'x',
      reason: expect.stringContaining('broken') as string,
    });
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
          for (const path of [URL_PATH, ...API_PATHS])
            expect((await post(path, bytes, type)).code).toBeLessThan(500);
        },
      ),
      { numRuns: 100 },
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
