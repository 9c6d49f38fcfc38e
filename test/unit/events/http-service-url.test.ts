/** The URL of a service takes whatever a tool posts: its own words, another pager's API, the key in the path or a header. */
import { afterEach, describe, expect, test } from 'vitest';
import { closeServers, server, type Answer } from './http-server.ts';
import { DB_KEY, KEY } from './stand-ins.ts';

afterEach(closeServers);

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the key in a header', () => {
  const posted = async (
    authorization: string | null,
  ): Promise<{ code: number; service: unknown; asks: string | null }> => {
    const { url } = await server();
    const response = await fetch(`${url}/e`, {
      method: 'POST',
      body: 'disk full',
      headers: authorization === null ? {} : { authorization },
    });
    const body = (await response.json()) as Record<string, unknown>;
    return {
      code: response.status,
      service: body['service'],
      asks: response.headers.get('www-authenticate'),
    };
  };

  test.each([
    ['Bearer', `Bearer ${DB_KEY}`],
    ['bearer in small letters and with spaces', `  bearer   ${DB_KEY} `],
    ['a key as Opsgenie writes keys', 'Bearer ffeeddcc-bbaa-9988-7766-554433221100'],
    ['a password of any user', basic(`alertmanager:${DB_KEY}`)],
    ['a user without a password', basic(`${DB_KEY}:`)],
    ['a user alone', basic(DB_KEY)],
    ['GenieKey', `GenieKey ${DB_KEY}`],
  ])('%s', async (_, header) => {
    expect(await posted(header)).toEqual({ code: 202, service: 'db', asks: null });
  });

  test('also where the address ends in a slash', async () => {
    const { url } = await server();
    const headers = { authorization: `Bearer ${DB_KEY}` };
    expect((await fetch(`${url}/e/`, { method: 'POST', body: 'disk full', headers })).status).toBe(202);
  });

  test.each([
    ['none', null],
    ['an unknown one', `Bearer ${'1'.repeat(32)}`],
    ['another scheme', `Digest ${DB_KEY}`],
    ['nothing behind the scheme', 'Bearer '],
    ['no base64', 'Basic *'],
  ])('%s: 401, and how to do it', async (_, header) => {
    expect(await posted(header)).toEqual({ code: 401, service: undefined, asks: 'Bearer' });
  });
});

describe('bodies of other APIs are read as what they are', () => {
  const v2 = {
    event_action: 'trigger',
    dedup_key: 'k',
    payload: { summary: 'full', source: 'db1', severity: 'error' },
  };

  test.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'PagerDuty v2 at the service URL',
      `/e/${DB_KEY}`,
      v2,
      { dedupKey: 'k', severity: 'error', host: 'db1' },
    ],
    ['PagerDuty v2 at its integration URL', `/integration/${DB_KEY}/enqueue`, v2, { summary: 'full' }],
    [
      'v2 with a key of its own',
      `/e/${DB_KEY}`,
      { ...v2, routing_key: KEY },
      { service: 'db', dedupKey: 'k' },
    ],
    [
      'PagerDuty v1',
      `/e/${DB_KEY}`,
      { event_type: 'resolve', service_key: KEY, incident_key: 'k' },
      { action: 'resolve', dedupKey: 'k', source: 'pagerduty-v1' },
    ],
    [
      'an alert for Opsgenie',
      `/e/${DB_KEY}`,
      { message: 'full', alias: 'k', priority: 'P2' },
      { action: 'trigger', dedupKey: 'k', severity: 'error', source: 'opsgenie' },
    ],
    ['a change', `/e/${DB_KEY}`, { routing_key: KEY, payload: { summary: 'deployed' } }, { action: 'none' }],
    [
      'what is none of these',
      `/e/${DB_KEY}`,
      { message: 'full', key: 'k' },
      { source: 'json', dedupKey: 'k' },
    ],
  ])('%s', async (_, path, body, event) => {
    const { post, journal } = await server();
    expect((await post(path, JSON.stringify(body), 'application/json')).code).toBe(202);
    expect(journal.event).toMatchObject({ service: 'db', ...event });
    expect(Buffer.from(journal.rows[0]?.raw ?? []).toString()).not.toContain(KEY);
  });

  test('what is wrong is said field by field', async () => {
    const { post } = await server();
    const answer: Answer = await post(`/e/${DB_KEY}`, JSON.stringify({ ...v2, payload: { summary: 'x' } }));
    expect(answer.code).toBe(400);
    expect(answer.body['errors']).toContainEqual({ field: 'payload.source', message: 'is missing or blank' });
  });
});
