/** Nagios, Naemon, Icinga 1 and their heirs: commands.cfg mails labelled lines, by which hosts and services are known. */
import type { AlertEvent, Severity } from '../../types.ts';
import { type Labels, labelsOf, linksIn, paragraphAfter } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

/** `** TYPE Service Alert: HOST/SERVICE is STATE **`, before version 3 and in Centreon `** TYPE alert - HOST/SERVICE is …`. */
const SUBJECT =
  /\*\*\s{0,3}(?<type>[A-Z]{4,24}(?: [A-Z]{4,24})?)\s{1,3}(?:(?<what>Host|Service) )?alert(?::| -)\s{1,3}(?<about>.{1,500}?) is (?<state>[A-Z]{2,12})\b/iu;

/** The type word decides, never the state: a flapping notice may say CRITICAL, and so may one written by hand. */
const ACTIONS: Record<string, AlertEvent['action']> = { PROBLEM: 'trigger', RECOVERY: 'resolve' };

const SEVERITIES: Record<string, Severity> = {
  DOWN: 'critical',
  UNREACHABLE: 'critical',
  CRITICAL: 'critical',
  WARNING: 'warning',
};

export const naemon = family('naemon', /^\*{3,}\s{0,3}naemon\b/imu);
/** Icinga 1. */
export const icinga = family('icinga', /^\*{3,}\s{0,3}icinga\b/imu);
/** Also those of its heirs that name themselves otherwise, or not at all. */
export const nagios = family('nagios', /^\*{3,}|^Shinken Notification$|^Nagios\b.{0,40}\bNotification$/imu);

/** `heading`: how the body begins. */
function family(name: string, heading: RegExp): MailSource {
  return {
    name,
    read({ subject, text }) {
      const head = text.slice(0, 4_000);
      const line = subject.slice(0, 2_000);
      const isHeaded = heading.test(head);
      if (!isHeaded && name !== 'nagios') return null;
      const found = SUBJECT.exec(line)?.groups;
      if (!isHeaded && found === undefined) return null;
      const labels = labelsOf(text);
      const said = byLabels(labels, found !== undefined) ?? (found === undefined ? null : bySubject(found));
      return said === null ? null : [reading(line, text, said, labels)];
    },
  };
}

interface Said {
  type: string;
  host: string;
  address: string;
  service: string;
  state: string;
}

/** Shinken says `Type:`, which is too common a word without its subject. */
function byLabels(labels: Labels, isSubject: boolean): Said | null {
  const type =
    labels.get('notification type') ??
    labels.get('notification') ??
    (isSubject ? labels.get('type') : undefined);
  const { host, address } = hostIn(labels);
  if (type === undefined || !/^[a-z]{4,24}\b/iu.test(type) || host === '') return null;
  return {
    type: type.toUpperCase(),
    host,
    address,
    service: firstLabel(labels, ['service', 'service name', 'service description']),
    state: firstLabel(labels, [
      'state',
      'status',
      'service status',
      'host status',
      'service state',
      'host state',
    ]).toUpperCase(),
  };
}

const firstLabel = (labels: Labels, names: readonly string[]): string =>
  names.map((name) => labels.get(name) ?? '').find((value) => value !== '') ?? '';

/** Some write `web1 (192.0.2.80)`, and their HTML the address by itself: both are one host. */
function hostIn(labels: Labels): { host: string; address: string } {
  const said = firstLabel(labels, ['host', 'host name', 'hostname']);
  const { name = said, ip = '' } =
    /^(?<name>[^\s()]{1,255}) \((?<ip>[\da-f.:]{3,45})\)$/iu.exec(said)?.groups ?? {};
  return { host: name, address: firstLabel(labels, ['address', 'ip address', 'host address']) || ip };
}

/** Where the body is the team's own. A host's name holds no slash. */
function bySubject({ type = '', what = '', about = '', state = '' }: Record<string, string>): Said {
  const slash = what.toLowerCase() === 'host' ? -1 : about.indexOf('/');
  return {
    type: type.toUpperCase(),
    host: (slash === -1 ? about : about.slice(0, slash)).replace(/ host$/u, ''),
    address: '',
    service: slash === -1 ? '' : about.slice(slash + 1),
    state: state.toUpperCase(),
  };
}

function reading(
  subject: string,
  text: string,
  { type, host, address, service, state }: Said,
  labels: Labels,
): Reading {
  const action = ACTIONS[type.split(' ')[0] ?? ''] ?? 'none';
  const info =
    labels.get('info') ||
    labels.get('additional info') ||
    labels.get('service data') ||
    paragraphAfter(text, (line) => /^additional info ?:?/iu.test(line));
  const what = service === '' ? host : `${service} on ${host}`;
  return {
    action,
    // In a service's mail `Host:` is an alias, which several hosts may have; their addresses differ.
    about: [host, service, service === '' ? '' : address || (labels.get('address') ?? '')],
    severity: SEVERITIES[state.split(' ')[0] ?? ''] ?? 'unknown',
    summary: `${what} is ${state === '' ? subject : state}${info === '' ? '' : `: ${info}`}`,
    reason:
      action === 'none'
        ? `a notification of type ${type} neither opens nor closes anything`
        : `read by its notification type ${type}`,
    host,
    check: service,
    links: linksIn(text),
  };
}
