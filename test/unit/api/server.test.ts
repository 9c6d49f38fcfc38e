import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync, mkdtempSync, rmSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApi } from '../../../src/relay/api/server.ts';
import type { StatusJson } from '../../../src/relay/api/wire.ts';
import { clientFor } from '../../../src/cli/client.ts';
import { standIn, status } from './stand-in.ts';
import type { StandIn } from './stand-in.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const log = { info: () => {}, warn: () => {}, error: () => {} };

describe('the control socket', () => {
  let relay: StandIn;
  let dir: string;
  beforeEach(async () => {
    relay = await standIn();
    dir = mkdtempSync(join(tmpdir(), 'relay-socket-'));
  });
  afterEach(async () => {
    await relay.close();
    rmSync(dir, { recursive: true });
  });
  const start = (socket: string) => startApi({ core: relay.core, socket, listen: null, token: null, log });

  test("only the daemon's user and group may use it", () => {
    expect(statSync(relay.socket).mode & 0o777).toBe(0o660);
    expect(relay.api.addresses).toEqual([`unix:${relay.socket}`]);
  });

  test('a second daemon on it is refused, and the first goes on answering', async () => {
    await expect(start(relay.socket)).rejects.toThrow(`another relay daemon answers on ${relay.socket}`);
    expect(await clientFor({ kind: 'socket', socket: relay.socket }).get('/v1/status')).toEqual(status());
  });

  test('what a killed daemon left behind is taken over', async () => {
    const left = join(dir, 'left.sock');
    const dead = createServer().listen(join(dir, 'dead.sock'));
    await once(dead, 'listening');
    // Its file moved away, the listener can't remove it when it goes: as after kill -9.
    renameSync(join(dir, 'dead.sock'), left);
    dead.close();
    await once(dead, 'close');
    expect(existsSync(left)).toBe(true);
    const api = await start(left);
    expect(await clientFor({ kind: 'socket', socket: left }).get('/v1/status')).toEqual(status());
    await api.close();
    expect(existsSync(left)).toBe(false);
  });

  test('a file that is no socket is never removed', async () => {
    const file = join(dir, 'notes.txt');
    writeFileSync(file, 'keep me');
    await expect(start(file)).rejects.toThrow('is no socket; move it away');
    expect(existsSync(file)).toBe(true);
  });

  test('a path too long for a unix socket is named with the limit', async () => {
    await expect(start(join(dir, 'x'.repeat(120)))).rejects.toThrow('longer than 107 bytes');
  });

  test('its folder is made when it is missing', async () => {
    const api = await start(join(dir, 'run', 'relay.sock'));
    expect(statSync(join(dir, 'run', 'relay.sock')).isSocket()).toBe(true);
    await api.close();
  });
});

describe('the control API on TCP', () => {
  let relay: StandIn;
  let url: string;
  beforeEach(async () => {
    relay = await standIn({ listen: LOOPBACK, token: 'sesame' });
    url = relay.api.addresses[1] ?? '';
  });
  afterEach(() => relay.close());

  test('answers whoever has the token', async () => {
    const answer = await clientFor({ kind: 'url', url, token: 'sesame' }).get<StatusJson>('/v1/status');
    expect(answer.host).toBe('pager-1');
  });

  test.each([
    ['no token', undefined],
    ['another token', 'Bearer open'],
    ['an empty token', 'Bearer '],
    ['the token with more behind it', 'Bearer sesame2'],
    ['another scheme', 'Basic sesame'],
  ])('refuses %s, whatever is asked', async (_what, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    for (const path of ['/v1/status', '/v1/nothing']) {
      const answer = await fetch(`${url}${path}`, { headers });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({
        error: { code: 'failed', message: 'The token is missing or wrong.' },
      });
    }
  });

  test('is never opened without a token', async () => {
    const options = { core: relay.core, socket: join(relay.dir, 'other.sock'), listen: LOOPBACK, log };
    for (const token of [null, '']) {
      await expect(startApi({ ...options, token })).rejects.toThrow('api.listen needs a token');
    }
    expect(existsSync(options.socket)).toBe(false);
  });

  test('a port in use is an error, and the socket is given up again', async () => {
    const listen = { host: '127.0.0.1', port: Number(new URL(url).port) };
    const socket = join(relay.dir, 'other.sock');
    await expect(startApi({ core: relay.core, socket, listen, token: 't', log })).rejects.toThrow(
      'EADDRINUSE',
    );
    expect(existsSync(socket)).toBe(false);
  });
});

describe("what can't be read", () => {
  let relay: StandIn;
  let url: string;
  beforeEach(async () => {
    relay = await standIn({ listen: LOOPBACK, token: 'sesame' });
    url = relay.api.addresses[1] ?? '';
  });
  afterEach(async () => {
    expect(relay.faults).toEqual([]);
    await relay.close();
  });
  const post = (body: string, type = 'application/json') =>
    fetch(`${url}/v1/send`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer sesame', 'content-type': type },
    });

  test.each([
    ['no JSON', '{"text": ', 400],
    ['an empty body', '', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['a text', '"disk full"', 400],
    ['too much', JSON.stringify({ text: 'x'.repeat(300_000) }), 413],
    ['a prototype', '{"__proto__": {"text": "x"}}', 400],
  ])('%s is answered with what is wrong, never with a fault of ours', async (_what, body, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(code);
    expect(await answer.json()).toMatchObject({
      error: { code: 'usage', message: expect.stringMatching(/./) },
    });
    expect(relay.accepted).toEqual([]);
  });

  test('another content type is refused', async () => {
    expect((await post('text=x', 'application/x-www-form-urlencoded')).status).toBe(415);
  });

  test('a call that does not exist is not found', async () => {
    const answer = await fetch(`${url}/v1/coffee`, { headers: { authorization: 'Bearer sesame' } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'not_found' } });
  });
});

test('a fault of ours is logged and answered without its innards', async () => {
  const relay = await standIn();
  relay.core.status = () => Promise.reject(new Error('secret innards'));
  const asked = clientFor({ kind: 'socket', socket: relay.socket }).get('/v1/status');
  await expect(asked).rejects.toMatchObject({
    exit: 1,
    message: 'Relay failed at this call; its log says why.',
  });
  expect(relay.faults).toEqual([new Error('secret innards')]);
  await relay.close();
});
