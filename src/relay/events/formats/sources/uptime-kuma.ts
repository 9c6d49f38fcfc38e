/** Uptime Kuma's mails: `[NAME] [🔴 Down] MESSAGE`, and the times of it in the text. */
import { linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

/** A monitor's name may hold brackets itself. */
const SUBJECT = /^\[(?<name>.{1,500})\] \[(?<mark>🔴|✅) (?<state>Down|Up)\](?<said>.*)$/u;
/** An own subject says neither; the text begins with it all the same. */
const TIME = /^Time \([^)]{1,60}\): \d{4}-/mu;
const CERTIFICATE =
  /^\[(?<name>[^\]]{1,300})\]\[(?<url>[^\]]{1,500})\] (?<which>.+) will (?:be expired|expire) in (?<days>-?\d{1,5}) days$/u;
const DOMAIN = /^(?<which>Domain name \S{1,255}) will expire in -?\d{1,5} days$/u;
/** It tells three, two and one week before, and never that there is a new one. */
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const TEST = /\bTesting$/u;

export const uptimeKuma: MailSource = {
  name: 'uptime-kuma',
  tags: true,
  read({ subject, text, from, headers }) {
    const first = linesOf(text).find((line) => line !== '') ?? '';
    const found = (SUBJECT.exec(subject.trim()) ?? (TIME.test(text) ? SUBJECT.exec(first) : null))?.groups;
    if (found !== undefined) {
      const { name = '', state = '' } = found;
      const said = (found['said'] ?? '').trim();
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
    const certificate = CERTIFICATE.exec(first)?.groups ?? DOMAIN.exec(first)?.groups;
    if (certificate !== undefined) {
      const { name = '', url = '', which = '' } = certificate;
      return [
        {
          action: 'trigger',
          about: [name, 'certificate', which],
          severity: 'warning',
          summary: first,
          reason: 'a certificate that ends soon',
          check: which,
          links: url === '' ? [] : [url],
          expiresAfterMs: WEEK_MS,
        },
      ];
    }
    // With a subject of the team's own, the text alone is what its button "Test" says.
    const isOurs =
      subject.trim() === first || /\bkuma\b/iu.test(`${subject} ${from} ${headers.get('from') ?? ''}`);
    const said = linesOf(text).filter((line) => line !== '');
    // A list's footer may follow.
    if (!TEST.test(first) || !isOurs || (said.length > 1 && !/^_{4,80}$/u.test(said[1] ?? ''))) return null;
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
