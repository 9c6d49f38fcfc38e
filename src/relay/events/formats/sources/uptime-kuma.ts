/** Uptime Kuma's mails: `[NAME] [🔴 Down] MESSAGE`, and the times of it in the text. */
import { linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

/** A monitor's name may hold brackets itself. */
const SUBJECT = /^\[(?<name>.{1,500})\] \[(?<mark>🔴|✅) (?<state>Down|Up)\]\s*(?<said>.*)$/u;
/** An own subject says neither; the text begins with it all the same. */
const TIME = /^Time \([^)]{1,60}\): \d{4}-/mu;
const CERTIFICATE =
  /^\[(?<name>[^\]]{1,300})\]\[(?<url>[^\]]{1,500})\] (?<which>.+) will be expired in (?<days>\d+) days$/u;
const TEST = /\bTesting$/u;

export const uptimeKuma: MailSource = {
  name: 'uptime-kuma',
  read({ subject, text }) {
    const first = linesOf(text).find((line) => line !== '') ?? '';
    const found = (SUBJECT.exec(subject.trim()) ?? (TIME.test(text) ? SUBJECT.exec(first) : null))?.groups;
    if (found !== undefined) {
      const { name = '', state = '', said = '' } = found;
      const isUp = state === 'Up';
      return [
        {
          action: isUp ? 'resolve' : 'trigger',
          about: [name],
          severity: 'critical',
          summary: `${name} is ${state.toLowerCase()}${said === '' ? '' : `: ${said}`}`,
          reason: `read by its mark "${state}"`,
          check: name,
        },
      ];
    }
    const certificate = CERTIFICATE.exec(first)?.groups;
    if (certificate !== undefined) {
      const { name = '', url = '', which = '' } = certificate;
      return [
        {
          action: 'trigger',
          about: [name, 'certificate'],
          severity: 'warning',
          summary: first,
          reason: 'a certificate that ends soon',
          check: which,
          links: [url],
        },
      ];
    }
    if (!TEST.test(subject.trim()) || subject.trim() !== first) return null;
    return [
      {
        action: 'none',
        about: ['test'],
        severity: 'info',
        summary: subject,
        reason: 'a test of Uptime Kuma',
      },
    ];
  },
};
