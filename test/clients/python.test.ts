/** PyPI's `pagerduty` and `opsgenie-sdk`, as they are: only the address that they call is relay's. */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Relay } from '../e2e/harness/relay.ts';
import { startHttpsRelay } from './https-relay.ts';
import { pythonClients, type Made } from './made.ts';
import { clientRefused, PATIENT_MS, REFUSALS } from './refusing-once.ts';
import { ClientError, talkTo } from './talk.ts';

interface Taken {
  requestId: string;
  isSuccess: boolean;
  alertId: string;
  alias: string;
}

/** What `relay incidents --all` has, oldest first. */
const opened = async (relay: Relay): Promise<string[]> =>
  (await relay.incidents()).map(({ dedupKey, status }) => `${dedupKey} ${status}`).toReversed();

// Without Python the run's last lines say so (test/clients/offer-clients.ts).
describe.skipIf(inject('missingClients').python !== null)('clients of PyPI', () => {
  let made: Made;
  // Making them takes a download where `npm run clients` hasn't been run.
  beforeAll(async () => {
    made = await pythonClients();
  }, 300_000);

  test('`pagerduty` triggers, acknowledges and resolves one incident; a change event pages nobody', async () => {
    const { relay, env } = await startHttpsRelay();
    const client = talkTo(made, env());
    const more = {
      dedup_key: 'db-main/Disk /var',
      severity: 'warning',
      payload: { component: 'disk' },
      custom_details: { free: '1.2 GB' },
      images: [{ src: 'https://grafana.example.com/p.png' }],
      links: [{ href: 'https://wiki.example.com/disk', text: 'What to do' }],
    };
    const trigger = { call: 'trigger', summary: 'Disk space low on db-main', source: 'db-main', more };
    expect(await client.ask(trigger)).toBe('db-main/Disk /var');
    await relay.phone('ana').receives(/WARNING db: Disk space low on db-main/);
    await client.ask(trigger);
    const twice = await relay.shows(/Disk space/, 'triggered', ({ events }) => events === 2);
    expect(twice.severity).toBe('warning');
    await client.ask({ call: 'acknowledge', key: 'db-main/Disk /var' });
    await relay.shows(/Disk space/, 'acknowledged');
    await client.ask({ call: 'resolve', key: 'db-main/Disk /var' });
    await relay.shows(/Disk space/, 'resolved');
    const change = {
      summary: 'Deployed shop 4.2',
      source: 'ci.example.com',
      timestamp: '2026-11-22T05:41:07',
    };
    await client.ask({ call: 'change', ...change });
    await client.ask({ call: 'resolve', key: 'never there' });
    const bare = await client.ask<string>({ call: 'trigger', summary: 'no key', source: 'x' });
    expect(bare).toMatch(/^[0-9a-f-]{36}$/);
    await relay.shows(/no key/, 'triggered');
    expect(await opened(relay)).toEqual(['db-main/Disk /var resolved', `${bare} triggered`]);
  });

  test('`opsgenie-sdk` creates, looks, notes, acknowledges, lists and closes one incident', async () => {
    const { relay, env } = await startHttpsRelay();
    const client = talkTo(made, env());
    const alias = 'db-main/Disk Space #1';
    const created = await client.ask<Taken>({
      call: 'create',
      alert: {
        message: 'Disk space low on db-main: /var 97 % full',
        alias,
        description: 'Only 1.2 GB free',
        tags: ['disk', 'prod'],
        details: { host: 'db-main.example.com' },
        entity: 'db-main',
        priority: 'P2',
        responders: [{ type: 'team', name: 'ops' }],
      },
    });
    expect(created).toMatchObject({ isSuccess: true, alias });
    await relay.phone('ana').receives(/ERROR db: Disk space low on db-main/);
    const [{ number } = { number: 0 }] = await relay.incidents();
    expect(await client.ask({ call: 'get', identifier: alias })).toEqual({
      id: created.alertId,
      tinyId: String(number),
      alias,
      message: 'Disk space low on db-main: /var 97 % full',
      status: 'open',
      acknowledged: false,
      count: 1,
      priority: 'P2',
    });
    expect(await client.ask({ call: 'get', identifier: created.alertId, by: 'id' })).toMatchObject({ alias });
    await client.ask({ call: 'note', identifier: alias, note: 'still filling' });
    await client.ask({ call: 'ack', identifier: String(number), by: 'tiny', user: 'ana@example.com' });
    await relay.shows(/Disk space/, 'acknowledged');
    expect(await client.ask({ call: 'list', query: 'status: open' })).toEqual([alias]);
    // The create's requestId stands for the alert, also after a restart.
    await relay.restart();
    const later = talkTo(made, env());
    await later.ask({ call: 'close', identifier: created.requestId, by: 'id', note: 'free again' });
    const closed = await relay.shows(/Disk space/, 'resolved');
    expect(closed.timeline.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['still filling', 'free again']),
    );
    expect(await later.ask({ call: 'get', identifier: alias })).toMatchObject({ status: 'closed' });
    expect(await later.ask({ call: 'count', query: 'status: open' })).toBe(0);
    expect(await opened(relay)).toEqual([`${alias} resolved`]);
    expect(relay.phone('ana').all).toHaveLength(1);
  });

  test('an alert that `opsgenie-sdk` gave no alias is found at once, and closed by the id it was given', async () => {
    const { relay, env } = await startHttpsRelay();
    const client = talkTo(made, env());
    const created = await client.ask<Taken>({
      call: 'create',
      alert: { message: 'Größenänderung fehlgeschlagen' },
    });
    expect(await client.ask({ call: 'get', identifier: created.alertId, by: 'id' })).toMatchObject({
      status: 'open',
      alias: created.alias,
    });
    await client.ask({ call: 'close', identifier: created.alertId, by: 'id' });
    await relay.shows(/Größenänderung/, 'resolved');
  });

  test('a wrong key is a final error for both, at once', async () => {
    const { relay, env } = await startHttpsRelay();
    const client = talkTo(made, env('0'.repeat(32)));
    await expect(client.ask({ call: 'trigger', summary: 'x', source: 'x' })).rejects.toThrow(ClientError);
    await expect(client.ask({ call: 'create', alert: { message: 'x' } })).rejects.toThrow(
      /apiKey is invalid/,
    );
    expect(await relay.incidents()).toEqual([]);
  });

  test.each(REFUSALS)(
    'what relay refuses for now, %s (%i), both bring again: one incident each',
    async (why, code) => {
      const { relay, before, client } = await clientRefused(made, why);
      await client.ask({ call: 'trigger', summary: 'disk full', source: 'db1', more: { dedup_key: 'disk' } });
      await client.ask({ call: 'create', alert: { message: 'swap full', alias: 'swap' } });
      expect(before.calls).toEqual([
        `POST /v2/enqueue ${code}`,
        'POST /v2/enqueue 202',
        `POST /v2/alerts ${code}`,
        'POST /v2/alerts 202',
        expect.stringMatching(`^GET /v2/alerts/requests/\\S+ ${code}$`),
        expect.stringMatching('^GET /v2/alerts/requests/\\S+ 200$'),
      ]);
      await relay.shows(/disk full/, 'triggered');
      await relay.shows(/swap full/, 'triggered');
      expect((await relay.incidents()).map(({ dedupKey }) => dedupKey).toSorted()).toEqual(['disk', 'swap']);
    },
    PATIENT_MS,
  );
});
