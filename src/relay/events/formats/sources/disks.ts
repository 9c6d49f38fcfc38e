/** What Linux's own guards of disks mail: smartd, mdadm --monitor, ZED. None of them ever says that a disk is well again. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linesOf } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const NEVER = 'never says that it is over';
/** Some of them say the same every day as long as it lasts, some once. */
const WEEK_MS = 7 * 86_400_000;

/** smartd_warning.sh: `SMART error (FAILTYPE) detected on host: HOST`. */
const SMART = /^SMART (?:error|warning|failure) \((?<type>\w+)\) detected on host: (?<host>\S+)$/u;
/** `/dev/sda [SAT],`, `/dev/bus/0 [megaraid_disk_08],`: behind a controller only the brackets tell disks apart. */
const SMART_DEVICE = /^Device: (?<device>\/dev\/[^\s,]{1,255})(?: \[(?<behind>[^\]]{1,60})\])?/u;
const NO_NAME = /^(?:SAT|SCSI|ATA|NVMe)$/iu;

export const smartd: MailSource = {
  name: 'smartd',
  read({ subject, text }) {
    const found = SMART.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { type = '', host = '' } = found;
    const lines = linesOf(text);
    const line = lines.find((one) => SMART_DEVICE.test(one)) ?? '';
    const named = SMART_DEVICE.exec(line)?.groups;
    const behind = named?.['behind'] ?? '';
    const device = `${named?.['device'] ?? ''}${behind === '' || NO_NAME.test(behind) ? '' : ` [${behind}]`}`;
    const domain = labelsOf(text.slice(0, 4_000)).get('dns domain') ?? '';
    const isTest = type === 'EmailTest';
    return [
      {
        action: isTest ? 'none' : 'trigger',
        about: [host, domain === '[Empty]' ? '' : domain, device],
        severity: /^(?:Health|FailedHealthCheck)$/u.test(type) ? 'critical' : 'error',
        summary: `SMART ${type} on ${host}${line === '' ? '' : `: ${line}`}`,
        reason: isTest ? 'a test mail of smartd' : `smartd ${NEVER}`,
        host,
        check: device,
        expiresAfterMs: WEEK_MS,
      },
    ];
  },
};

/** mdmonitor: `EVENT event on /dev/mdX:HOST`. */
const RAID =
  /^(?:[\w. -]{1,60}: )?(?<event>\w{1,40}) event on (?<device>\/dev\/\S{1,255}):(?<host>[^\s:]{1,255})$/u;
const RAID_SEVERITIES: Record<string, Severity> = {
  Fail: 'critical',
  FailSpare: 'error',
  DegradedArray: 'critical',
  DeviceDisappeared: 'critical',
};
/** The rebuild that follows a failure is neither a new one nor its end. */
const RAID_NEWS = /^(?:Rebuild|NewArray|MoveSpare|SpareActive)/u;

export const mdadm: MailSource = {
  name: 'mdadm',
  read({ subject, text }) {
    const found = RAID.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { event = '', device = '', host = '' } = found;
    const action = raidAction(event);
    const part = /component device (?<part>\/dev\/\S+?)\.?$/mu.exec(text)?.groups?.['part'] ?? '';
    return [
      {
        action,
        about: [host, device],
        severity: RAID_SEVERITIES[event] ?? 'error',
        summary: `${event} of ${device} on ${host}${part === '' ? '' : `: ${part}`}`,
        reason:
          event === 'TestMessage'
            ? 'a test mail of mdadm'
            : action === 'none'
              ? `${event} is news of mdadm, neither a failure nor its end`
              : `mdadm ${NEVER}`,
        host,
        check: device,
        expiresAfterMs: WEEK_MS,
      },
    ];
  },
};

const raidAction = (event: string): AlertEvent['action'] =>
  event === 'TestMessage' || RAID_NEWS.test(event) ? 'none' : 'trigger';

/** ZED's zedlets: `ZFS device fault for pool POOL on HOST` and their like. */
/** A pool's name may hold spaces. */
const POOL = /^ZFS (?<event>[\w ]{1,60}?)(?: event)? for (?:pool )?(?<pool>.{1,255}) on (?<host>\S{1,255})$/u;

export const zed: MailSource = {
  name: 'zed',
  read({ subject, text }) {
    const found = POOL.exec(subject.trim())?.groups;
    if (found === undefined || !/\bzfs has\b|\beid:/iu.test(text)) return null;
    return [zfs(found['event'] ?? '', found['pool'] ?? '', found['host'] ?? '', text)];
  },
};

function zfs(event: string, pool: string, host: string, text: string): Reading {
  const isNews = /\b(?:resilver|scrub|trim)_?finish\b|\bstart\b/iu.test(event);
  const labels = labelsOf(text.slice(0, 64 * 1_024));
  const state = labels.get('state') ?? '';
  const isBroken = /\b(?:DEGRADED|FAULTED|UNAVAIL|SUSPENDED)\b/u.test(text);
  return {
    action: isNews && !isBroken ? 'none' : 'trigger',
    about: [host, pool, labels.get('vpath') ?? labels.get('vguid') ?? ''],
    severity: /fault|removed|unavail/iu.test(event) ? 'critical' : 'error',
    summary: `ZFS ${event} of pool ${pool} on ${host}${state === '' ? '' : `: ${state}`}`,
    reason: isNews ? `${event} is news of ZFS` : `ZED ${NEVER}`,
    host,
    check: pool,
    expiresAfterMs: WEEK_MS,
  };
}
