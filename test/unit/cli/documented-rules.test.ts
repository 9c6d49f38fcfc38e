/** The rules that docs/formats.md shows, as they stand there: each takes what its sentence says. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRules, type TestedJson } from '../../../src/cli/rules.ts';
import { listRules } from '../../../src/cli/rules-list.ts';
import { rulesOfFile } from '../../../src/cli/rules-in-use.ts';
import type { RuleSet } from '../../../src/relay/events/offline.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/formats.md'), 'utf8');
const SECTION = PAGE.split('## Rules of your own\n')[1]?.split('\n## ')[0] ?? '';
/** The numbered ones, without their indentation. */
const EXAMPLES = [...SECTION.matchAll(/^( +)```yaml\n([\s\S]*?)^ +```$/gmu)].map(
  ([, indent = '', block = '']) =>
    block
      .split('\n')
      .map((line) => line.slice(indent.length))
      .join('\n'),
);

const TEAM = `people:
  ana: {name: Ana Lopez, phone: "+15550100"}
policies:
  default: {levels: [{people: [ana], after: 5m}]}
  dba: {levels: [{people: [ana], after: 5m}]}
  office: {levels: [{people: [ana], after: 5m}]}
services:
  default: {policy: default}
  db: {policy: default}
  network: {policy: default}
defaultService: default
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-documented-'));
});
afterAll(async () => rm(folder, { recursive: true }));

const io = (): { out: (text: string) => void; err: (text: string) => void; said: () => string } & {
  env: Record<string, string>;
  cwd: string;
  tty: boolean;
  columns: number;
} => {
  let said = '';
  return {
    out: (text) => void (said += text),
    err: (text) => void (said += text),
    said: () => said,
    env: {},
    cwd: folder,
    tty: false,
    columns: 80,
  };
};

async function rules(text: string): Promise<RuleSet> {
  const file = join(folder, 'roster.yaml');
  await writeFile(file, `${TEAM}rules:\n${text.replace(/^/gmu, '  ')}\n`);
  return rulesOfFile(file, { cwd: folder }, Date.now());
}

/** A mail by the rules of the example with this number. */
async function becomes(example: number, headers: string[], body = ''): Promise<TestedJson> {
  await writeFile(join(folder, 'mail.eml'), `${headers.join('\r\n')}\r\n\r\n${body}`);
  return tested(example, 'mail.eml', false);
}

async function tested(example: number, file: string, http: boolean): Promise<TestedJson> {
  const to = io();
  const found = await rules(EXAMPLES[example - 1] ?? '');
  const wish = { files: [file], http, contentType: 'application/json', rules: found, explain: true };
  expect(await testRules(wish, true, to)).toBe(0);
  return JSON.parse(to.said()) as TestedJson;
}

const nagios = (host: string, state: string): [string[], string] => [
  ['From: nagios@mon.example.com', `Subject: ** PROBLEM Service Alert: ${host}/disk is ${state} **`],
  `***** Nagios *****\n\nNotification Type: ${state === 'OK' ? 'RECOVERY' : 'PROBLEM'}\n\nService: disk\nHost: ${host}\nState: ${state}\n`,
];

describe('the ten rules of the documentation', () => {
  test('are ten', () => expect(EXAMPLES).toHaveLength(10));

  test('1: what only says that all is well pages nobody', async () => {
    const fine = await becomes(1, ['From: job@backup.example.com', 'Subject: Backup OK of db1']);
    expect(fine).toMatchObject({ rule: 'backups that are fine', events: [{ action: 'none' }] });
    const bad = await becomes(1, ['From: job@backup.example.com', 'Subject: Backup FAILED of db1']);
    expect(bad).toMatchObject({ rule: null, events: [{ action: 'trigger' }] });
  });

  test('2: critical databases go by the policy of the DBAs, and their recovery meets them', async () => {
    const problem = await becomes(2, ...nagios('db1', 'CRITICAL'));
    expect(problem).toMatchObject({
      rule: 'critical databases',
      events: [{ policy: 'dba', service: 'default' }],
    });
    expect((await becomes(2, ...nagios('db1', 'WARNING'))).rule).toBeNull();
    expect((await becomes(2, ...nagios('web1', 'CRITICAL'))).rule).toBeNull();
    const recovery = await becomes(2, ...nagios('db1', 'OK'));
    expect(recovery.events).toMatchObject([{ action: 'resolve', dedupKey: problem.events[0]?.dedupKey }]);
  });

  test('3: a label names the service', async () => {
    const of = async (team: string): Promise<TestedJson> => {
      const alert = { message: 'disk full', alias: 'disk', responders: [], details: { team } };
      await writeFile(join(folder, 'alert.json'), JSON.stringify(alert));
      return tested(3, 'alert.json', true);
    };
    expect((await of('db')).events).toMatchObject([{ service: 'db' }]);
    const [stays] = (await of('nobody')).events;
    expect(stays?.service).toBe('default');
    expect(stays?.reason).toContain('there is no service nobody');
  });

  test('4: problem and recovery of a monitor of your own meet', async () => {
    const problem = await becomes(4, [
      'From: a@example.com',
      'Subject: [db] replication lag on db7 is CRITICAL',
    ]);
    const recovery = await becomes(4, [
      'From: a@example.com',
      'Subject: [db] replication lag on db7 is now OK',
    ]);
    expect(problem.events).toMatchObject([
      { action: 'trigger', dedupKey: 'db7/replication lag', service: 'db' },
    ]);
    expect(recovery.events).toMatchObject([
      { action: 'resolve', dedupKey: 'db7/replication lag', service: 'db' },
    ]);
  });

  test('5: words that nobody else uses', async () => {
    const problem = await becomes(5, ['From: a@example.com', 'Subject: Vault event 12: sealed']);
    const recovery = await becomes(5, ['From: a@example.com', 'Subject: Vault event 12: unsealed']);
    expect(problem.events).toMatchObject([{ action: 'trigger', severity: 'critical', dedupKey: 'vault/12' }]);
    expect(recovery.events).toMatchObject([{ action: 'resolve', dedupKey: 'vault/12' }]);
  });

  test('6: a header says how bad it is', async () => {
    const said = (urgency: string) =>
      becomes(6, ['From: a@example.com', 'Subject: something is odd', `X-Urgency: ${urgency}`]);
    expect((await said('high')).events).toMatchObject([{ severity: 'error' }]);
    expect((await said('P1')).events).toMatchObject([{ severity: 'critical' }]);
    expect((await said('purple')).events[0]?.reason).toContain('severity not set, since "purple" is none');
  });

  test('7: what comes over a mailing list', async () => {
    const mail = ['From: a@example.com', 'Subject: link down', 'List-Id: NOC <noc.example.com>'];
    expect((await becomes(7, mail)).events).toMatchObject([{ service: 'network' }]);
  });

  test('8: everything of one host is one incident', async () => {
    const one = await becomes(8, ...nagios('switch-3', 'CRITICAL'));
    expect(one.events).toMatchObject([{ dedupKey: 'host/switch-3', summary: 'switch-3 has trouble: disk' }]);
    expect((await becomes(8, ...nagios('switch-3', 'OK'))).events).toMatchObject([
      { action: 'resolve', dedupKey: 'host/switch-3' },
    ]);
  });

  test('9: cron can wait, but for one job', async () => {
    const cron = (job: string) =>
      becomes(
        9,
        ['From: root (Cron Daemon) <root@web1.example.com>', `Subject: Cron <root@web1> ${job}`],
        'oops\n',
      );
    expect(await cron('/usr/local/bin/tidy')).toMatchObject({
      source: 'cron',
      rule: 'cron can wait',
      events: [{ severity: 'info' }],
    });
    expect((await cron('/usr/local/bin/billing')).rule).toBeNull();
  });

  test('10: a test network has a policy of its own', async () => {
    expect(await becomes(10, ...nagios('db1.staging.example.com', 'CRITICAL'))).toMatchObject({
      rule: 'staging',
      events: [{ policy: 'office' }],
    });
    expect((await becomes(10, ...nagios('db1.example.com', 'CRITICAL'))).rule).toBeNull();
  });

  test('all of them together are listed in words', async () => {
    await rules(EXAMPLES.join('\n'));
    const to = io();
    expect(await listRules({ roster: join(folder, 'roster.yaml') }, to, Date.now())).toBe(0);
    expect(to.said()).toContain(
      '2. critical databases\n   if    host "db*", and severity "critical" or "error"\n',
    );
    expect(to.said()).toContain('then  policy office, label env=staging; later rules are tried too\n');
  });
});
