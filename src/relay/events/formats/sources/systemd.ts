/** A unit's OnFailure= that mails: the unit's name in the subject, `systemctl status` as its text, or what a script says. */
import { linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

const UNIT =
  /(?<unit>[\w:.@\\-]{1,256}\.(?:service|timer|mount|socket|path|target|scope|slice|swap|automount))\b/u;
/** How `systemctl status` begins: a mark, then the unit. */
const STATUS = /^[●○×↻*x][ \t]+(?<unit>\S+\.\w+)(?:[ \t]+-[ \t]|[ \t]*$)/mu;
/** Longer ones name no unit. */
const SUBJECT_MAX = 1_000;
const TEXT_MAX = 64 * 1_024;
const ACTIVE = /^[ \t]*Active:[ \t]+(?<state>\S+)/mu;
const FAILED = /\b(?:fail\w{0,5}|fehlgeschlagen|ausgefallen|gescheitert)\b/iu;
const WELL =
  /\b(?:succeeded|successful(?:ly)?|success|recovered|ok|is (?:running|active)|started|finished|erfolgreich)\b/iu;
/** What stands where others put a host's name. */
const NO_HOST =
  /^(?:failed|failure|error|alert|alarm|critical|warning|problem|ok|success|recovered|systemd|unit)$/iu;
/** A day, and an hour: what comes every night is one incident. */
const DAILY_MS = 25 * 3_600_000;

export const systemd: MailSource = {
  name: 'systemd',
  tags: true,
  read({ subject, text, from }) {
    const line = subject.slice(0, SUBJECT_MAX).trim();
    const body = text.slice(0, TEXT_MAX);
    const named = UNIT.exec(line)?.groups?.['unit'];
    const shown = STATUS.exec(body)?.groups?.['unit'];
    const state = ACTIVE.exec(body)?.groups?.['state'] ?? '';
    const saysSo = named !== undefined && FAILED.test(line);
    if (shown === undefined ? !saysSo : named === undefined && state === '') return null;
    // Whose status the text begins with may be another unit's: of what triggered it.
    const unit = named ?? shown ?? '';
    const host = hostOf(line, from, body);
    const isWell = !FAILED.test(line) && (WELL.test(line) || state.startsWith('active'));
    const why = linesOf(body).find((one) => /Failed with result|Main process exited/u.test(one)) ?? '';
    return [
      {
        action: isWell ? 'resolve' : 'trigger',
        about: [host, unit],
        severity: 'error',
        summary: `${unit}${host === '' ? '' : ` on ${host}`} ${isWell ? 'is well' : 'failed'}${why === '' ? '' : `: ${why}`}`,
        reason: `read by systemd's word "${state === '' ? 'failed' : state}" on ${unit}`,
        host,
        check: unit,
        // OnFailure= has no counterpart that most would set; a unit that fails again mails again.
        expiresAfterMs: DAILY_MS,
      },
    ];
  },
};

/** "on web1", "web1: …", "[web1]", else as the journal's lines have it, else who mails. */
function hostOf(subject: string, from: string, text: string): string {
  const said =
    /\b(?:on|auf|at)\s+(?<host>[\w.-]{1,255})\s*[!.]?$/u.exec(subject)?.groups?.['host'] ??
    /^\[(?<host>[\w.-]{1,255})\]/u.exec(subject)?.groups?.['host'] ??
    /^(?<host>[\w.-]{1,255}): /u.exec(subject)?.groups?.['host'];
  if (said !== undefined && !UNIT.test(said) && !NO_HOST.test(said)) return said;
  // The journal's lines begin with a time and the host.
  const logged = /^\w{3} [ \d]\d [\d:]{8} (?<host>[\w.-]+) [\w.@-]+\[\d+\]:/mu.exec(text)?.groups?.['host'];
  return logged ?? from.split('@')[1] ?? '';
}
