/** Healthchecks: `DOWN | NAME` and `UP | NAME`; reminders, reports and what is said of flapping are no alerts. */
import type { MailSource } from '../source.ts';

const STATE = /^(?<state>DOWN|UP) \| (?<name>.+)$/u;
/** `View on SITE:`, and the page of the check. */
const LINK = /https?:\/\/\S{1,255}\/(?:cloaked|checks)\/(?<id>[0-9a-f-]{36,40})/u;
const NEWS =
  /^(?:Reminder: \d+ checks? still down|The Check .+ Is Flapping|(?:Monthly|Weekly) Report\b.*)$/iu;

/** Of somebody's account there, wherever that runs. */
const ACCOUNT =
  /^(?:Log in to|Sign in to|Set (?:a )?password|Verify|Change (?:your )?(?:email|password)|Confirmation code|You have been invited)\b/iu;
const ACCOUNT_LINK = /https?:\/\/\S{1,255}\/accounts\/[a-z_]{3,40}\//u;

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
    const isAccount = ACCOUNT.test(line) && ACCOUNT_LINK.test(text.slice(0, 8_000));
    if (!isAccount && (!NEWS.test(line) || !/\bchecks?\b/iu.test(text))) return null;
    return [
      {
        action: 'none',
        about: [line],
        severity: 'info',
        summary: line,
        reason: isAccount
          ? "about somebody's account, and no alert"
          : 'a summary of checks, whose alerts came by themselves',
      },
    ];
  },
};
