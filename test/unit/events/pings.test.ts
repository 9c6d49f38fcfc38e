/** Pings by HTTP, as Healthchecks' and Opsgenie's clients send them. */
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import { startHttp, type RunningHttp } from '../../../src/relay/events/http.ts';
import { pingDoor } from '../../../src/relay/events/http/pings.ts';
import { hashKey } from '../../../src/relay/events/keys.ts';
import { whatOfMail } from '../../../src/relay/events/pings.ts';
import { readRecipient } from '../../../src/relay/events/smtp/recipient.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { StoreFullError } from '../../../src/relay/store/port.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const SERVICE_KEY = 'fedcba9876543210fedcba9876543210';
const ROSTER: Roster = {
  ...emptyRoster(),
  services: [
    { id: 'db', policy: 'default', keyHashes: [hashKey(SERVICE_KEY)] },
    { id: 'web', policy: 'default', keyHashes: [] },
  ],
  heartbeats: [
    { id: 'backup', service: 'db', everyMs: 86_400_000, graceMs: 3_600_000, keyHashes: [hashKey(KEY)] },
    { id: 'rotate', service: 'web', everyMs: 86_400_000, graceMs: 3_600_000, keyHashes: [] },
  ],
};
const nothing = (): void => undefined;

let http: RunningHttp;
let taken: NewInput[];
let unheard: number;
let fails: Error | null;
let isSure: boolean;

beforeEach(async () => {
  [taken, unheard, fails, isSure] = [[], 0, null, true];
  http = await startHttp({
    listen: { host: '127.0.0.1', port: 0 },
    tls: null,
    log: { info: nothing, warn: nothing, error: nothing },
    plugins: [
      pingDoor({
        roster: () => ROSTER,
        rosterIsSure: () => isSure,
        nowMs: () => 1_000,
        unheard: () => {
          unheard += 1;
        },
        log: { info: nothing, warn: nothing, error: nothing },
        accept: async (inputs) => {
          if (fails !== null) throw fails;
          taken.push(...inputs);
          return [];
        },
      }),
    ],
  });
});

afterEach(() => http.close());

const url = (path: string): string => `http://127.0.0.1:${http.address.port}${path}`;
const pings = (): unknown[] => taken.map(({ input }) => input);
const PING = { kind: 'ping', heartbeat: 'backup', by: 'http', heardMs: 1_000 };

describe('a ping by HTTP', () => {
  it.each(['GET', 'HEAD', 'POST', 'PUT'])('is taken by %s', async (method) => {
    const answer = await fetch(url(`/ping/${KEY}`), { method });
    expect([answer.status, await answer.text()]).toEqual([200, method === 'HEAD' ? '' : 'OK\n']);
    expect(pings()).toEqual([{ ...PING, what: 'success' }]);
  });

  it.each([
    ['start', { what: 'start' }],
    ['fail', { what: 'fail' }],
    ['log', { what: 'log' }],
    ['0', { what: 'success', exitCode: 0 }],
    ['2', { what: 'fail', exitCode: 2 }],
    ['137?ms=1500&signal=SIGKILL', { what: 'fail', exitCode: 137, durationMs: 1_500, signal: 'SIGKILL' }],
  ])('says %s', async (what, said) => {
    expect((await fetch(url(`/ping/${KEY}/${what}`))).status).toBe(200);
    expect(pings()).toEqual([{ ...PING, ...said }]);
  });

  it('keeps the end of whatever body it has, of any type and size', async () => {
    const body = `${'x'.repeat(3_000_000)}\u0007\r\nno space left`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url(`/ping/${KEY}/fail`), { method: 'POST', body, headers })).status).toBe(200);
    const [input] = taken;
    expect(input?.raw).toHaveLength(100 * 1024);
    expect(pings()).toEqual([
      expect.objectContaining({ output: expect.stringMatching(/^x+\nno space left$/) }),
    ]);
    expect((pings()[0] as { output: string }).output).toHaveLength(4_000);
  });

  it('takes a body that comes in pieces without a length', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(url(`/ping/${KEY}`), { method: 'POST' }, (answer) => resolve(answer.statusCode));
      sent.on('error', reject);
      sent.write('one ');
      sent.end('two');
    });
    expect(status).toBe(200);
    expect(pings()).toEqual([{ ...PING, what: 'success', output: 'one two' }]);
  });

  it('is answered 404 for a key that is nobody’s, and for words it does not know', async () => {
    expect((await fetch(url(`/ping/${SERVICE_KEY}`))).status).toBe(404);
    expect((await fetch(url(`/ping/${KEY}/256`))).status).toBe(404);
    expect((await fetch(url(`/ping/${KEY}/strt`))).status).toBe(404);
    expect([taken, unheard]).toEqual([[], 0]);
  });

  it('is answered 503 when nothing keeps it, and then counts as not heard', async () => {
    fails = new StoreFullError('no space');
    const answer = await fetch(url(`/ping/${KEY}`));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(unheard).toBe(1);
  });

  it('is answered 503 for an unknown key by a host that can’t read the roster', async () => {
    isSure = false;
    expect((await fetch(url(`/ping/${SERVICE_KEY}`))).status).toBe(503);
    expect(unheard).toBe(1);
  });
});

