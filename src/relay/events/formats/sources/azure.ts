/** Azure Monitor's mails: `Fired:Sev1 Azure Monitor Alert RULE on RESOURCE ( TYPE ) at TIME`. */
import type { Severity } from '../../types.ts';
import { linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

/** Newer ones begin with words of their own (`Important notice: `) or with brackets. */
const SUBJECT =
  /(?:^|[:\]] ?)(?<state>Fired|Activated|Resolved|Deactivated):? ?(?<severity>Sev\d) Azure Monitor Alert (?<rest>.{1,700})$/u;
/** Azure's own scale: 0 critical, 1 error, 2 warning, 3 informational, 4 verbose. */
export const AZURE_SEVERITIES: Readonly<Record<string, Severity>> = {
  sev0: 'critical',
  sev1: 'error',
  sev2: 'warning',
  sev3: 'info',
  sev4: 'info',
};

/** Of the classic alerts. */
const CLASSIC =
  /^(?:\[?Azure\]?:? )?(?<state>Activated|Deactivated|Fired|Resolved):? Severity: (?<severity>[0-4]) (?<rest>.{1,700})$/u;

/** It tells whom it will mail, and whom no more. */
const MEMBERSHIP =
  /^You(?:'|\u2019)?(?:ve| have) been (?:added to|removed from) (?:an?|the) Azure Monitor action group\b/iu;

export const azureMail: MailSource = {
  name: 'azure',
  read({ subject, text }) {
    const line = subject.trim().slice(0, 1_000);
    const found = (SUBJECT.exec(line) ?? CLASSIC.exec(line))?.groups;
    if (found === undefined) {
      if (!MEMBERSHIP.test(line)) return null;
      return [
        {
          action: 'none',
          about: [line],
          severity: 'info',
          summary: line,
          reason: 'about who is mailed, and no alert',
        },
      ];
    }
    const { state = '', rest = '' } = found;
    const severity = `sev${(found['severity'] ?? '').replace(/^Sev/u, '')}`;
    const { rule, host } = split(rest);
    return [
      {
        action: state === 'Resolved' || state === 'Deactivated' ? 'resolve' : 'trigger',
        about: [host, rule],
        severity: AZURE_SEVERITIES[severity] ?? 'unknown',
        summary: `${rule}${host === '' ? '' : ` on ${host}`}`,
        reason: `read by its condition ${state}`,
        host,
        check: rule,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

/** A rule's own name may hold " on ": the last one leads to the resource. */
function split(rest: string): { rule: string; host: string } {
  const bare = rest.replace(/ at \d[\d/.: -]{6,30}(?: ?[AP]M)?(?: ?(?:UTC|Z))?$/iu, '').trim();
  const typed = bare.endsWith(')') ? bare.slice(0, bare.lastIndexOf('(')).trim() : bare;
  const at = typed.lastIndexOf(' on ');
  return at < 1 ? { rule: typed, host: '' } : { rule: typed.slice(0, at), host: typed.slice(at + 4).trim() };
}
