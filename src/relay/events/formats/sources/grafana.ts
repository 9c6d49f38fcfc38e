/** Grafana's own mail templates: since version 9 each alert of the group stands with its labels, in the text or in HTML. */
import { severityOf } from '../body.ts';
import { linesOf, linksIn } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

/** The text part alone may not hold its name, but in a label of every alert. */
const OURS = /\bGrafana\b|\bgrafana_folder\b|\bYou have \d{1,6} firing alert\(s\)/u;
const TEXT_SECTION = /^(?:\(\d{1,6}\) |\*\*)(?<state>FIRING|RESOLVED)(?:\*\*)?$/iu;
const HTML_SECTION = /^(?:🔥 \d{1,6} (?<firing>firing)|✅ \d{1,6} (?<resolved>resolved)) instances?$/u;
const NAME = /^Alertname: (?<name>.*)$/u;
/** Its own text part has no dash, `default.message` has one. */
const PAIR = /^(?:- )?(?<name>[\p{L}_][\p{L}\p{N}_.]*) = (?<value>.*)$/u;
/** A row of a table: label and value with only space between. */
const ROW = /^(?<name>[\p{L}_][\p{L}\p{N}_.]*) (?<value>.+)$/u;
const NOTE = /^(?<name>Summary|Description|Message|Runbook|Dashboard|Panel|Source|Silence): (?<value>.*)$/u;
const ALERTS_MAX = 1_000;
const LINES_MAX = 40_000;
/** Before version 9: `[Alerting] RULE`, and the rule's page in the text. */
const LEGACY = /^\[(?<state>Alerting|OK|No Data|Paused|Pending|Unknown)\] (?<name>.{1,500})$/u;
const LEGACY_PAGE = /\/d\/(?<board>[\w-]{1,64})\/\S{0,200}?\bpanelId=(?<panel>\d{1,9})/u;

interface Alert {
  name: string;
  resolved: boolean;
  labels: Map<string, string>;
  notes: Map<string, string>;
}

export const grafana: MailSource = {
  name: 'grafana',
  tags: true,
  read({ subject, text }) {
    const body = text.slice(0, 256 * 1024);
    if (!OURS.test(body)) return null;
    const lines = body.split('\n', LINES_MAX).map((line) => line.trim());
    const alerts = alertsInText(lines);
    const all = alerts.length === 0 ? alertsInHtml(lines) : alerts;
    return all.length === 0 ? legacy(subject.trim(), body) : all.map(reading);
  },
};

/** The text part's own headings, or those of `default.message`, which teams put into a message of theirs. */
function alertsInText(lines: readonly string[]): Alert[] {
  const alerts: Alert[] = [];
  let resolved: boolean | null = null;
  let into: 'labels' | 'notes' = 'labels';
  const begin = (name: string): void => {
    alerts.push({ name, resolved: resolved === true, labels: new Map(), notes: new Map() });
    into = 'labels';
  };
  for (const line of lines) {
    const state = TEXT_SECTION.exec(line)?.groups?.['state'];
    if (state !== undefined) resolved = state.toUpperCase() === 'RESOLVED';
    if (resolved === null) continue;
    if (alerts.length >= ALERTS_MAX) break;
    const name = NAME.exec(line)?.groups?.['name'];
    const last = alerts.at(-1);
    if (name !== undefined) begin(name);
    // Without a name in front, the labels begin an alert.
    else if (line === 'Labels:' && (last === undefined || last.labels.size > 0 || last.resolved !== resolved))
      begin('');
    else if (line === 'Annotations:') into = 'notes';
    else if (last !== undefined) addTo(last, line, into);
  }
  return alerts.filter(({ name: named }) => named !== '');
}

function addTo(alert: Alert, line: string, into: 'labels' | 'notes'): void {
  const { name = '', value = '' } = PAIR.exec(line)?.groups ?? {};
  if (name === 'alertname' && into === 'labels') alert.name = value;
  else if (name !== '') alert[into].set(name, value);
  const note = NOTE.exec(line)?.groups;
  if (note !== undefined) alert.notes.set((note['name'] ?? '').toLowerCase(), note['value'] ?? '');
}

/** What HTML is by default, and alone: badge, name, summary, then tables headed Labels and Annotations. */
function alertsInHtml(lines: readonly string[]): Alert[] {
  const alerts: Alert[] = [];
  let resolved: boolean | null = null;
  let into: 'labels' | 'notes' | 'summary' | null = null;
  for (const line of lines) {
    const section = HTML_SECTION.exec(line)?.groups;
    if (section !== undefined) resolved = section['resolved'] !== undefined;
    if (resolved === null || line === '') continue;
    const now = alerts.at(-1);
    if (line === 'Labels') {
      into = 'labels';
    } else if (line === 'Annotations') into = 'notes';
    else if (line === 'Summary' && into !== 'summary') into = 'summary';
    else if ((line === 'Firing' || line === 'Resolved') && into !== 'summary') {
      if (alerts.length >= ALERTS_MAX) break;
      alerts.push({ name: '', resolved, labels: new Map(), notes: new Map() });
      into = null;
    } else if (/^(?:Silence|View (?:runbook|dashboard|panel)|Values|Observed )/u.test(line)) into = null;
    else if (now !== undefined && now.name === '') now.name = line;
    else if (now !== undefined && into === 'summary') {
      now.notes.set('summary', line);
      into = null;
    } else if (now !== undefined && into !== null) {
      const { name = '', value = '' } = ROW.exec(line)?.groups ?? {};
      if (name === 'alertname') now.name = value;
      else if (name !== '') now[into === 'labels' ? 'labels' : 'notes'].set(name, value);
    }
  }
  return alerts.filter(({ name }) => name !== '');
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
    labels: Object.fromEntries(labels),
  };
}

function legacy(subject: string, text: string): Reading[] | null {
  const found = LEGACY.exec(subject)?.groups;
  if (found === undefined) return null;
  const { state = '', name = '' } = found;
  const page = LEGACY_PAGE.exec(text)?.groups;
  const said = linesOf(text.slice(0, 8_000)).find((line) => line !== '' && !line.includes(name)) ?? '';
  const isTest = name === 'Test notification';
  const isNews = isTest || state === 'Paused' || state === 'Pending';
  return [
    {
      action: isNews ? 'none' : state === 'OK' ? 'resolve' : 'trigger',
      about: [name, page?.['board'] ?? '', page?.['panel'] ?? ''],
      severity: 'unknown',
      summary: `${name}${said === '' ? '' : `: ${said}`}`,
      reason: isTest ? 'a test of Grafana' : `read by its state "${state}"`,
      check: name,
      links: linksIn(text).slice(0, 1),
    },
  ];
}
