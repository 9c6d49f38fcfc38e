/** Zabbix: the messages of its media types as they come since 4.0, and those before. The body tells what it is. */
import type { AlertEvent, Severity } from '../../types.ts';
import { type Labels, labelsOf, linesOf } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource, Reading } from '../source.ts';

/** By its own subjects, where the body is the team's. */
const SUBJECT =
  /^(?<kind>Problem|Resolved(?: in \d[^:]{0,60})?|Updated problem(?: in [^:]{1,60})?|Service "[^"]{1,255}" (?:problem|resolved(?: in [^:]{1,60})?)|PROBLEM|OK): ?(?<name>.*)$/u;
const BEGAN = /^(?:Service )?Problem started\b/iu;
const ENDED =
  /^(?:Service )?(?:Problem|"[^"]{1,255}") has been resolved\b|^Service "[^"]{1,255}" has been resolved\b/iu;
const UPDATED =
  /^Current problem status(?: is|:)|^Changed "[^"]{1,255}" service status to\b|^Current problem age is\b/iu;
const NEWS = /^(?:Discovery|Autoregistration): (?<what>.+)$/u;

/** As they are called at first, and in other languages that teams call them in. */
const SEVERITIES: readonly (readonly [Severity, readonly string[]])[] = [
  ['critical', ['disaster', 'katastrophe', 'désastre', 'desastre']],
  ['error', ['high', 'hoch', 'haut', 'alta']],
  [
    'warning',
    [
      'average',
      'warning',
      'durchschnitt',
      'mittel',
      'warnung',
      'moyen',
      'avertissement',
      'media',
      'advertencia',
    ],
  ],
  ['info', ['information', 'info']],
];

export const zabbix: MailSource = {
  name: 'zabbix',
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 2_000);
    const labels = labelsOf(text.slice(0, 64 * 1_024));
    const news = NEWS.exec(line)?.groups?.['what'];
    if (news !== undefined && (labels.has('device ip') || labels.has('host name'))) return [told(line, news)];
    const found = SUBJECT.exec(line)?.groups;
    const kind = kindOf(text) ?? oldKind(labels) ?? bySubject(found?.['kind'] ?? '', labels);
    if (kind === null) return null;
    const name =
      labels.get('problem name') ??
      labels.get('service problem name') ??
      labels.get('trigger') ??
      found?.['name'] ??
      line;
    const host = labels.get('host') ?? labels.get('service') ?? '';
    const id = labels.get('original problem id') ?? labels.get('original event id') ?? '';
    return [
      {
        action: kind,
        // Two servers count from one: the host belongs to the number, or who mails.
        about: id === '' ? [host, nameOf(name)] : [host === '' ? from : host, id],
        severity: severityOf(labels.get('severity') ?? labels.get('trigger severity') ?? ''),
        summary: `${name}${host === '' || name.includes(host) ? '' : ` on ${host}`}`,
        reason:
          kind === 'none'
            ? 'an update of a problem (an acknowledgement, a comment) neither opens nor closes anything'
            : `read by Zabbix' ${found?.['kind'] === undefined ? 'text' : `"${found['kind']}"`}`,
        host,
        check: name,
      },
    ];
  },
};

/** The body's first sentence, whatever the subject was made. */
function kindOf(text: string): AlertEvent['action'] | null {
  const lines = linesOf(text.slice(0, 16_000)).filter((line) => line !== '');
  if (lines.slice(0, 12).some((line) => UPDATED.test(line))) return 'none';
  const first = lines.slice(0, 4);
  if (first.some((line) => ENDED.test(line))) return 'resolve';
  return first.some((line) => BEGAN.test(line)) ? 'trigger' : null;
}

/** Before 3.4: `Trigger status: PROBLEM`. */
function oldKind(labels: Labels): AlertEvent['action'] | null {
  if (!labels.has('trigger')) return null;
  const status = (labels.get('trigger status') ?? '').toUpperCase();
  return status === 'OK' ? 'resolve' : status === 'PROBLEM' ? 'trigger' : null;
}

/** The subject alone is too common a word; the number of the problem makes it Zabbix'. */
function bySubject(kind: string, labels: Labels): AlertEvent['action'] | null {
  if (kind === '' || !(labels.has('original problem id') || labels.has('original event id'))) return null;
  if (kind.startsWith('Updated')) return 'none';
  return /^(?:Resolved|OK)|\bresolved\b/u.test(kind) ? 'resolve' : 'trigger';
}

/** Values that a name holds change: `Load is 5.2`. */
const nameOf = (name: string): string => normaliseSummary(name);

const severityOf = (name: string): Severity =>
  SEVERITIES.find(([, names]) => names.includes(name.toLowerCase()))?.[0] ?? 'unknown';

const told = (summary: string, about: string): Reading => ({
  action: 'none',
  about: [about],
  severity: 'info',
  summary,
  reason: 'Zabbix tells of what it found, and nothing is wrong',
});
