/** The description of the control API: it is right, whole, and what the calls really take and answer. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientFor, type Client } from '../../../src/cli/client.ts';
import { allRoutes } from '../../../src/relay/api/all-routes.ts';
import { openapiOf } from '../../../src/relay/api/table/openapi.ts';
import { get, serve, type Route } from '../../../src/relay/api/table/route.ts';
import { object, string } from '../../../src/relay/api/table/schema.ts';
import { Tails } from '../../../src/relay/api/tail.ts';
import { filesBelow } from '../../tidy/sources.ts';
import { putMessageRows } from './message-rows.ts';
import { NOW_MS, putIncident, standIn, type StandIn } from './stand-in.ts';

interface Operation {
  operationId: string;
  summary: string;
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let relay: StandIn;
let client: Client;
let routes: Route[];
let document: Document;
beforeEach(async () => {
  relay = await standIn();
  client = clientFor({ kind: 'socket', socket: relay.socket });
  routes = allRoutes(relay.core, new Tails(relay.core.feed));
  document = await client.get<Document>('/openapi.json');
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

const operations = (): Operation[] => Object.values(document.paths).flatMap((path) => Object.values(path));

describe('the document', () => {
  it('is OpenAPI 3.1 to a validator, which finds what is wrong with another', async () => {
    const checked = await new Validator().validate({ ...document });
    expect(JSON.stringify(checked.errors ?? []).slice(0, 2_000)).toBe('[]');
    expect(checked.valid).toBe(true);
    const wrong = structuredClone(document) as { paths: Record<string, unknown> };
    wrong.paths['/v1/status'] = { get: { responses: 'none' } };
    expect(await new Validator().validate({ ...wrong })).toMatchObject({ valid: false });
  });

  it('stands in docs/openapi.json as the server tells it: npm run openapi', () => {
    const written = readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8');
    expect(JSON.parse(written)).toEqual(document);
  });

  it('leads every reference to something, and gives every operation a name of its own', () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name = '']) => name,
    );
    expect(referred.length).toBeGreaterThan(50);
    expect([...new Set(referred)].filter((name) => !(name in document.components.schemas))).toEqual([]);
    const names = operations().map((one) => one.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(operations().filter((one) => !one.summary.endsWith('.'))).toEqual([]);
  });

  it('has every call of the server, and no other: what serves them is this table alone', async () => {
    const served: string[] = [];
    const app = fastify();
    app.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat())
        if (one !== 'HEAD') served.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
    });
    serve(app, routes);
    await app.close();
    const told = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.toSorted()).toEqual(served.toSorted());
    expect(served.length).toBeGreaterThan(50);
    const others = filesBelow('src/relay/api', (path) => path.endsWith('.ts')).filter(
      ({ path, text }) =>
        /\bapp\.(?:get|post|put|patch|delete|route|all)\b/.test(text) && !path.endsWith('table/route.ts'),
    );
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it('refuses two schemas of one name', () => {
    const one = (path: string) =>
      get(path, { name: path, summary: 'It.', answer: object<{ a: string }>('Same', { a: string }) }, () => ({
        a: '',
      }));
    expect(() => openapiOf([one('/a'), one('/b')])).toThrow('two schemas have the name Same');
  });
});

describe('what a call answers', () => {
  /** Every property that isn't described is a mistake here; to others it is to be ignored. */
  function strict(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(strict);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, one]) => [key, strict(one)]);
    const copy = Object.fromEntries(entries) as Record<string, unknown>;
    return copy['type'] === 'object' && 'properties' in copy
      ? { additionalProperties: false, ...copy }
      : copy;
  }

  function checkOf(): (method: 'get' | 'post', path: string) => ValidateFunction {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: 'relay', ...(strict(document) as object) });
    return (method, path) => {
      const at = `/paths/${path.replaceAll('/', '~1')}/${method}/responses/200/content/application~1json/schema`;
      const found = ajv.getSchema(`relay#${at.replaceAll('{', '%7B').replaceAll('}', '%7D')}`);
      if (found === undefined) throw new Error(`${method} ${path} is not described`);
      return found;
    };
  }

  /** In an order in which each can be carried out. */
  const CALLS: ['get' | 'post', string, string, object?][] = [
    ['post', '/v1/people', '/v1/people', { id: 'cleo', email: 'cleo@example.com' }],
    ['post', '/v1/people/{id}', '/v1/people/cleo', { phone: '+15550102' }],
    ['get', '/v1/people', '/v1/people'],
    ['post', '/v1/groups', '/v1/groups', { id: 'dba', people: ['ana'] }],
    ['post', '/v1/groups/{id}', '/v1/groups/dba', { add: ['ben'] }],
    ['get', '/v1/groups', '/v1/groups'],
    ['get', '/v1/groups/{id}', '/v1/groups/dba'],
    [
      'post',
      '/v1/rotations',
      '/v1/rotations',
      {
        id: 'ops',
        zone: 'UTC',
        members: ['ana', 'ben'],
        shift: '1 day',
        start: '2026-11-16',
        handoff: '09:00',
      },
    ],
    ['post', '/v1/rotations/{id}', '/v1/rotations/ops', { during: ['mon-fri 00:00-24:00'] }],
    ['get', '/v1/rotations', '/v1/rotations'],
    ['get', '/v1/rotations/{id}', '/v1/rotations/ops'],
    [
      'post',
      '/v1/policies',
      '/v1/policies',
      {
        id: 'night',
        levels: [{ names: ['ops', 'dba'], severities: ['critical'] }, { people: ['ana'] }],
        zone: 'UTC',
      },
    ],
    [
      'post',
      '/v1/policies/{id}',
      '/v1/policies/default',
      {
        rules: [
          { severities: ['info'], outside: ['mon-fri 08:00-18:00'], wait: true },
          { severities: ['error'], policy: 'night' },
        ],
        zone: 'UTC',
        ackTimeoutMs: 60_000,
        handover: true,
      },
    ],
    ['get', '/v1/policies', '/v1/policies'],
    ['get', '/v1/policies/{id}', '/v1/policies/default'],
    ['post', '/v1/services', '/v1/services', { id: 'db', policy: 'night' }],
    ['post', '/v1/services/{id}', '/v1/services/db', { policy: 'default' }],
    ['post', '/v1/services/{id}/key', '/v1/services/db/key', {}],
    ['get', '/v1/services', '/v1/services'],
    ['get', '/v1/services/{id}', '/v1/services/db'],
    [
      'post',
      '/v1/oncall',
      '/v1/oncall',
      { person: 'cleo', rotation: 'ops', untilMs: NOW_MS + 3_600_000, why: 'lunch' },
    ],
    ['get', '/v1/overrides', '/v1/overrides'],
    ['get', '/v1/oncall', '/v1/oncall?at=2020-01-01T00:00:00Z'],
    ['get', '/v1/oncall/calendar', '/v1/oncall/calendar?name=db&at=2020-01-01T00:00:00Z&weeks=1'],
    ['post', '/v1/oncall/unset', '/v1/oncall/unset', { person: 'cleo' }],
    [
      'post',
      '/v1/oncall/swap',
      '/v1/oncall/swap',
      { a: 'ana', aDay: '2026-11-24', b: 'ben', bDay: '2026-11-25' },
    ],
    ['get', '/v1/oncall/next', '/v1/oncall/next?person=ana'],
    ['post', '/v1/oncall/handoff', '/v1/oncall/handoff', {}],
    ['post', '/v1/absences', '/v1/absences', { person: 'ana', untilMs: NOW_MS + 86_400_000 }],
    ['get', '/v1/absences', '/v1/absences'],
    [
      'post',
      '/v1/people/{id}/notifications',
      '/v1/people/ana/notifications',
      {
        rules: [
          {
            severities: ['critical'],
            during: ['mon-fri 08:00-18:00'],
            outside: ['22:00-07:00'],
            steps: [{ channels: ['sms'] }, { afterMs: 60_000, channels: ['push'] }],
          },
        ],
        quiet: { during: ['22:00-07:00'], except: ['error'] },
        zone: 'Europe/Berlin',
      },
    ],
    ['get', '/v1/people/{id}', '/v1/people/ana'],
    ['post', '/v1/absences/remove', '/v1/absences/remove', { person: 'ana' }],
    [
      'post',
      '/v1/absences/calendar',
      '/v1/absences/calendar',
      { person: 'ana', text: 'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR' },
    ],
    ['post', '/v1/people/{id}/test', '/v1/people/ana/test', {}],
    ['get', '/v1/calendars', '/v1/calendars'],
    ['post', '/v1/calendars', '/v1/calendars', { name: 'ana' }],
    ['post', '/v1/calendars/revoke', '/v1/calendars/revoke', { name: 'ana' }],
    ['post', '/v1/send', '/v1/send', { text: 'disk full', severity: 'critical' }],
    ['post', '/v1/page', '/v1/page', { to: ['ana'], text: 'please call me' }],
    ['get', '/v1/incidents', '/v1/incidents?all=1'],
    ['post', '/v1/incidents/ack', '/v1/incidents/ack', { numbers: [7, 99] }],
    ['post', '/v1/incidents/resolve', '/v1/incidents/resolve', { numbers: [99] }],
    ['get', '/v1/incidents/{number}', '/v1/incidents/7'],
    ['get', '/v1/incidents/{number}/raw', '/v1/incidents/7/raw?event=1'],
    ['post', '/v1/incidents/{number}/ack', '/v1/incidents/7/ack', {}],
    ['post', '/v1/incidents/{number}/snooze', '/v1/incidents/7/snooze', { untilMs: NOW_MS + 60_000 }],
    ['post', '/v1/incidents/{number}/reassign', '/v1/incidents/7/reassign', { person: 'ben' }],
    ['post', '/v1/incidents/{number}/escalate', '/v1/incidents/7/escalate', {}],
    ['post', '/v1/incidents/{number}/note', '/v1/incidents/7/note', { text: 'disk ordered' }],
    ['post', '/v1/incidents/{number}/resolve', '/v1/incidents/7/resolve', {}],
    ['get', '/v1/messages', '/v1/messages?person=ana'],
    ['get', '/v1/messages/{id}', '/v1/messages/ana.47'],
    ['post', '/v1/heartbeats', '/v1/heartbeats', { id: 'backup', every: '24h', service: 'db' }],
    ['post', '/v1/heartbeats/{id}', '/v1/heartbeats/backup', { grace: '2h', paused: false }],
    ['post', '/v1/heartbeats/{id}/key', '/v1/heartbeats/backup/key', {}],
    ['post', '/v1/ping', '/v1/ping', { heartbeat: 'backup', what: 'fail', exitCode: 2, output: 'no space' }],
    ['get', '/v1/heartbeats', '/v1/heartbeats'],
    ['get', '/v1/heartbeats/{id}', '/v1/heartbeats/backup'],
    ['post', '/v1/heartbeats/{id}/remove', '/v1/heartbeats/backup/remove', {}],
    ['get', '/v1/maintenance', '/v1/maintenance'],
    ['post', '/v1/maintenance', '/v1/maintenance', { hosts: ['db1'], untilMs: NOW_MS + 60_000 }],
    ['post', '/v1/maintenance/{id}/end', '/v1/maintenance/db1/end', {}],
    ['post', '/v1/maintenance', '/v1/maintenance', { all: true, untilMs: NOW_MS + 60_000 }],
    ['post', '/v1/maintenance/{id}/remove', '/v1/maintenance/all/remove', {}],
    ['post', '/v1/services/{id}/remove', '/v1/services/db/remove', {}],
    ['get', '/v1/roster/file', '/v1/roster/file?full=1'],
    ['post', '/v1/roster/plan', '/v1/roster/plan', { text: 'groups: {dba: [ana]}' }],
    ['post', '/v1/roster/apply', '/v1/roster/apply', { text: 'groups: {dba: [ana, cleo]}' }],
    ['post', '/v1/roster/rollback', '/v1/roster/rollback', { version: 4 }],
    ['get', '/v1/roster/history', '/v1/roster/history'],
    [
      'post',
      '/v1/roster/apply',
      '/v1/roster/apply',
      {
        text: 'rules: [{name: a, why: b, match: {host: {glob: x, not: y}}, set: {labels: {a: b}}, stop: false}]',
      },
    ],
    ['get', '/v1/rules', '/v1/rules'],
    ['get', '/v1/status', '/v1/status'],
    ['get', '/v1/overview', '/v1/overview'],
    ['get', '/v1/names', '/v1/names'],
    ['get', '/v1/cluster', '/v1/cluster'],
    ['get', '/v1/store', '/v1/store'],
    ['post', '/v1/policies/{id}/remove', '/v1/policies/spare/remove', {}],
    ['post', '/v1/rotations/{id}/remove', '/v1/rotations/spare/remove', {}],
    ['post', '/v1/groups/{id}/remove', '/v1/groups/spare/remove', {}],
    ['post', '/v1/people/{id}/remove', '/v1/people/dora/remove', {}],
    ['get', '/openapi.json', '/openapi.json'],
  ];

  /** Streams, and what needs a second store: each has tests of its own. */
  const NOT_HERE = ['get /v1/tail', 'get /v1/backup', 'post /v1/store/move', 'post /v1/store/move/abort'];

  it('is what is described, property by property', async () => {
    await putIncident(relay.store, { number: 7 }, [
      { atMs: NOW_MS, kind: 'opened', text: 'opened', actor: 'relay', came: ['j:raw'] },
    ]);
    const stamp = { host: 'h1', seq: 1, atMs: NOW_MS, trusted: true };
    await relay.store.append([
      { id: 'j:raw', shard: 1, stamp, input: { kind: 'alert', events: [] }, raw: Buffer.from('x') },
    ]);
    const life = [{ atMs: NOW_MS, kind: 'claimed' as const, text: 'claimed' }];
    await putMessageRows(relay.store, 'ana', 7, [{ provider: 'twilio-sms', subject: '#7', log: life }]);
    const check = checkOf();
    for (const [method, path, url, body = {}] of CALLS) {
      if (url === '/v1/policies/spare/remove') await spares();
      const answer = await (method === 'get' ? client.get<unknown>(url) : client.post<unknown>(url, body));
      const isRight = check(method, path);
      expect(isRight(answer), `${method} ${url}: ${JSON.stringify(isRight.errors)}`).toBe(true);
    }
    const called = new Set(CALLS.map(([method, path]) => `${method} ${path}`));
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(all.filter((one) => !called.has(one) && !NOT_HERE.includes(one))).toEqual([]);
  });

  it('would be noticed if it were another', async () => {
    const isRight = checkOf()('get', '/v1/status');
    const status = await client.get<Record<string, unknown>>('/v1/status');
    expect(isRight(status)).toBe(true);
    expect(isRight({ ...status, open: undefined })).toBe(false);
    expect(isRight({ ...status, secret: 1 })).toBe(false);
    expect(isRight({ ...status, pid: 'x' })).toBe(false);
  });

  async function spares(): Promise<void> {
    await client.post('/v1/people', { id: 'dora', email: 'dora@example.com' });
    await client.post('/v1/groups', { id: 'spare', people: ['ana'] });
    await client.post('/v1/policies', { id: 'spare', levels: [{ people: ['ana'] }] });
    await client.post('/v1/rotations', {
      id: 'spare',
      members: ['ana'],
      shift: '1 day',
      start: '2026-11-16',
      handoff: '09:00',
    });
  }
});

it('a call takes what is described: what it refuses is no more than that', async () => {
  const bodies = operations().flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}));
  expect(bodies.length).toBeGreaterThan(30);
  expect(
    bodies.filter(
      ({ schema }) => (schema as { additionalProperties?: boolean }).additionalProperties !== false,
    ),
  ).toEqual([]);
  await expect(
    client.post('/v1/groups', { id: 'dba', people: ['ana'], colour: 'red' }),
  ).rejects.toMatchObject({
    exit: 2,
    message: expect.stringMatching(/colour: not known here; known are id, people, zone, by/),
  });
});
