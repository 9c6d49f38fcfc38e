/** The dedup key of a mail that no reader knows. A wrong merge is worse than a missed pair. */
import { hostFromBody, objectFromBody, statingLine } from './body.ts';
import { cleanSummary } from './clean.ts';
import { boundKey } from './key.ts';
import type { ParsedMail } from './mail.ts';
import { readLine, type ReadLine } from './normalise.ts';

/**
 * The plus tag; else what the subject names, or the first line of the body where it names nothing. Where the subject
 * says only that there is something ("Notification from your device"), with the line of the body that says what
 * (`told`); where it doesn't name the host that a labelled line of the body names, with that; where there is no host
 * at all, with who sent it: the same script on two machines is two things.
 */
export function keyOfMail(
  mail: ParsedMail,
  subject: ReadLine,
  firstLine: ReadLine,
  told: ReadLine | null,
  lines: readonly string[],
): string {
  const tag = cleanSummary(mail.tag ?? '');
  if (tag !== '') return boundKey(tag);
  const named =
    [subject.subject, told?.subject ?? '', firstLine.subject].find((one) => one !== '') ??
    [subject.summary, firstLine.summary].find((one) => one !== '')?.toLowerCase() ??
    '';
  const from = cleanSummary(mail.from);
  if (named === '') return boundKey(from);
  const said = told !== null && told.subject !== '' && told.subject !== named ? ` ${told.subject}` : '';
  const names = [...(told === null ? namesBeside(subject, lines) : []), objectFromBody(lines)];
  let detail = said;
  for (const name of names) if (!`${named}${detail}`.includes(name)) detail += ` /${name}`;
  return boundKey(`${named}${detail}${where(subject, told, `${named}${detail}`, from, lines)}`);
}

/**
 * Names in the line of the body that says the state, where the subject says neither a state nor which of several things:
 * "Service watcher on db1" is about another service each time.
 */
function namesBeside({ state, identifiers, host }: ReadLine, lines: readonly string[]): readonly string[] {
  if (state.verdict !== 'unsure' && !(state.verdict === 'problem' && state.generic))
    return host || identifiers.length > 0 ? [] : devicesIn(lines);
  // "web1/disk" says it all.
  if (identifiers.some((name) => name.includes('/'))) return [];
  const names = statingLine(lines)?.identifiers ?? [];
  const isNamed = host || identifiers.length > 0;
  return isNamed ? names.filter((name) => !ADDRESS.test(name)) : names;
}

/** "Warning: disk space" of one script is about another disk each time. */
function devicesIn(lines: readonly string[]): readonly string[] {
  const named = lines.slice(0, DEVICE_LINES).flatMap((line) => readLine(line).identifiers);
  return named.filter((name) => DEVICE.test(name)).slice(0, 1);
}

const DEVICE_LINES = 3;
const DEVICE = /^(?:dev|mnt|media)\/[\w./-]{1,60}$/;
const ADDRESS = /^[\d.:/]{3,60}$/;

function where(
  subject: ReadLine,
  told: ReadLine | null,
  named: string,
  from: string,
  lines: readonly string[],
): string {
  const host = hostFromBody(lines);
  if (host !== '') {
    const [short = host] = /^[\d.]+$/.test(host) ? [host] : host.split('.', 1);
    return named
      .split(/[\s/:@,]/)
      .some((part) => part === host || part === short || part.startsWith(`${short}.`))
      ? ''
      : ` @${host}`;
  }
  return subject.host || told?.host === true || from === '' ? '' : ` @${from}`;
}
