/** What the text of a mail adds where its subject is the same every time, in any script. */
import { describe, expect, test } from 'vitest';
import { readMail } from '../../../src/relay/events/formats/index.ts';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import { readMailOffline } from '../../../src/relay/events/offline.ts';

function read(subject: string, text = '', headers: [string, string][] = []): AlertEvent {
  const mail = { from: 'mon@example.com', to: '', messageId: null, date: null, tag: null };
  const [event] = readMail({ ...mail, subject, text, headers: new Map(headers) }, 'db');
  if (event === undefined) throw new Error('no event');
  return event;
}

describe('a subject that is the same for everything', () => {
  test.each([
    ['Service watcher', 'CRITICAL: service MSSQL is stopped', 'CRITICAL: service SQLAgent is stopped'],
    ['Alert', 'CRITICAL: the queue "orders-in" is stuck', 'CRITICAL: the queue "orders-out" is stuck'],
    ['Disk usage is critical', 'Target: ds-ssd-01', 'Target: ds-ssd-02'],
    ['Job failed', 'Job: nightly-db1', 'Job: nightly-db2'],
    ['Slot failed', 'Slot: 3', 'Slot: 4'],
    [
      'ACHTUNG: SPEICHER GEHT ZUENDE',
      'Die Partition /dev/sda2 ist zu 93 % belegt',
      'Die Partition /dev/sdb1 ist zu 91 % belegt',
    ],
    ['WARNING event from msa1', 'Event: A fan is degraded', 'Event: The disk group is degraded'],
    [
      '*** Alert from SonicWall TZ1 ***',
      '12:01:00 - Interface X1 Link Is Down',
      '12:02:00 - Interface X3 Link Is Down',
    ],
    ['Statusmeldung', 'Service nginx on web4 is DOWN', 'Service redis on web4 is DOWN'],
    ['Server Status', 'db1: service postfix is DOWN', 'db1: service cron is DOWN'],
    [
      'EEM: log message on rtr1',
      '7: Nov 22 04:01:12: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down',
      '8: Nov 22 04:02:12: %LINK-3-UPDOWN: Interface GigabitEthernet0/2, changed state to down',
    ],
    [
      'Alert from IPMI',
      'SENSOR_ID:"FAN3"\nEVENT SEVERITY:"CRITICAL"',
      'SENSOR_ID:"FAN5"\nEVENT SEVERITY:"CRITICAL"',
    ],
    [
      'Message meets alert condition',
      'devname="fw1" level=warning vd=root msg="link is down" name=x',
      'devname="fw2" level=warning vd=root msg="link is down" name=x',
    ],
  ])('%s: "%s" is another incident than "%s"', (subject, one, other) => {
    expect(read(subject, one).dedupKey).not.toBe(read(subject, other).dedupKey);
  });

  test.each([
    ['Service watcher', 'CRITICAL: service MSSQL is stopped', 'OK: service MSSQL is running'],
    [
      'Website monitoring notification',
      'Your monitor shop-checkout is DOWN\nPrevious status UP',
      'Your monitor shop-checkout is UP\nPrevious status DOWN',
    ],
    [
      'UPS event notification from rack1',
      'Name: rack1\nhttp://192.0.2.61/\nSerial: 7\n[Severe] Utility power failed.',
      'Name: rack1\nhttp://192.0.2.61/\nSerial: 7\n[Informational] Utility power restored.',
    ],
    ['Alert', 'Job: db.2026-11-20_01.05.00_52\nState: failed', 'Job: db.2026-11-21_01.05.00_20\nState: ok'],
  ])('%s: "%s" is over with "%s"', (subject, problem, recovery) => {
    expect(read(subject, problem).action).toBe('trigger');
    expect(read(subject, recovery)).toMatchObject({
      action: 'resolve',
      dedupKey: read(subject, problem).dedupKey,
    });
  });

  test('what is said of all websites is no recovery of one', () => {
    const text = 'Your monitor shop is UP\nYour monitor mail is DOWN';
    expect(read('Website monitoring notification', text).action).toBe('trigger');
  });
});

