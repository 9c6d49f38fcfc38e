/** Rules of the team's own, as somebody types them: written in the roster file, tried on a mail, applied, and at work. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RawJson } from '../../src/relay/api/wire.ts';
import type { TestedJson } from '../../src/cli/rules.ts';
import { startRelay, type Relay } from './harness/relay.ts';

const RULES = String.raw`
rules:
  - name: noise
    why: says that it is fine
    match: {subject: "Nightly report*"}
    set: {suppress: true}
  - name: databases
    match: {label.team: dba}
    set: {policy: dba}
  - name: own monitor
    match: {subject: {regex: '^\[(?<team>\w+)\] (?<what>.+) on (?<machine>\S+) is (?:now )?\w+$'}}
    set: {service: "{team}", key: "{machine}/{what}", severity: "{header.x-urgency}"}
`;

/** Applies the roster with the rules in it, and a policy of Ben's. */
async function applyRules(relay: Relay): Promise<void> {
  const { out } = await relay.command('roster', 'export', '--full');
  const withPolicy = out.replace(
    '\npolicies:\n',
    '\npolicies:\n  dba: {levels: [{people: [ben], after: 5m}]}\n',
  );
  expect(withPolicy).not.toBe(out);
  await writeFile(join(relay.dir, 'roster.yaml'), withPolicy + RULES);
  const checked = await relay.command('roster', 'check', 'roster.yaml');
  expect(checked, checked.out + checked.err).toMatchObject({ exit: 0 });
  expect(await relay.command('roster', 'apply', 'roster.yaml', '--yes')).toMatchObject({ exit: 0 });
}

test('a mail becomes what the rules say: tried first, then mailed, its recovery meets it, and its original is shown', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  await applyRules(relay);
  const listed = await relay.command('rules', 'list');
  expect(listed.out).toContain('1. noise  says that it is fine');

  const subject = '[db] replication lag on db7 is CRITICAL';
  await writeFile(
    join(relay.dir, 'problem.eml'),
    `From: mon@example.com\nSubject: ${subject}\nX-Urgency: P2\n\nlag 90 s\n`,
  );
  const tested = await relay.json<TestedJson>('rules', 'test', 'problem.eml');
  expect(tested).toEqual({
    file: 'problem.eml',
    source: 'mail',
    rule: 'own monitor',
    events: [
      expect.objectContaining({ action: 'trigger', dedupKey: 'db7/replication lag', severity: 'error' }),
    ],
  });
  const explained = await relay.command('rules', 'test', 'problem.eml', '--explain');
  expect(explained.out).toContain('noise: no: subject is');
  expect(explained.out).toContain('own monitor: takes it');

  const mail = { to: 'default', subject, body: 'lag 90 s', headers: { 'X-Urgency': 'P2' } };
  expect((await relay.sender.mails(mail)).code).toBe(250);
  await relay.phone('ana').receives(/db: \[db\] replication lag on db7/);
  const shown = await relay.shows(/replication lag/, 'triggered');
  expect(shown).toMatchObject({ service: 'db', dedupKey: 'db7/replication lag', severity: 'error' });
  expect(shown.timeline[0]?.text).toContain('by rule own monitor: key db7/replication lag, severity error');

  await relay.sender.mails({ to: 'default', subject: 'Nightly report: 3 disks are broken' });
  await relay.sender.mails({ to: 'default', subject: '[db] replication lag on db7 is now OK' });
  await relay.shows(/replication lag/, 'resolved');
  expect(await relay.incidents()).toHaveLength(1);

  const raw = await relay.command('incident', 'raw', String(shown.number));
  expect(raw.out).toContain(`Subject: ${subject}`);
  const recovery = await relay.json<RawJson>('incident', 'raw', String(shown.number), '--event', '2');
  expect(Buffer.from(recovery.raw ?? '', 'base64').toString()).toContain('is now OK');
});

test('a request is sent by a label to the policy of a rule, and a policy that a rule names stays', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  await applyRules(relay);
  const opsgenie = await fetch(`${relay.http}/v2/alerts`, {
    method: 'POST',
    headers: { authorization: `GenieKey ${relay.db.routingKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'slow queries', alias: 'slow', details: { team: 'dba' } }),
  });
  expect(opsgenie.status).toBe(202);
  await relay.phone('ben').receives(/db: slow queries/);
  const { timeline } = await relay.shows(/slow queries/, 'triggered');
  expect(timeline.map(({ text }) => text).join('\n')).toContain('policy dba, by a rule for alerts');
  expect(relay.phone('ana').all).toHaveLength(0);
  // Its end names nothing but the alias.
  const closed = await fetch(`${relay.http}/v2/alerts/slow/close?identifierType=alias`, {
    method: 'POST',
    headers: { authorization: `GenieKey ${relay.db.routingKey}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(closed.status).toBe(202);
  await relay.shows(/slow queries/, 'resolved');
  const removed = await relay.command('policy', 'remove', 'dba');
  expect(removed).toMatchObject({ exit: 5 });
  expect(removed.err).toContain('Rule databases sends alerts to policy dba');
  const sent = await relay.json<{ number: number }>('send', 'Nightly report of the database');
  expect(sent.number).toBeNull();
  expect(await relay.incidents()).toHaveLength(1);
});
