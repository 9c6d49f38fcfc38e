/** Bacula and Bareos: `Bacula: Backup OK of CLIENT Incremental`. Two jobs of a client have one subject; the text names the job. */
import type { AlertEvent, Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT =
  /^(?<program>Bacula|Bareos): (?<type>Backup|Restore|Verify|Copy|Migration|Admin|Archive|Consolidate) (?<status>.{2,60}?) of (?<client>\S{1,255})(?: (?<level>.{0,100}))?$/iu;
const INTERVENTION = /^(?<program>Bacula|Bareos): Intervention needed for (?<job>\S{1,255})$/iu;
/** `NAME.2026-11-20_01.05.00_12`: a run of it. */
const RUN = /\.\d{4}-\d{2}-\d{2}_\d{2}\.\d{2}\.\d{2}_\d{1,4}$/u;
const JOB = /^Job:\s{1,40}(?<run>\S{1,255})$/u;

export const bacula: MailSource = {
  name: 'bacula',
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 1_000);
    const waits = INTERVENTION.exec(line)?.groups;
    if (waits !== undefined) {
      const job = (waits['job'] ?? '').replace(RUN, '');
      return [
        {
          action: 'trigger',
          about: [from, 'intervention', job],
          severity: 'error',
          summary: `${waits['program'] ?? ''}: intervention needed for ${job}`,
          reason: 'a job waits for somebody',
          check: job,
        },
      ];
    }
    const found = SUBJECT.exec(line)?.groups;
    if (found === undefined) return null;
    const { type = '', status = '', client = '' } = found;
    const run = linesOf(text)
      .map((one) => JOB.exec(one)?.groups?.['run'])
      .find((one) => one !== undefined);
    const meaning = meaningOf(status);
    if (meaning === null) return null;
    const [action, severity] = meaning;
    return [
      {
        action,
        about: [from, type, client, (run ?? '').replace(RUN, '')],
        severity,
        summary: line,
        reason: `read by its status "${status}"`,
        host: client,
        check: run === undefined ? type : run.replace(RUN, ''),
      },
    ];
  },
};

/** Null: none of its words. A job that somebody canceled, or that warns, has left something undone. */
function meaningOf(status: string): readonly [AlertEvent['action'], Severity] | null {
  if (/^OK\b(?!.*\b(?:error|fail|differ|but\b))/iu.test(status))
    return /warning/iu.test(status) ? ['trigger', 'warning'] : ['resolve', 'unknown'];
  if (/fatal/iu.test(status)) return ['trigger', 'critical'];
  if (/error|fail|differ/iu.test(status)) return ['trigger', 'error'];
  return /cancel/iu.test(status) ? ['trigger', 'unknown'] : null;
}
