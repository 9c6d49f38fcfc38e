/** Proxmox VE and Proxmox Backup Server: the subjects of their notification templates, old and new. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf } from '../labels.ts';
import type { ParsedMail } from '../mail.ts';
import type { MailSource, Reading } from '../source.ts';

/** A day, and an hour: what comes every night is one incident. */
const DAILY_MS = 25 * 3_600_000;

interface Said {
  action: AlertEvent['action'];
  about: readonly string[];
  severity: Severity;
  reason: string;
  host?: string;
  check?: string;
  expiresAfterMs?: number;
}

const reading = (subject: string, said: Said): Reading => ({ summary: subject, ...said });

const BACKUP = /^vzdump backup status \((?<host>[^()]{1,255})\)\s*:\s*backup (?<how>successful|failed)\b/iu;
const REPLICATION = /^Replication Job: '?(?<job>\d+-\d+)'? failed$/u;
/** Version 9; before it `FENCE: Try to fence node 'X'` and `SUCCEED: fencing: acknowledged - … node 'X'`. */
const FENCING =
  /^(?:Trying to fence|Successfully fenced|FENCE: .{0,200}|SUCCEED: fencing: .{0,200}) ?node '(?<node>[^']{1,255})'$/u;
const CLUSTER = /\bin cluster '(?<cluster>[^']{1,255})' failed/u;
const NEWS = /^New software packages available \((?<host>[^()]{1,255})\)$/u;
const TEST = /^(?:Test notification|Test mail|Test)$/iu;
const TEST_TEXT = /\btest of the notification target\b/iu;

export const proxmoxVe: MailSource = {
  name: 'proxmox-ve',
  read(mail) {
    const subject = mail.subject.trim().slice(0, 2_000);
    const backup = BACKUP.exec(subject)?.groups;
    if (backup !== undefined) {
      const { host = '', how = '' } = backup;
      return [
        reading(subject, {
          action: how.toLowerCase() === 'failed' ? 'trigger' : 'resolve',
          about: [host, 'vzdump'],
          severity: 'error',
          reason: `read by its status "backup ${how}"`,
          host,
          check: 'vzdump',
        }),
      ];
    }
    const job = REPLICATION.exec(subject)?.groups?.['job'];
    if (job !== undefined) {
      const host = senderHost(mail);
      return [
        reading(subject, {
          action: 'trigger',
          about: [host, 'replication', job],
          severity: 'error',
          reason: 'a replication that works again is never mailed',
          host,
          check: `replication ${job}`,
          // Jobs run every few minutes up to once a day, and mail while they fail.
          expiresAfterMs: DAILY_MS,
        }),
      ];
    }
    const node = FENCING.exec(subject)?.groups?.['node'];
    if (node !== undefined) {
      return [
        reading(subject, {
          action: 'trigger',
          about: [CLUSTER.exec(mail.text.slice(0, 4_000))?.groups?.['cluster'] ?? '', node, 'fencing'],
          severity: 'critical',
          reason: 'a node that had to be fenced wants somebody to look after it, fenced or not',
          host: node,
          check: 'fencing',
          // Nothing tells that the node is back.
          expiresAfterMs: DAILY_MS,
        }),
      ];
    }
    return news(mail, subject, false);
  },
};

const DATASTORE =
  /^(?<kind>Garbage Collect|Prun(?:e|ing)|Verify|Verification|Sync|Tape Backup)(?<what> .{0,500})? (?<how>failed|successful)$/iu;
const MEDIA = /^Load Media '(?<media>[^']{1,255})' request for (?<what>.{1,100} '[^']{1,255}')$/u;
const PLACE = /<?https:\/\/(?<host>[^/\s:]{1,255}):\d{1,5}\/#/u;

export const proxmoxBackup: MailSource = {
  name: 'proxmox-backup',
  read(mail) {
    const subject = mail.subject.trim().slice(0, 2_000);
    const found = DATASTORE.exec(subject)?.groups;
    const host = PLACE.exec(mail.text.slice(0, 64 * 1_024))?.groups?.['host'] ?? senderHost(mail);
    const isNamed = found?.['what']?.includes("'") === true && /\bdatastore '/iu.test(subject);
    if (found !== undefined && isNamed) {
      const { kind = '', what = '', how = '' } = found;
      // Two jobs of one datastore are two things, and only their ids tell them apart.
      const job = labelsOf(mail.text.slice(0, 8_000)).get('job id') ?? '';
      return [
        reading(`${host}: ${subject}`, {
          action: how.toLowerCase() === 'failed' ? 'trigger' : 'resolve',
          about: [host, kind, what, job],
          severity: 'error',
          reason: `read by its word "${how}"`,
          host,
          check: `${kind}${what}`,
        }),
      ];
    }
    const media = MEDIA.exec(subject)?.groups;
    if (media !== undefined) {
      return [
        reading(subject, {
          action: 'trigger',
          about: [senderHost(mail), 'media', media['what'] ?? ''],
          severity: 'info',
          reason: 'a tape job waits for somebody to load a tape',
          host: senderHost(mail),
          check: media['what'] ?? '',
          // The job gives up long before.
          expiresAfterMs: DAILY_MS,
        }),
      ];
    }
    if (subject === 'Could not renew certificate' && /Proxmox/u.test(mail.text.slice(0, 4_000))) {
      return [
        reading(`${host}: ${subject}`, {
          action: 'trigger',
          about: [host, 'certificate'],
          severity: 'error',
          reason: 'a certificate that is renewed at last is never mailed',
          host,
          check: 'certificate',
          // It tries daily.
          expiresAfterMs: 2 * DAILY_MS,
        }),
      ];
    }
    return news(mail, subject, true);
  },
};

/** What both of them mail; only the sender's name tells which. */
function news(mail: ParsedMail, subject: string, isBackup: boolean): Reading[] | null {
  const isPbs =
    /Backup Server/iu.test(mail.headers.get('from') ?? '') ||
    /Proxmox Backup Server/u.test(mail.text.slice(0, 2_000));
  if (isPbs !== isBackup) return null;
  const host = NEWS.exec(subject)?.groups?.['host'];
  const isTest = TEST.test(subject) && TEST_TEXT.test(mail.text.slice(0, 2_000));
  if (host === undefined && !isTest) return null;
  return [
    reading(subject, {
      action: 'none',
      about: [host ?? senderHost(mail), isTest ? 'test' : 'packages'],
      severity: 'info',
      reason: isTest ? 'a test of Proxmox' : 'a list of packages that may be updated is no alert',
      host: host ?? senderHost(mail),
    }),
  ];
}

const senderHost = ({ from }: ParsedMail): string => from.split('@')[1] ?? '';
