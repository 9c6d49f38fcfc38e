/** What sounds like the end of a problem, or like no alert, and is one all the same. */
import { describe, expect, test } from 'vitest';
import { readMail } from '../../../src/relay/events/formats/index.ts';
import { readBody } from '../../../src/relay/events/http/read-body.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';

function read(subject: string, text = '', headers: [string, string][] = [], from = 'mon@example.com') {
  const mail = { from, to: '', messageId: null, date: null, tag: null };
  const [event] = readMail({ ...mail, subject, text, headers: new Map(headers) }, 'db');
  if (event === undefined) throw new Error('no event');
  return event;
}

function post(body: unknown): AlertEvent | undefined {
  const reading = readBody(Buffer.from(JSON.stringify(body)), 'application/json', 'db');
  return 'events' in reading ? reading.events[0] : undefined;
}

describe('a recovery that is turned round, in scripts that write their words together', () => {
  test.each([
    '备份未成功',
    '备份没有成功',
    '备份不成功 db1',
    'db1 告警未解除',
    'web1 还没恢复',
    'web1 无法恢复',
    '服务 web1 没有恢复',
    '登录成功率下降',
    'web1 没有正常响应',
    'web1 が正常ではありません',
    'バックアップが成功しませんでした',
    'web1 正常に通信できません',
    'web1 未復旧',
    'web1 予期しない再起動',
    '暗号化 解除',
    'web1 비정상 종료',
    'web1 정상이 아님',
    'web1 미해결',
    'web1 연결 해제',
    '백업 성공하지 못함',
  ])('"%s" opens', (line) => {
    expect(read(line).action).toBe('trigger');
  });

  test.each(['web1 恢复正常', 'web1 告警解除', 'web1 不正常已恢复', 'web1 復旧しました', 'web1 복구됨'])(
    '"%s" closes',
    (line) => {
      expect(read(line).action).toBe('resolve');
    },
  );
});

describe('a word that sounds well, of another thing', () => {
  test.each([
    'Port 443: Closed',
    'Connection to db1: Closed',
    'VPN tunnel fra1: closed',
    'web1 OK web2 gone',
    'db1 OK db2 not found',
    'nas1 NORMAL operation suspended',
    'web1 UP, web2 no answer',
    'sw-core1 USB device connected',
    'ap-floor2 clients connected: 0',
    'Erfolg: 0 von 12 Sicherungen',
    'Taux de succès en baisse: 40% sur api1',
    'Backup db1: successo parziale',
    'Sauvegarde db1: succès partiel',
    'Angriff erfolgreich auf db1',
    'Ataque con éxito en fw1',
    'Brute force success on db1',
    'User bob is now member of group Administrators',
    'Resolved: web1 is back, but db1 is down',
    '[RESOLVED] web1 but web2 down',
    'Recovery: attempted but database still down',
    'Solved: web1, aber db1 nicht erreichbar',
  ])('"%s" opens', (line) => {
    expect(read(line).action).toBe('trigger');
  });

  test.each([
    'nas1 OK disk /volume1 62% full',
    'gw-fra1 connected',
    'Alarm from OpManager: core-fw - Clear',
    'RECOVER: port is enabled, but down',
  ])('"%s" closes', (line) => {
    expect(read(line).action).toBe('resolve');
  });
});

describe('what sounds like news', () => {
  test.each([
    'invoice queue length 9000',
    'Invoice job did not run',
    'invoice db1 replication lag 900s',
    'Newsletter queue on mail1 grows: 50000',
    'Webinar platform web1 http 503',
    'Update server: available disk space 1%',
    'Update service available memory 2%',
    'DNS update applied: shop.example.com resolves to wrong ip',
    'Database upgrade applied with data loss',
    'Test lab UPS load 120%, do not ignore',
    'INFO: db1 unable to connect',
    'Notice: db1 swap used 95%',
    'NOTICE: no data from sensor 4',
    'Notice: fire alarm in hall 3',
    'Information: no backup since 3 days',
    'INFO: replication broke on db1',
  ])('"%s" opens', (line) => {
    expect(read(line).action).toBe('trigger');
  });

  test.each([
    'Your invoice INV-2026-11 from Hetzner',
    'Rechnung Nr. 4711',
    'Newsletter November',
    'Firmware update available for switch1',
    'Update available: DSM 7.2.1',
    '3 updates are available for nas1',
    'Test - please ignore',
    'INFO: certificate installed',
  ])('"%s" does not', (line) => {
    expect(read(line).action).toBe('none');
  });
});

