/** What guards of uninterruptible power supplies mail: apcupsd's scripts, and NUT's upsmon by its NOTIFYCMD. */
import type { AlertEvent, Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
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
      return [said(line, link['host'] ?? '', link['ups'] ?? '', ['communication', action, 'critical'])];
    }
    const found = APC.exec(line)?.groups;
    const meaning = APCUPSD.find(([pattern]) => pattern.test(line));
    if (found === undefined || meaning === undefined) return null;
    const [, ...rest] = meaning;
    return [said(line, found['host'] ?? '', found['ups'] ?? '', rest)];
  },
};

/** upsmon.conf's own NOTIFYMSG: `UPS %s on battery`, where the name is UPS or UPS@HOST. */
const NUT: readonly Said[] = [
  [/ on battery$/iu, 'power', 'trigger', 'critical'],
  [/ on line power$/iu, 'power', 'resolve', 'unknown'],
  // The end of the same outage, if it lasts.
  [/ battery is low$/iu, 'power', 'trigger', 'critical'],
  [/ forced shutdown in progress$/iu, 'shutdown', 'trigger', 'critical'],
  [/(?: is unavailable|Communications with UPS \S+ lost)$/iu, 'communication', 'trigger', 'critical'],
  [/Communications with UPS \S+ established$/iu, 'communication', 'resolve', 'unknown'],
  [/ battery needs to be replaced$/iu, 'battery', 'trigger', 'critical'],
  [/ (?:is )?overload(?:ed)?$/iu, 'overload', 'trigger', 'critical'],
  [/ (?:is )?(?:no longer|not) overload(?:ed)?$/iu, 'overload', 'resolve', 'unknown'],
  [
    / calibration in progress$|: calibration finished$|: administratively OFF or asleep$/iu,
    'news',
    'none',
    'info',
  ],
];
/** NOTIFYTYPE, which scripts put into the subject. */
const TYPES: Readonly<Record<string, readonly [string, AlertEvent['action'], Severity]>> = {
  ONBATT: ['power', 'trigger', 'critical'],
  ONLINE: ['power', 'resolve', 'unknown'],
  LOWBATT: ['power', 'trigger', 'critical'],
  FSD: ['shutdown', 'trigger', 'critical'],
  COMMBAD: ['communication', 'trigger', 'critical'],
  NOCOMM: ['communication', 'trigger', 'critical'],
  COMMOK: ['communication', 'resolve', 'unknown'],
  REPLBATT: ['battery', 'trigger', 'critical'],
  OVER: ['overload', 'trigger', 'critical'],
  NOTOVER: ['overload', 'resolve', 'unknown'],
};
const TYPE = /\b(?<type>ONBATT|ONLINE|LOWBATT|FSD|COMMBAD|NOCOMM|COMMOK|REPLBATT|OVER|NOTOVER)\b/u;
/** `UPS on battery` names none: another program's words. */
const UPS = /\bUPS (?!(?:on|is|battery|has)\b)(?<ups>[\w.-]+(?:@[\w.:-]+)?)(?![\w@])/u;
const ANY_UPS = /\b(?<ups>[\w.-]{1,64}@[\w.:-]{1,255})/u;
const SHUTDOWN = /^(?:Auto logout and shutdown proceeding|Executing automatic power-fail shutdown)\b/iu;
/** A day, and an hour: what comes every night is one incident. */
const DAILY_MS = 25 * 3_600_000;

export const nut: MailSource = {
  name: 'nut',
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 500);
    const first = linesOf(text.slice(0, 4_000)).find((one) => one !== '') ?? '';
    const sender = from.split('@')[1] ?? '';
    for (const one of [line, first]) {
      const ups = UPS.exec(one)?.groups?.['ups'];
      const meaning = NUT.find(([pattern]) => pattern.test(one));
      if (ups === undefined || meaning === undefined) continue;
      const [name = '', at] = ups.split('@');
      const [, ...rest] = meaning;
      return [said(one, isHere(at) ? sender : at, name, rest)];
    }
    const type = TYPE.exec(line)?.groups?.['type'];
    const ups = ANY_UPS.exec(line)?.groups?.['ups'] ?? UPS.exec(line)?.groups?.['ups'];
    const meaning = TYPES[type ?? ''];
    if (meaning !== undefined && ups !== undefined && /\b(?:UPS|NUT)\b/iu.test(line)) {
      const [name = '', at] = ups.split('@');
      return [said(line, isHere(at) ? sender : at, name, meaning)];
    }
    const told = [line, first].find((one) => SHUTDOWN.test(one));
    return told === undefined ? null : [said(told, sender, '', ['shutdown', 'trigger', 'critical'])];
  },
};

/** Each host's own is on localhost: then it's who mails that tells them apart. */
const isHere = (at: string | undefined): at is undefined =>
  at === undefined || /^(?:localhost|127\.|\[?::1)/iu.test(at);

const said = (
  line: string,
  host: string,
  ups: string,
  [topic, action, severity]: readonly [string, AlertEvent['action'], Severity],
) => ({
  action,
  about: [host, ups, topic],
  severity,
  summary: line,
  reason: `read by its words on ${topic}`,
  host,
  check: ups === '' ? 'UPS' : `UPS ${ups}`,
  // What was shut down can't tell that it is up again, and a new battery is told by nobody.
  ...(topic === 'shutdown' || topic === 'battery' ? { expiresAfterMs: DAILY_MS } : {}),
});
