/** The team's rules at the doors: what is accepted is what they made of an alert. */
import { afterEach, describe, expect, test } from 'vitest';
import { ruleSets } from '../../../../src/relay/events/formats/rules/rule-set.ts';
import { createMailReader, type MailReader } from '../../../../src/relay/events/mail/reader.ts';
import type { AlertEvent } from '../../../../src/relay/events/types.ts';
import type { Roster } from '../../../../src/relay/oncall/types.ts';
import type { EventRule } from '../../../../src/relay/oncall/rule-types.ts';
import { closeServers, server as httpServer } from '../http-server.ts';
import { KEY, KeptLog, mailOf, roster } from '../stand-ins.ts';
import { rule } from './ruled.ts';

const withRules = (...eventRules: EventRule[]): Roster => ({ ...roster(), version: 9, eventRules });

describe('a mail', () => {
  let reader: MailReader | null = null;
  afterEach(async () => reader?.close());

  const TO_DEFAULT = { service: 'default', tag: null };
  const mail = mailOf('Subject: [db] PROBLEM: disk full on db1\r\nX-Team: db', '', 'Host: db1\n');

  test('is read by the rules of the roster as it is then', async () => {
    let now: Roster = roster();
    reader = createMailReader({ log: new KeptLog(), rules: ruleSets(() => now) });
    const read = async (): Promise<AlertEvent | undefined> => (await reader?.read(mail, TO_DEFAULT))?.[0];
    expect(await read()).toMatchObject({ service: 'default' });
    expect(await read()).not.toHaveProperty('rule');
    now = withRules(
      rule({ id: 'team', match: { body: { regex: ['^Host: db'] } }, set: { service: '{header.x-team}' } }),
    );
    expect(await read()).toMatchObject({ service: 'db', rule: 'team', rosterVersion: 9 });
    now = withRules(rule({ id: 'noise', set: { suppress: true } }));
    expect(await read()).toMatchObject({ action: 'none', rule: 'noise' });
    now = roster();
    expect(await read()).toMatchObject({ action: 'trigger', service: 'default' });
  });

  test('that is a page of ours is never made an alert', async () => {
    reader = createMailReader({
      log: new KeptLog(),
      rules: ruleSets(() => withRules(rule({ set: { action: 'trigger' } }))),
    });
    const page = mailOf(
      'Subject: #12 disk full\r\nTo: default@alerts.example.com\r\nList-Id: <relay.alerts.example.com>',
      '',
      'x',
    );
    expect(await reader.read(page, TO_DEFAULT)).toMatchObject([{ action: 'none' }]);
  });
});

describe('a request', () => {
  afterEach(closeServers);

  const team = withRules(
    rule({
      id: 'by team',
      match: { 'json.payload.custom_details.team': { glob: ['*'] }, 'header.user-agent': { glob: ['*'] } },
      set: { service: '{json.payload.custom_details.team}', labels: { key: '{json.routing_key}' } },
    }),
    rule({ id: 'plain', match: { body: { glob: ['disk*'] } }, set: { severity: 'error', key: 'disk' } }),
  );

  test('of PagerDuty goes where a rule sends it, and its key to nobody', async () => {
    const { post, journal } = await httpServer({ roster: () => team });
    const answer = await post(
      '/v2/enqueue',
      JSON.stringify({
        routing_key: KEY,
        event_action: 'trigger',
        dedup_key: 'mine',
        payload: { summary: 'x', source: 'y', severity: 'info', custom_details: { team: 'db' } },
      }),
    );
    expect(answer).toMatchObject({ code: 202, body: { dedup_key: 'mine' } });
    expect(journal.rows[0]?.input).toMatchObject({
      kind: 'alert',
      events: [{ service: 'db', rule: 'by team', rosterVersion: 9 }],
    });
    expect(JSON.stringify(journal.rows[0]?.input)).not.toContain(KEY);
  });

  test('to the URL of a service is answered with what it became', async () => {
    const { post, journal } = await httpServer({ roster: () => team });
    const answer = await post(`/e/${KEY}`, 'disk full on db1', 'text/plain');
    expect(answer).toMatchObject({ code: 202, body: { dedup_key: 'disk', service: 'default' } });
    expect(journal.rows[0]?.input).toMatchObject({ events: [{ severity: 'error', rule: 'plain' }] });
  });

  test('of Opsgenie is seen by its body', async () => {
    const tags = withRules(
      rule({ id: 'tags', match: { 'json.tags': { glob: ['*dba*'] } }, set: { service: 'db' } }),
    );
    const { url, journal } = await httpServer({ roster: () => tags });
    const answer = await fetch(`${url}/v2/alerts`, {
      method: 'POST',
      headers: { authorization: `GenieKey ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'slow', alias: 'a', tags: ['prod', 'dba'] }),
    });
    expect(answer.status).toBe(202);
    expect(journal.rows[0]?.input).toMatchObject({ events: [{ service: 'db', rule: 'tags' }] });
  });
});
