/** Sources whose mails say all of it in labels, or in headers of their own: collectd and Netdata. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linksIn } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource } from '../source.ts';

type Meaning = readonly [AlertEvent['action'], Severity];

const COLLECTD = /^Collectd notify: (?<level>FAILURE|WARNING|OKAY)@(?<host>.*)$/u;
const LEVELS: Record<string, Meaning> = {
  FAILURE: ['trigger', 'critical'],
  WARNING: ['trigger', 'warning'],
  OKAY: ['resolve', 'unknown'],
};

export const collectd: MailSource = {
  name: 'collectd',
  read({ subject, text }) {
    const found = COLLECTD.exec(subject.trim())?.groups;
    const meaning = LEVELS[found?.['level'] ?? ''];
    if (found === undefined || meaning === undefined) return null;
    const labels = labelsOf(text);
    const of = (label: string): string => labels.get(label) ?? '';
    const host = of('host') || (found['host'] ?? '');
    const told = of('message');
    const parts = of('plugin') === '' ? toldOf(told) : PARTS.map(of);
    const check = parts.filter((part) => part !== '').join(' ');
    const [action, severity] = meaning;
    return [
      {
        action,
        about: [host, ...parts],
        severity,
        summary: `${check === '' ? 'collectd' : check} on ${host}: ${told || (found['level'] ?? '')}`,
        reason: `read by its level ${found['level'] ?? ''}`,
        host,
        check,
      },
    ];
  },
};

const PARTS = ['plugin', 'plugin instance', 'type', 'type instance'];
const THRESHOLD =
  /^Host .{1,255}, plugin (?<plugin>[^\s():]{1,255})(?: \(instance (?<instance>[^()]{1,255})\))? type (?<type>[^\s():]{1,255})(?: \(instance (?<of>[^()]{1,255})\))?:/u;

/** An older collectd mails no labels but its message; that of a threshold names all parts. */
function toldOf(message: string): readonly string[] {
  const { plugin = '', instance = '', type = '', of = '' } = THRESHOLD.exec(message)?.groups ?? {};
  return plugin === '' ? [normaliseSummary(message)] : [plugin, instance, type, of];
}

const NETDATA: Record<string, Meaning> = {
  critical: ['trigger', 'critical'],
  warning: ['trigger', 'warning'],
  clear: ['resolve', 'unknown'],
};

/** Its link to the alarm says all of it too, where somebody's forward has lost the headers. */
const LINK =
  /\?[^\s]{0,300}\bhost=(?<host>[^&\s]{1,255})&chart=(?<chart>[^&\s]{1,255})&[^\s]{0,400}?\balarm=(?<name>[^&\s]{1,255})&[^\s]{0,400}?\balarm_status=(?<status>[A-Z]{1,20})/u;

export const netdata: MailSource = {
  name: 'netdata',
  read({ subject, text, headers }) {
    const found = namedIn(headers) ?? linkedIn(text);
    if (found === null) return null;
    const { host, chart, name, said } = found;
    // Its own `test` goes through critical and clear.
    const isTest = name === 'test_alarm';
    const [action, severity] = NETDATA[said] ?? (['none', 'unknown'] as const);
    return [
      {
        action: isTest ? 'none' : action,
        about: [host, chart, name],
        severity,
        summary: subject,
        reason: isTest ? 'a test of Netdata' : `read by its severity "${said}"`,
        host,
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

interface Alarm {
  host: string;
  chart: string;
  name: string;
  said: string;
}

function namedIn(headers: ReadonlyMap<string, string>): Alarm | null {
  const of = (name: string): string => headers.get(`x-netdata-${name}`) ?? '';
  const said = of('severity').toLowerCase();
  if (said === '' || of('alert-name') === '') return null;
  return { host: of('host'), chart: of('chart'), name: of('alert-name'), said };
}

function linkedIn(text: string): Alarm | null {
  const found = /^Notification generated on /mu.test(text.slice(0, 16_000))
    ? LINK.exec(text.slice(0, 16_000))?.groups
    : undefined;
  if (found === undefined) return null;
  const { host = '', chart = '', name = '', status = '' } = found;
  return { host: plain(host), chart: plain(chart), name: plain(name), said: status.toLowerCase() };
}

/** `%C3%BC`; as it stands where that is no text. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