describe('how things are worded', () => {
  test.each([
    ['web1 load too high', 'web1 load OK'],
    ['Fehler bei der Datensicherung auf srv1', 'Datensicherung auf srv1 erfolgreich'],
    ['FALHA: backup do servidor srv1', 'SUCESSO: backup do servidor srv1'],
    ['Spazio disco quasi esaurito su nas3', 'OK: spazio disco su nas3'],
    ['Hög temperatur i serverrum', 'Temperatur i serverrum återställd'],
    ['【告警】主机 web1 CPU 使用率过高：97%', '【恢复】主机 web1 CPU 使用率恢复正常：12%'],
    ['【障害】db1 ディスク使用率 95%', '【復旧】db1 ディスク使用率 60%'],
    ['[장애] web1 HTTP 응답 없음', '[복구] web1 HTTP 정상'],
    ['[Alert] loss was raised on uplink1', '[Alert] loss was cleared on uplink1'],
    [
      '2026-11-20T10:00:01Z nas1 CRITICAL disk /volume1 97% full',
      '2026-11-20T14:00:01Z nas1 OK disk /volume1 62% full',
    ],
    ['[lb1] Realserver [192.0.2.21]:tcp:80 - DOWN', '[lb1] Realserver [192.0.2.21]:tcp:80 - UP'],
    ['ALERT: [sw1] Port is enabled, but down', 'RECOVER: [sw1] Port is enabled, but down'],
    ['Tunel ipsec-1 nie działa', 'Tunel ipsec-1 działa ponownie'],
    ['db5 svarer ikke', 'db5 svarer igen'],
    ['db5 neodpovídá', 'db5 opět dostupný'],
    [
      'Job web.nightly https://awx.example.com/jobs/4711 failed',
      'Job web.nightly https://awx.example.com/jobs/4733 ok',
    ],
    ['Fila pedidos acima do limite', 'Fila pedidos normal'],
    ['Alarm from OpManager: fw1 - Critical', 'Alarm from OpManager: fw1 - Clear'],
    ['backup on db1 failed: exit status 2', 'backup on db1 ok'],
  ])('"%s" and "%s" meet', (problem, recovery) => {
    expect(read(problem).action).toBe('trigger');
    expect(read(recovery)).toMatchObject({ action: 'resolve', dedupKey: read(problem).dedupKey });
  });

  test.each([
    '数据恢复任务失败 db1',
    'web1 尚未恢复',
    'web1 復旧作業中',
    'DB1 正常に動作していません',
    'web1 answers',
  ])('"%s" closes nothing', (line) => {
    expect(read(line).action).toBe('trigger');
  });
});

test.each([
  ["SQL Server Job System: 'Nightly' completed on SQL1", "JOB RUN: 'Nightly'\nSTATUS: Failed", 'trigger'],
  ["SQL Server Job System: 'Nightly' completed on SQL1", "JOB RUN: 'Nightly'\nSTATUS: Succeeded", 'resolve'],
  ['esx-02 Ping Down (request timed out; esx-01 is Up)', '', 'trigger'],
  ['Last auf app4 wieder normal: 1.9 6.5', '', 'resolve'],
])('"%s" with "%s" behind it: %s', (subject, text, action) => {
  expect(read(subject, text).action).toBe(action);
});

test('a tool that answers its own mail says in its text that it is over; a person does not', () => {
  const subject = 'Re: [ALARM] web3: nginx is not answering';
  const text = 'RESOLVED - web3: nginx is answering again';
  const own: [string, string][] = [
    ['in-reply-to', '<guard-1@web3.example.com>'],
    ['auto-submitted', 'auto-generated'],
  ];
  expect(read(subject, text, own).action).toBe('resolve');
  expect(read(subject, 'still down, looking at it', own).action).toBe('trigger');
});

test.each([
  ['db3: INFORMATION: Rebuild started', '', 'none'],
  ['test from curl, please ignore', '', 'none'],
  ['test from curl: web1 is down', '', 'trigger'],
  ['db3: INFORMATION: Rebuild failed', '', 'trigger'],
  ['INFO: certificate installed', '', 'none'],
  ['Your invoice 4711 is available', 'Dear customer', 'none'],
  ['Invoice export', 'ERROR: disk full', 'trigger'],
  ['Ankündigung: Wartungsarbeiten am 28.11.', 'Guten Tag', 'none'],
  ['Daily AIDE report for mail1', 'An automated report.\n\nOutput:\n\nAIDE found differences!', 'trigger'],
])('"%s" with "%s": %s', (subject, text, action) => {
  expect(read(subject, text).action).toBe(action);
});

test('a text that only asks for a program that shows HTML is none', async () => {
  const raw = [
    'From: mon@example.com',
    'Subject: System notification',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'This message is in HTML format. Please use a mail program that can show HTML.',
    '--b',
    'Content-Type: text/html',
    '',
    '<p>Host: <b>fw9</b><br>State: <b>OK</b></p>',
    '--b--',
    '',
  ].join('\r\n');
  const reading = await readMailOffline(Buffer.from(raw));
  expect(reading).toMatchObject({
    events: [{ action: 'resolve', dedupKey: expect.stringContaining('@fw9') }],
  });
});

test('NetApp: two volumes are two incidents, though the subject names none', () => {
  const subject = 'HA Group Notification from netapp-01 (VOLUME FULL) ALERT';
  const keyOf = (volume: string): string => read(subject, `Volume ${volume} on netapp-01 is full.`).dedupKey;
  expect(keyOf('vol1')).not.toBe(keyOf('vol2'));
});

test('Zenoss: a disk that fills up is one incident', () => {
  const keyOf = (percent: number): string =>
    read(`[zenoss] web1 CRITICAL: disk space of /var is ${percent}% full`, 'Component: /var').dedupKey;
  expect(keyOf(91)).toBe(keyOf(92));
});