describe("Opsgenie's ping", () => {
  const ping = (name: string, key: string, method = 'GET'): Promise<Response> =>
    fetch(url(`/v2/heartbeats/${name}/ping`), { method, headers: { authorization: `GenieKey ${key}` } });

  it.each(['GET', 'POST', 'PUT', 'PATCH'])('is taken by %s with the key of its service', async (method) => {
    const answer = await ping('backup', SERVICE_KEY, method);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({
      result: 'PONG - Heartbeat received',
      took: expect.any(Number),
      requestId: expect.any(String),
    });
    expect(pings()).toEqual([{ ...PING, by: 'opsgenie', what: 'success' }]);
  });

  it('is taken with its own key', async () => {
    expect((await ping('Backup', KEY)).status).toBe(202);
  });

  it('is refused in JSON without a key that is one, for another service’s heartbeat, and for none', async () => {
    expect((await ping('backup', 'nonsense')).status).toBe(401);
    expect((await ping('rotate', SERVICE_KEY)).status).toBe(404);
    const none = await ping('nothing', SERVICE_KEY);
    expect([none.status, await none.json()]).toEqual([
      404,
      expect.objectContaining({ message: 'Heartbeat with name [nothing] does not exist' }),
    ]);
    expect(taken).toEqual([]);
  });
});

describe('a ping by mail', () => {
  const rules = { domain: 'alerts.example.com', localNames: [], trusted: false, replies: true };
  const read = (address: string) => readRecipient(address, ROSTER, rules);

  it('goes to ping-KEY at the domain, from anywhere', () => {
    expect(read(`ping-${KEY}@alerts.example.com`)).toEqual({
      kind: 'ping',
      heartbeat: 'backup',
      key: KEY,
      tag: null,
    });
    expect(read(`PING-${KEY.toUpperCase()}+start@alerts.example.com`)).toMatchObject({
      kind: 'ping',
      tag: 'start',
    });
    expect(read(`ping-${SERVICE_KEY}@alerts.example.com`)).toMatchObject({ kind: 'refused', code: 550 });
  });

  it.each([
    [null, 'Backup of db1 done', { what: 'success' }],
    [null, 'Backup FAILED on db1', { what: 'fail' }],
    [null, 'backup of failover nodes', { what: 'success' }],
    ['success', 'Backup failed over', { what: 'success' }],
    ['start', 'x', { what: 'start' }],
    ['3', 'x', { what: 'fail', exitCode: 3 }],
    ['whatever', 'all is well', { what: 'success' }],
  ])('with the tag %s and the subject "%s" is read as it says', (tag, subject, said) => {
    expect(whatOfMail(tag, subject)).toEqual(said);
  });
});
