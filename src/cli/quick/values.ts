/** Reads parsed options and prints results: what every quick command needs and nothing more. */
import { userInfo } from 'node:os';
import { CliError, EXIT } from '../exit.ts';
import { SEVERITIES } from '../../relay/events/types.ts';
import type { Io, QuickValues } from '../quick-command.ts';

/** The last value given, if any. */
export function textOf(values: QuickValues, name: string): string | undefined {
  const value = values[name];
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' ? last : undefined;
}

/** `--push` as often as it is given; empty alone: none at all. */
export function topicsOf(values: QuickValues): string[] | undefined {
  const value = values['push'];
  if (value === undefined) return undefined;
  return [value].flat().filter((one): one is string => typeof one === 'string' && one !== '');
}

/** Refused here: a daemon that is away would refuse it only once it is back, and nobody would be told until then. */
export function severityOf(values: QuickValues): string | undefined {
  const severity = textOf(values, 'severity');
  if (severity === undefined || SEVERITIES.some((one) => one === severity)) return severity;
  throw new CliError(EXIT.usage, `"${severity}" is no severity.`, `Severities are ${SEVERITIES.join(', ')}.`);
}

export const flagOf = (values: QuickValues, name: string): boolean => values[name] === true;

/** JSON for scripts with --json, else the text for people. */
export function show(io: Io, values: QuickValues, json: unknown, human: () => string): void {
  io.out(flagOf(values, 'json') ? `${JSON.stringify(json, null, 2)}\n` : human());
}

/** An incident's number as people write it: `12` or `#12`. Rejects with exit code 2. */
export function incidentNumber(text: string | undefined): number {
  const digits = /^#?(\d{1,15})$/.exec(text ?? '')?.[1];
  if (digits === undefined || Number(digits) === 0) {
    throw new CliError(EXIT.usage, `"${text ?? ''}" is no incident number.`, '`relay incidents` lists them.');
  }
  return Number(digits);
}

/** Whom an action is recorded for: --as, else whoever is at the keyboard, also behind sudo. */
export function actorOf(values: QuickValues, env: NodeJS.ProcessEnv): string {
  const given = textOf(values, 'as');
  if (given !== undefined) return given;
  const sudoer = process.getuid?.() === 0 ? env['SUDO_USER'] : undefined;
  return sudoer !== undefined && sudoer !== '' ? sudoer : accountName();
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // An account without an entry in the user database (a container): its number still tells who.
    if (error instanceof Error) return `uid ${process.getuid?.() ?? '?'}`;
    throw error;
  }
}
