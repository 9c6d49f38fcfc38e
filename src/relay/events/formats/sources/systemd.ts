/** A unit's OnFailure= that mails: the unit's name in the subject, `systemctl status` as its text. */
import { linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

const UNIT = /(?<unit>[\w:.@\\-]+\.(?:service|timer|mount|socket|path|target|scope|slice|swap|automount))\b/u;
/** How `systemctl status` begins: a mark, then the unit. */
const STATUS = /^[●○×↻*x][ \t]+(?<unit>\S+\.\w+)(?:[ \t]+-[ \t]|[ \t]*$)/mu;
/** Longer ones name no unit, and take the square of their length to look through. */
const SUBJECT_MAX = 1_000;
const ACTIVE = /^[ \t]*Active:[ \t]+(?<state>\S+)/mu;

export const systemd: MailSource = {
  name: 'systemd',
  read({ subject, text, from }) {
    const unit = STATUS.exec(text)?.groups?.['unit'];
    const named = UNIT.exec(subject.slice(0, SUBJECT_MAX))?.groups?.['unit'];
    const state = ACTIVE.exec(text)?.groups?.['state'] ?? '';
    if (unit === undefined || (named === undefined && state === '')) return null;
    const host = hostOf(subject, from, text);
    const isWell = state.startsWith('active') && !/fail/iu.test(subject);
    const why = linesOf(text).find((line) => /Failed with result|Main process exited/u.test(line)) ?? '';
    return [
      {
        action: isWell ? 'resolve' : 'trigger',
        about: [host, unit],
        severity: 'error',
        summary: `${unit}${host === '' ? '' : ` on ${host}`} ${isWell ? 'is active' : 'failed'}${why === '' ? '' : `: ${why}`}`,
        reason: `read by systemd's word "${state === '' ? 'failed' : state}" on ${unit}`,
        host,
        check: unit,
      },
    ];
  },
};

/** "on web1", "[web1]", else who mails. */
function hostOf(subject: string, from: string, text: string): string {
  const said =
    /\bon\s+(?<host>[\w.-]+)\s*$/u.exec(subject)?.groups?.['host'] ??
    /^\[(?<host>[\w.-]+)\]/u.exec(subject)?.groups?.['host'];
  // The journal's lines begin with a time and the host.
  const logged = /^\w{3} [ \d]\d [\d:]{8} (?<host>[\w.-]+) [\w.@-]+\[\d+\]:/mu.exec(text)?.groups?.['host'];
  return said ?? logged ?? from.split('@')[1] ?? '';
}
