/** Firewalls whose subjects are always the same: FortiGate's log lines of `key="value"`, pfSense's list of notifications. */
import type { AlertEvent, Severity } from '../../types.ts';
import { severityOf } from '../body.ts';
import { readText } from '../general.ts';
import { linesOf } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource, Reading } from '../source.ts';

const READINGS_MAX = 100;

/** Its own subjects; another is the team's, and says more. */
const FORTIGATE =
  /^(?:Message meets Alert condition|The following .{1,80} (?:was|were) detected\b.{0,100})$/iu;
const PAIR = /(?<name>[a-z_]{1,40})=(?:"(?<quoted>[^"]{0,1000})"|(?<bare>[^\s"]{1,300}))/gu;
/** What a line is about, besides its kind of event: of these, those that it has. */
const NAMES = [
  'vpntunnel',
  'tunnelname',
  'name',
  'interface',
  'intf',
  'neighbor',
  'peer',
  'remip',
  'ha_group',
  'sensor',
  'sn',
  'slot',
  'user',
  'server',
  'ap',
  'attack',
  'virus',
  'srcip',
];
const FORTIGATE_WELL =
  /\bto (?:alive|up|normal)\b|\btunnel[-_]up\b|\b(?:is|are|turned|came|went|link) (?:back )?up\b|\brestored\b|\brecovered\b|\breconnected\b|\b(?:exit(?:s|ed)?|left|leaves) (?:\w{1,20} ){0,2}conserve mode\b|\bback to normal\b/iu;
/** One thing may be up because another is down: the problem counts. */
const FORTIGATE_WRONG =
  /\b(?:down|die|dead|fail(?:s|ed|ure)?|lost|unreachable|disconnected|missing|disabled|expired|not)\b/iu;
/** States in an event's name stand in one of problem and recovery only. */
const STATE_WORDS =
  /\b(?:enter(?:s|ed)?|exit(?:s|ed)?|up|down|lost|fail(?:s|ed|ure)?|restored|recovered|status|changed?)\b/giu;

export const fortigate: MailSource = {
  name: 'fortigate',
  read({ subject, text }) {
    if (!FORTIGATE.test(subject.trim())) return null;
    const logs = linesOf(text)
      .filter((line) => /\bdev(?:name|id)=/u.test(line) && /\blog_?id=/u.test(line))
      .slice(0, READINGS_MAX);
    return logs.length === 0 ? null : logs.map(logLine);
  },
};

function logLine(line: string): Reading {
  const fields = new Map<string, string>();
  for (const { groups: { name = '', quoted, bare } = {} } of line.matchAll(PAIR))
    if (!fields.has(name)) fields.set(name, quoted ?? bare ?? '');
  const of = (name: string): string => fields.get(name) ?? '';
  const host = of('devname') || of('devid');
  const said = of('msg') || of('logdesc') || line;
  const kind = (of('logdesc') || normaliseSummary(said)).replaceAll(STATE_WORDS, ' ');
  const names = NAMES.filter((name) => of(name) !== '').map((name) => `${name}=${of(name)}`);
  // "Interface wan1 was turned down": named only there.
  const told = names.length > 0 ? [] : namesIn(said);
  const saidNow = said.replaceAll(/\bfrom \w{1,20} to\b/giu, 'to');
  const isWell =
    !FORTIGATE_WRONG.test(saidNow) &&
    (FORTIGATE_WELL.test(`${said} ${of('action')}`) || /^(?:up|alive|ok|normal)$/iu.test(of('status')));
  return {
    action: isWell ? 'resolve' : 'trigger',
    about: [host, of('vd'), kind.replaceAll(/\s{1,50}/gu, ' ').trim(), ...names, ...told],
    severity: severityOf(of('level') || of('pri')),
    summary: `${host}: ${said}${names.length === 0 ? '' : ` (${names.join(', ')})`}`,
    reason: isWell ? 'its message says that it is well again' : 'a log message that meets an alert condition',
    host,
    check: of('logdesc'),
  };
}

const NAMED =
  /\b(?:interface|port|tunnel|sensor|fan|psu|supply|peer|member|disk|link|slot)\s(?!(?:is|was|has|status|failed|failure|down|up|lost)\b)(?<name>[\w./-]{1,64})/giu;
const namesIn = (said: string): string[] =>
  [...said.matchAll(NAMED)].map(({ groups }) => (groups?.['name'] ?? '').replace(/[.]$/u, ''));

const PFSENSE = /^(?<host>\S{1,255}) - Notification$/u;
const PFSENSE_HEAD = /^Notifications in this message: \d{1,5}$/mu;
const PFSENSE_LINE = /^\d{1,2}:\d{2}:\d{2} (?<said>.{1,900})$/u;
const GATEWAY =
  /^MONITOR: (?<name>\S{1,100}) (?<state>is down|has packet loss|has high latency|is available now)\b/u;
const ITS_STATE = /\|(?<state>down|loss|delay|online)(?:\||$)/u;

export const pfsense: MailSource = {
  name: 'pfsense',
  read({ subject, text }) {
    const host = PFSENSE.exec(subject.trim())?.groups?.['host'];
    if (host === undefined || !PFSENSE_HEAD.test(text.slice(0, 4_000))) return null;
    const told: string[] = [];
    for (const line of linesOf(text)) {
      const said = PFSENSE_LINE.exec(line)?.groups?.['said'];
      // The gateway's figures stand in a line of their own.
      if (said !== undefined) told.push(said);
      else if (line !== '' && told.length > 0) told.push(`${told.pop() ?? ''} ${line}`.slice(0, 2_000));
    }
    return told.length === 0 ? null : told.slice(0, READINGS_MAX).map((said) => notification(host, said));
  },
};

function notification(host: string, said: string): Reading {
  const gateway = GATEWAY.exec(said)?.groups;
  if (gateway === undefined) {
    const { action, severity, dedupKey, reason } = readText(said, '', '');
    return {
      action,
      about: [host, dedupKey],
      severity,
      summary: `${host}: ${said}`,
      reason: reason ?? 'taken as a problem',
      host,
    };
  }
  const { name = '', state = '' } = gateway;
  const action: AlertEvent['action'] =
    state === 'is available now' && !/\bomitting from\b/u.test(said) ? 'resolve' : 'trigger';
  const isDown = state === 'is down' || ITS_STATE.exec(said)?.groups?.['state'] === 'down';
  const severity: Severity = isDown ? 'critical' : 'warning';
  return {
    action,
    about: [host, 'gateway', name],
    severity,
    summary: `${host}: ${said}`,
    reason: `read by its words "${state}"`,
    host,
    check: name,
  };
}
