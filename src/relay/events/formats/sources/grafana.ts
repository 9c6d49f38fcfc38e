/** Grafana's own mail template since version 9: each alert of the group stands with its labels. */
import { severityOf } from '../body.ts';
import { linksIn } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const SUBJECT = /^\[(?:FIRING:\d+|RESOLVED(?::\d+)?)(?:, RESOLVED:\d+)?\]/u;
const SECTION = /^\(\d+\) (?<state>FIRING|RESOLVED)$/u;
const NAME = /^Alertname: (?<name>.*)$/u;
const PAIR = /^- (?<name>[\p{L}_][\p{L}\p{N}_.]*) = (?<value>.*)$/u;
const NOTE = /^(?<name>Summary|Description|Message|Runbook|Dashboard|Panel|Source|Silence): (?<value>.*)$/u;
const ALERTS_MAX = 1_000;

interface Alert {
  name: string;
  resolved: boolean;
  labels: Map<string, string>;
  notes: Map<string, string>;
}

export const grafana: MailSource = {
  name: 'grafana',
  read({ subject, text }) {
    if (!SUBJECT.test(subject.trim()) || !/\bGrafana\b/u.test(text.slice(0, 256 * 1024))) return null;
    const alerts = alertsIn(text);
    return alerts.length === 0 ? null : alerts.map(reading);
  },
};

function alertsIn(text: string): Alert[] {
  const alerts: Alert[] = [];
  let resolved = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const state = SECTION.exec(line)?.groups?.['state'];
    const name = NAME.exec(line)?.groups?.['name'];
    const now = alerts.at(-1);
    if (state !== undefined) resolved = state === 'RESOLVED';
    else if (name !== undefined) {
      if (alerts.length >= ALERTS_MAX) break;
      alerts.push({ name, resolved, labels: new Map(), notes: new Map() });
    } else if (now !== undefined) {
      const pair = PAIR.exec(line)?.groups;
      if (pair !== undefined) now.labels.set(pair['name'] ?? '', pair['value'] ?? '');
      const note = NOTE.exec(line)?.groups;
      if (note !== undefined) now.notes.set((note['name'] ?? '').toLowerCase(), note['value'] ?? '');
    }
  }
  return alerts;
}

function reading({ name, resolved, labels, notes }: Alert): Reading {
  const host = labels.get('instance') ?? labels.get('host') ?? '';
  const said = notes.get('summary') ?? notes.get('description') ?? notes.get('message') ?? '';
  // What its button "Test" sends.
  const isTest = name === 'TestAlert' && host === 'Grafana';
  return {
    action: isTest ? 'none' : resolved ? 'resolve' : 'trigger',
    about: [name, ...[...labels].map(([label, value]) => `${label}=${value}`).toSorted()],
    severity: severityOf(labels.get('severity') ?? labels.get('priority') ?? ''),
    summary: `${name}${host === '' ? '' : ` on ${host}`}${said === '' ? '' : `: ${said}`}`,
    reason: isTest ? 'a test of Grafana' : `it stands under ${resolved ? 'RESOLVED' : 'FIRING'}`,
    host,
    check: name,
    links: linksIn([...notes.values()].join(' ')),
  };
}
