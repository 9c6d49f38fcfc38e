/** Alertmanager's own mail template: HTML only, in which each alert of the group stands with its labels. */
import { severityOf } from '../body.ts';
import { linksIn } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const MARK = /^(?:Sent by|View in) Alert[Mm]anager$/imu;
const SECTION = /^\[\d+\] (?<state>Firing|Resolved)$/u;
const PAIR = /^(?<name>[\p{L}_][\p{L}\p{N}_.]*) = (?<value>.*)$/u;
const ALERTS_MAX = 1_000;

interface Alert {
  resolved: boolean;
  labels: Map<string, string>;
  notes: Map<string, string>;
}

export const alertmanager: MailSource = {
  name: 'alertmanager',
  tags: true,
  read({ text }) {
    const body = text.slice(0, 256 * 1_024);
    if (!MARK.test(body)) return null;
    const alerts = alertsIn(body);
    return alerts.length === 0 ? null : alerts.map(reading);
  },
};

function alertsIn(text: string): Alert[] {
  const alerts: Alert[] = [];
  let resolved = false;
  let now: Alert | null = null;
  let into: Map<string, string> | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const state = SECTION.exec(line)?.groups?.['state'];
    if (state !== undefined) {
      resolved = state === 'Resolved';
      into = null;
    } else if (line === 'Labels') {
      if (alerts.length >= ALERTS_MAX) break;
      now = { resolved, labels: new Map(), notes: new Map() };
      alerts.push(now);
      into = now.labels;
    } else if (line === 'Annotations') into = now?.notes ?? null;
    else if (line === 'Source') into = null;
    else {
      const pair = PAIR.exec(line)?.groups;
      if (pair !== undefined && into !== null) into.set(pair['name'] ?? '', pair['value'] ?? '');
    }
  }
  return alerts.filter(({ labels }) => labels.size > 0);
}

function reading({ resolved, labels, notes }: Alert): Reading {
  const name = labels.get('alertname') ?? 'alert';
  const host = labels.get('instance') ?? labels.get('host') ?? labels.get('node') ?? '';
  const said = notes.get('summary') ?? notes.get('description') ?? notes.get('message') ?? '';
  return {
    action: resolved ? 'resolve' : 'trigger',
    about: [...labels].map(([label, value]) => `${label}=${value}`).toSorted(),
    severity: severityOf(labels.get('severity') ?? labels.get('priority') ?? ''),
    summary: `${name}${host === '' ? '' : ` on ${host}`}${said === '' || said === name ? '' : `: ${said}`}`,
    reason: `it stands under ${resolved ? 'Resolved' : 'Firing'}`,
    host,
    check: name,
    links: linksIn(notes.get('runbook_url') ?? ''),
    labels: Object.fromEntries(labels),
  };
}