describe('a text that says more than its first words', () => {
  const answer: [string, string][] = [
    ['in-reply-to', '<guard-1@web3.example.com>'],
    ['auto-submitted', 'auto-generated'],
  ];
  test.each<[string, string, [string, string][]]>([
    ['PROBLEM: disk db1', 'OK threshold exceeded on db1: 98%', answer],
    ['PROBLEM: web1 down', 'UP since: never', answer],
    ['PROBLEM: 2 services on web1 down', 'RESOLVED: nginx\nFIRING: postgres', answer],
    ['Alert fw1', 'devname="fw1" level=alert msg="hdd failed" status="success" type=event', []],
    ['Backup status nas1', 'Backup completed successfully.\nLast error: disk sdb failed today', []],
    ['Backup notification nas1', 'Backup finished.\nYou received this because job nightly failed on db1', []],
  ])('"%s" with "%s" opens', (subject, text, headers) => {
    expect(read(subject, text, headers).action).toBe('trigger');
  });
});

describe("a source's mail whose words say otherwise", () => {
  test.each<[string, string, [string, string][], string?]>([
    ['Bacula: Backup OK -- with errors of db1-fd Full', '', []],
    [
      'web1 alert',
      'disk full',
      [
        ['x-jenkins-job', 'nightly'],
        ['x-jenkins-result', 'SUCCESS'],
      ],
    ],
    ['Opsgenie: on-call schedule sync failed', '', []],
    ['[Opsgenie] On-call schedule has no one on call', '', [], 'a@opsgenie.net'],
    ['You are on call: unacknowledged incident #12', '', [], 'no-reply@acme.pagerduty.com'],
    ['[Update-Server] Incident #12 down', '', [], 'no-reply@acme.pagerduty.com'],
    ['Summary API responds with HTTP 500', '', [], 'noreply@site24x7.com'],
    ['Report generator latency above 5 s', '', [], 'noreply@site24x7.com'],
    ['System Notification from n1 (AUDIT LOG) EMERGENCY', '', []],
    ['System Notification from n1 (TEST DISK REMOVED) EMERGENCY', '', []],
    ['HA Group Notification from n1 (BATTERY_CRITICAL) INFO', '', []],
    ['[rkhunter] web1 - Daily report', "[10:00:00] Warning: The file '/bin/x' changed", []],
    ['[rkhunter] web1 - Daily run', 'One or more warnings have been found while checking.', []],
    ['[rkhunter] web1 - Daily report', 'Invalid SCRIPTWHITELIST configuration option: /usr/bin/x', []],
    ['Set1 AMANDA MAIL REPORT FOR November 20, 2026', 'FAILED DUMP DETAILS:', []],
    [
      'Message meets Alert condition',
      'devname="fw1" devid="F" logid="1" level="alert" logdesc="HA" msg="HA peer missing, link up"',
      [],
    ],
  ])('"%s" with "%s" opens', (subject, text, headers, from) => {
    expect(read(subject, text, headers, from).action).toBe('trigger');
  });

  test.each([
    [
      'Message meets Alert condition',
      'devname="fw1" devid="F" logid="1" logdesc="Interface status changed" status="DOWN" msg="Link monitor: Interface wan1 was turned down"',
      'devname="fw1" devid="F" logid="1" logdesc="Interface status changed" status="DOWN" msg="Link monitor: Interface dmz was turned down"',
    ],
    [
      'iDRAC',
      'System Host Name: web1\nSeverity: Critical\nEvent Message: A fatal error was detected on a component at bus 0 device 2',
      'System Host Name: web1\nSeverity: Critical\nEvent Message: A fatal error was detected on a component at bus 3 device 0',
    ],
  ])('"%s" with "%s" is another than with "%s"', (subject, one, other) => {
    expect(read(subject, one).dedupKey).not.toBe(read(subject, other).dedupKey);
  });

  test('"above the threshold" is not only Cacti\'s: two hosts are two incidents', () => {
    const line = 'CPU usage is above threshold';
    expect(read(line, '', [], 'root@web1.example.com').dedupKey).not.toBe(
      read(line, '', [], 'root@web2.example.com').dedupKey,
    );
  });
});

test('machines that are named by a day are two', () => {
  expect(read('srv-20190412.example.com down').dedupKey).not.toBe(
    read('srv-20190413.example.com down').dedupKey,
  );
  expect(read('Backup of db-2026-11-20.sql failed').dedupKey).toBe(
    read('Backup of db-2026-11-21.sql failed').dedupKey,
  );
});

test.each<[string, unknown]>([
  ['what did not change', { title: 'disk db1', current: 'ok', previous: 'ok', message: 'disk failed' }],
  ['several lines of Uptime Kuma', { text: '[web1] [✅ Up] 200 - OK\n[web2] [🔴 Down] refused' }],
  [
    'a battery that is not charged',
    { entity_id: 'binary_sensor.ups', state: 'off', device_class: 'battery_charging' },
  ],
])('posted: %s opens', (_, body) => {
  expect(post(body)?.action).toBe('trigger');
});
