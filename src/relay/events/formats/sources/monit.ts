/** monit: `EVENT SERVICE` in the subject, the same and the host in the body. What fails and what succeeds are pairs. */
import type { AlertEvent } from '../../types.ts';
import { linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

const SUBJECT = /^monit alert --\s+(?<event>.+?)\s+(?<service>\S+)$/u;
const BODY = /^(?<event>.+?) Service (?<service>.+)$/u;

/** How monit's messages end where something is wrong, and where it is right again; the rest of them is what it is about. */
const OVER = /\b(?:succeeded|exists|recovered|unchanged|not changed)$/iu;
/** News of monit itself. */
const NEWS =
  /^(?:monit instance changed|instance changed|action done|heartbeat|monit (?:started|stopped|reloaded))/iu;
/** What turns the one into the other. */
const TURNS: readonly (readonly [RegExp, string])[] = [
  [/\bdoes not exist$/iu, 'exists'],
  [/\b(?:failed|succeeded|matched|changed|not changed|unchanged|recovered|exceeded|timeout)$/iu, ''],
  [
    /\b(?:resource limit|content|checksum|permission|timestamp|size|uid|gid|pid|ppid|status|fsflags|filesystem flags)\b/iu,
    '$&',
  ],
];

export const monit: MailSource = {
  name: 'monit',
  read({ subject, text, headers }) {
    const isMonit = SUBJECT.test(subject.trim()) || /^monit\b/iu.test(headers.get('x-mailer') ?? '');
    if (!isMonit) return null;
    const lines = linesOf(text);
    const first = lines.find((line) => BODY.test(line)) ?? '';
    const found = BODY.exec(first)?.groups ?? SUBJECT.exec(subject.trim())?.groups;
    const event = found?.['event'] ?? '';
    const service = found?.['service'] ?? '';
    if (event === '' || service === '') return null;
    const host = valueOf(lines, 'Host');
    const told = valueOf(lines, 'Description');
    const action = actionOf(event);
    return [
      {
        action,
        about: [host, service, stemOf(event)],
        severity: 'unknown',
        summary: `${event} ${service}${host === '' ? '' : ` on ${host}`}${told === '' ? '' : `: ${told}`}`,
        reason: action === 'none' ? `"${event}" is news of monit itself` : `read by monit's event "${event}"`,
        host,
        check: service,
      },
    ];
  },
};

function actionOf(event: string): AlertEvent['action'] {
  if (NEWS.test(event)) return 'none';
  return OVER.test(event) ? 'resolve' : 'trigger';
}

/** "Connection failed" and "Connection succeeded" are about "connection". */
function stemOf(event: string): string {
  let stem = event;
  for (const [pattern, becomes] of TURNS) stem = stem.replace(pattern, becomes);
  return stem.trim().toLowerCase();
}

/** `Host:        web1`, indented. */
const valueOf = (lines: readonly string[], name: string): string =>
  lines
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim() ?? '';
