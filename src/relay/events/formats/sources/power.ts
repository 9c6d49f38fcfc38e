/** What guards of uninterruptible power supplies mail: apcupsd's scripts, and NUT's upsmon by its NOTIFYCMD. */
import type { AlertEvent, Severity } from '../../types.ts';
import type { MailSource } from '../source.ts';

type Said = readonly [RegExp, topic: string, AlertEvent['action'], Severity];

/** `HOST UPS NAME Power Failure !!!` and the others of /etc/apcupsd. */
const APCUPSD: readonly Said[] = [
  [/ Power Failure !+$/u, 'power', 'trigger', 'critical'],
  [/ Power has returned$/u, 'power', 'resolve', 'unknown'],
  [/ Battery (?:needs changing|disconnected).*$/iu, 'battery', 'trigger', 'critical'],
  [/ Battery (?:has been )?(?:replaced|reattached).*$/iu, 'battery', 'resolve', 'unknown'],
];
const APC_LINK = /^(?<host>\S+) Communications with UPS (?<ups>[^@]+?) (?<how>lost|restored)$/u;
const APC = /^(?<host>\S+) UPS (?<ups>.+?)(?: Power Failure !+| Power has returned| Battery .+)$/iu;

export const apcupsd: MailSource = {
  name: 'apcupsd',
  read({ subject }) {
    const line = subject.trim();
    const link = APC_LINK.exec(line)?.groups;
    if (link !== undefined) {
      const action = link['how'] === 'lost' ? 'trigger' : 'resolve';
      return [said(line, link['host'] ?? '', link['ups'] ?? '', 'communication', action, 'critical')];
    }
    const found = APC.exec(line)?.groups;
    const meaning = APCUPSD.find(([pattern]) => pattern.test(line));
    if (found === undefined || meaning === undefined) return null;
    const [, topic, action, severity] = meaning;
    return [said(line, found['host'] ?? '', found['ups'] ?? '', topic, action, severity)];
  },
};

/** upsmon.conf's own NOTIFYMSG: `UPS %s on battery`, where the name is UPS or UPS@HOST. */
const NUT: readonly Said[] = [
  [/ on battery$/u, 'power', 'trigger', 'critical'],
  [/ on line power$/u, 'power', 'resolve', 'unknown'],
  // The end of the same outage, if it lasts.
  [/ battery is low$/u, 'power', 'trigger', 'critical'],
  [/ forced shutdown in progress$/u, 'shutdown', 'trigger', 'critical'],
  [/(?: is unavailable|Communications with UPS \S+ lost)$/u, 'communication', 'trigger', 'critical'],
  [/Communications with UPS \S+ established$/u, 'communication', 'resolve', 'unknown'],
  [/ battery needs to be replaced$/u, 'battery', 'trigger', 'critical'],
];
const UPS = /\bUPS (?<ups>[\w.-]+(?:@[\w.:-]+)?)\b/u;

export const nut: MailSource = {
  name: 'nut',
  read({ subject, text, from }) {
    const lines = [subject.trim(), text.trim().split('\n', 1)[0] ?? ''];
    for (const line of lines) {
      const ups = UPS.exec(line)?.groups?.['ups'];
      const meaning = NUT.find(([pattern]) => pattern.test(line));
      if (ups === undefined || meaning === undefined) continue;
      const [name = '', at] = ups.split('@');
      const [, topic, action, severity] = meaning;
      return [said(line, at ?? from.split('@')[1] ?? '', name, topic, action, severity)];
    }
    return null;
  },
};

const said = (
  line: string,
  host: string,
  ups: string,
  topic: string,
  action: AlertEvent['action'],
  severity: Severity,
) => ({
  action,
  about: [host, ups, topic],
  severity,
  summary: line,
  reason: `read by its words on ${topic}`,
  host,
  check: `UPS ${ups}`,
});
