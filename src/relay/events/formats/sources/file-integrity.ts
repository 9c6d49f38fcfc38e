/** Nightly checks of a host's files: AIDE and rkhunter. Called a report, such a mail is an alert when it found something. */
import type { Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const AIDE = /^(?:Daily )?AIDE report for (?<host>\S{1,255})$/iu;
const AIDE_FOUND =
  /^AIDE found differences between database and filesystem\b|^AIDE (?:returned|detected|produced) (?!no\b).{0,60}\berrors?\b|^(?:error|fatal)\b/iu;
const AIDE_CLEAN =
  /^(?:AIDE found NO differences\b|AIDE,? .{0,60}### All files match|All files match AIDE database|AIDE (?:detected|found) no changes)/iu;

const RKHUNTER =
  /^\[rkhunter\] (?:Warnings found for (?<warned>\S{1,255})|(?<host>\S{1,255}) - (?<kind>Daily report|Daily run|Weekly (?:rkhunter )?(?:database )?update))$/iu;

/** A warning of its log may have its time in front; what it can't read or isn't told right, it hasn't looked at. */
const FOUND =
  /^(?:\[[\d:]{5,8}\] )?(?:Warning|Error|Invalid|Unable|Cannot)\b|\bwarnings (?:have been )?found\b/iu;

export const aide: MailSource = {
  name: 'aide',
  read({ subject, text }) {
    const host = AIDE.exec(subject.trim())?.groups?.['host'];
    if (host === undefined) return null;
    const lines = linesOf(text);
    const found = lines.find((line) => AIDE_FOUND.test(line));
    if (found === undefined && !lines.some((line) => AIDE_CLEAN.test(line))) return null;
    return [found === undefined ? clean(host) : changed(host, found, 'unknown')];
  },
};

export const rkhunter: MailSource = {
  name: 'rkhunter',
  tags: true,
  read({ subject, text }) {
    const found = RKHUNTER.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const host = found['warned'] ?? found['host'] ?? '';
    const warning = linesOf(text).find((line) => FOUND.test(line));
    const isWarned = found['warned'] !== undefined || warning !== undefined;
    return [isWarned ? changed(host, warning ?? subject, 'warning') : clean(host)];
  },
};

const changed = (host: string, said: string, severity: Severity): Reading => ({
  action: 'trigger',
  about: [host],
  severity,
  summary: `${host}: ${said}`,
  reason: 'a check of files found something',
  host,
});

/** Nothing is said of what an earlier night found: that is for somebody to close. */
const clean = (host: string): Reading => ({
  action: 'none',
  about: [host],
  severity: 'info',
  summary: `${host}: nothing was found`,
  reason: 'a check of files that found nothing',
  host,
});
