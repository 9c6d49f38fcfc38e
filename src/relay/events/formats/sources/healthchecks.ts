/** Healthchecks: `DOWN | NAME` and `UP | NAME`; reminders, reports and what is said of flapping are no alerts. */
import type { MailSource } from '../source.ts';

const STATE = /^(?<state>DOWN|UP) \| (?<name>.+)$/u;
/** `View on SITE:`, and the page of the check. */
const LINK = /https?:\/\/\S{1,255}\/(?:cloaked|checks)\/(?<id>[0-9a-f-]{36,40})/u;
const NEWS =
  /^(?:Reminder: \d+ checks? still down|The Check .+ Is Flapping|(?:Monthly|Weekly) Report\b.*)$/iu;

export const healthchecks: MailSource = {
  name: 'healthchecks',
  read({ subject, text }) {
    const line = subject.trim();
    const found = STATE.exec(line)?.groups;
    if (found !== undefined) {
      const { state = '', name = '' } = found;
      return [
        {
          action: state === 'UP' ? 'resolve' : 'trigger',
          // Two projects may have checks of one name; the link tells them apart.
          about: [name, LINK.exec(text.slice(0, 8_000))?.groups?.['id'] ?? ''],
          severity: 'error',
          summary: `${name} is ${state}`,
          reason: `read by its state ${state}`,
          check: name,
        },
      ];
    }
    if (!NEWS.test(line) || !/\bchecks?\b/iu.test(text)) return null;
    return [
      {
        action: 'none',
        about: [line],
        severity: 'info',
        summary: line,
        reason: 'a summary of checks, whose alerts came by themselves',
      },
    ];
  },
};
