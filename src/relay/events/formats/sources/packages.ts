/** What Debian says of its own packages: unattended-upgrades and apticron. */
import type { MailSource } from '../source.ts';

/** Its own words are the reader's language; the result is not. */
const RESULT =
  /^(?<marks>(?:\[[^\]]{1,100}\]\s*)*)(?<what>\S.*) '?(?<host>[^\s:']+)'?\s?: '?(?<result>SUCCESS|FAILURE|True|False)'?$/u;
const OURS = /unattended[ -]upgrade|automatischen systemaktualisierung/iu;

export const unattendedUpgrades: MailSource = {
  name: 'unattended-upgrades',
  tags: true,
  read({ subject, text }) {
    const found = RESULT.exec(subject.trim().slice(0, 1_000))?.groups;
    if (found === undefined) return null;
    const { host = '', result = '', marks = '', what = '' } = found;
    if (!OURS.test(what) && !OURS.test(text.slice(0, 64 * 1024))) return null;
    const failed = result === 'FAILURE' || result === 'False';
    return [
      {
        // A run that went well ends what the one before it had said.
        action: failed ? 'trigger' : 'resolve',
        about: [host],
        severity: 'error',
        summary: `unattended-upgrades on ${host}: ${result}${marks === '' ? '' : ` ${marks.trim()}`}`,
        reason: `read by its result ${result}`,
        host,
      },
    ];
  },
};

const UPDATES = /^(?:\d+ \S+ package update\(s\)|No updates) for (?<host>\S+)$/u;

export const apticron: MailSource = {
  name: 'apticron',
  read({ subject, text }) {
    const found = UPDATES.exec(subject.trim())?.groups;
    if (found === undefined && !/^apticron report\b/imu.test(text)) return null;
    const host = found?.['host'] ?? '';
    return [
      {
        action: 'none',
        about: [host === '' ? 'apticron' : host],
        severity: 'info',
        summary: subject,
        reason: 'a list of packages that may be updated is no alert',
        host,
      },
    ];
  },
};
