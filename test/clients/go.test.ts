/** `go-pagerduty` and Opsgenie's Go SDK, as they are, over https: only the address that they come to is relay's. */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { startHttpsRelay } from './https-relay.ts';
import { goClients, type Made } from './made.ts';
import { clientRefused, PATIENT_MS, REFUSALS } from './refusing-once.ts';
import { ClientError, talkTo } from './talk.ts';

interface Taken {
  requestId: string;
  isSuccess: boolean;
  alertId: string;
  alias: string;
}

// Without Go the run's last lines say so (test/clients/offer-clients.ts).
describe.skipIf(inject('missingClients').go !== null)('clients in Go', () => {
  let made: Made;
  // Building them takes a download where `npm run clients` hasn't been run.
  beforeAll(async () => {
    made = await goClients();
  }, 300_000);

  test('`go-pagerduty` opens and closes one incident by v2, and one by v1', async () => {
    const { relay, env } = await startHttpsRelay();
    const client = talkTo(made, env());
    const v2 = {
      event_action: 'trigger',
      dedup_key: 'web1 http',
      client: 'checker',
      client_url: 'https://c.example.com',
    };
    const payload = {
      summary: 'HTTP on web1 answers 503',
      source: 'web1',
      severity: 'critical',
      custom_details: { tries: 3 },
    };
    expect(await client.ask({ call: 'v2', v2: { ...v2, payload } })).toEqual({
      status: 'success',
      message: 'Event processed',
      dedup_key: 'web1 http',
    });
    await relay.phone('ana').receives(/CRITICAL db: HTTP on web1 answers 503/);
    await client.ask({ call: 'v2', v2: { ...v2, event_action: 'acknowledge' } });
    await relay.shows(/HTTP on web1/, 'acknowledged');
    await client.ask({
      call: 'v2',
      v2: { ...v2, event_action: 'resolve', payload: { ...payload, severity: 'info' } },
    });
    await relay.shows(/HTTP on web1/, 'resolved');
    await client.ask({
      call: 'change',
      change: {
        payload: { summary: 'Deployed', source: 'ci', timestamp: '2026-11-22T05:41:07Z', custom_details: {} },
      },
    });

    const v1 = { event_type: 'trigger', incident_key: 'srv01/HTTP', description: 'FAILURE on srv01' };
    const details = { 'ping time': '1500ms', 'load avg': 0.75 };
    expect(await client.ask({ call: 'v1', v1: { ...v1, details } })).toMatchObject({
      status: 'success',
      incident_key: 'srv01/HTTP',
    });
    await relay.phone('ana').receives(/db: FAILURE on srv01/);
    await client.ask({
      call: 'v1',
      v1: { ...v1, event_type: 'acknowledge', description: 'a person has it' },
    });
    await relay.shows(/FAILURE on srv01/, 'acknowledged');
    await client.ask({ call: 'v1', v1: { ...v1, event_type: 'resolve', description: 'fixed' } });
    await relay.shows(/FAILURE on srv01/, 'resolved');
    expect(await relay.incidents()).toHaveLength(2);
  });

  test('Opsgenie’s SDK creates, acknowledges, notes, lists and closes one incident', async () => {
    const { relay, env } = await startHttpsRelay();
    const client = talkTo(made, env());
    // The SDK puts an alias into the address as it is.
    const alias = 'web1.example.com/http check #1';
    const created = await client.ask<Taken>({
      call: 'create',
      create: {
        message: 'HTTP on web1 answers 503',
        alias,
        tags: ['http'],
        details: { status: '503' },
        priority: 'P1',
      },
    });
    expect(created).toMatchObject({ isSuccess: true, alias });
    await relay.phone('ana').receives(/CRITICAL db: HTTP on web1 answers 503/);
    expect(await client.ask({ call: 'get', alias })).toMatchObject({
      id: created.alertId,
      status: 'open',
      priority: 'P1',
    });
    expect(await client.ask({ call: 'note', alias, note: 'three tries' })).toMatchObject({ isSuccess: true });
    await client.ask({ call: 'priority', alias, priority: 'P3' });
    await client.ask({ call: 'acknowledge', alias, note: 'looking' });
    await relay.shows(/HTTP on web1/, 'acknowledged');
    expect(await client.ask({ call: 'list', query: 'status: open' })).toMatchObject({ data: [{ alias }] });
    await client.ask({ call: 'close', id: created.alertId, note: 'well again' });
    const closed = await relay.shows(/HTTP on web1/, 'resolved');
    expect(closed.timeline.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['three tries', 'looking', 'well again']),
    );
    expect(await relay.incidents()).toHaveLength(1);
    expect(relay.phone('ana').all).toHaveLength(1);
  });

  test('a wrong key is a final error for all of them, at once', async () => {
    const { relay, env } = await startHttpsRelay();
    const client = talkTo(made, env('0'.repeat(32)));
    const v1 = { event_type: 'trigger', description: 'x' };
    await expect(client.ask({ call: 'v1', v1 })).rejects.toThrow(/HTTP Status Code: 400/);
    await expect(client.ask({ call: 'v2', v2: { event_action: 'trigger' } })).rejects.toThrow(ClientError);
    await expect(client.ask({ call: 'create', create: { message: 'x' } })).rejects.toThrow(
      /Status code: 401/,
    );
    expect(await relay.incidents()).toEqual([]);
  });

  test.each(REFUSALS)(
    'what relay refuses for now, %s (%i), Opsgenie’s SDK brings again, and `go-pagerduty` says that one may',
    async (why, code) => {
      const { relay, before, client } = await clientRefused(made, why);
      await client.ask({ call: 'create', create: { message: 'swap full', alias: 'swap' } });
      expect(before.calls.slice(0, 2)).toEqual([`POST /v2/alerts ${code}`, 'POST /v2/alerts 202']);
      const payload = { summary: 'disk full', source: 'db1', severity: 'error' };
      const v2 = { event_action: 'trigger', dedup_key: 'disk', payload };
      await expect(client.ask({ call: 'v2', v2 })).rejects.toThrow(`status code ${code}`);
      expect(await client.ask({ call: 'v2', v2 })).toMatchObject({ status: 'success' });
      await relay.shows(/disk full/, 'triggered');
      await relay.shows(/swap full/, 'triggered');
      expect((await relay.incidents()).map(({ dedupKey }) => dedupKey).toSorted()).toEqual(['disk', 'swap']);
    },
    PATIENT_MS,
  );
});
