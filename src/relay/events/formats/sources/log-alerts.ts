/** Mails of alerts on logs, which never say that it is over: Graylog's event notifications, Splunk's alert action. */
import { labelsOf, linesOf, linksIn } from '../labels.ts';
import type { MailSource } from '../source.ts';

/** Its mail's own headings. A subject may be the team's own. */
const GRAYLOG = /^-{3} \[Event Definition\] -/mu;
const GRAYLOG_SUBJECT = /^Graylog event notification: (?<title>.{1,500})$/u;

export const graylogMail: MailSource = {
  name: 'graylog',
  tags: true,
  read({ subject, text }) {
    if (!GRAYLOG.test(text.slice(0, 16_000))) return null;
    const labels = labelsOf(text);
    const of = (label: string): string => labels.get(label) ?? '';
    const title = GRAYLOG_SUBJECT.exec(subject.trim())?.groups?.['title'] ?? of('title');
    if (title === '') return null;
    const isTest = of('type') === 'test-dummy-v1';
    return [
      {
        action: isTest ? 'none' : 'trigger',
        about: [of('title') || title, of('key')],
        severity: 'unknown',
        summary: of('message') || title,
        reason: isTest ? 'a test of Graylog' : 'Graylog never says that it is over',
        check: of('title') || title,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

const SPLUNK_SUBJECT = /^Splunk (?<kind>Alert|Report): (?<name>.{1,500})$/iu;
/** Said of a search's own name, which may hold any word; the subject may be the team's own. */
const SPLUNK_TEXT =
  /^The (?:alert condition for '(?<alert>.{1,500})' was triggered|scheduled report '(?<report>.{1,500})' has run)\.$/u;

export const splunkMail: MailSource = {
  name: 'splunk',
  tags: true,
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 1_000);
    const said = linesOf(text)
      .map((one) => SPLUNK_TEXT.exec(one)?.groups)
      .find((one) => one !== undefined);
    const titled = SPLUNK_SUBJECT.exec(line)?.groups;
    const name = said?.['alert'] ?? said?.['report'] ?? titled?.['name'];
    if (name === undefined) return null;
    const isReport =
      said === undefined ? titled?.['kind']?.toLowerCase() === 'report' : said['report'] !== undefined;
    return [
      {
        action: isReport ? 'none' : 'trigger',
        // Searches of several servers may have one name.
        about: [name, from],
        severity: 'unknown',
        summary: titled === undefined ? line || name : name,
        reason: isReport ? 'a report that ran as planned' : 'Splunk never says that it is over',
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};
