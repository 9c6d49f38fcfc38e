/**
 * Pairs --level with the --after and the --severities behind it: an option parser collects each apart and loses which
 * belongs to which.
 */
import { parseDuration } from '../relay/oncall/times.ts';
import { CliError, EXIT } from './exit.ts';

/** How long a level has before the next is told, when nothing else is said: 5 min. */
export const DEFAULT_AFTER_MS = 5 * 60_000;

/** An option as it stood on the command line, in order. */
export interface OptionToken {
  flag: string;
  input: string;
}

/** As the control API takes it. */
export interface Level {
  /** People, rotations, groups: `ana`, `rotation:ops`. */
  names: string[];
  afterMs: number;
  severities?: string[];
}

/** What stands behind a --level belongs to it. Rejects with exit code 2, or RosterError for what is no duration. */
export function pairLevels(tokens: readonly OptionToken[]): Level[] {
  const levels: { names: string[]; after?: string; severities?: string }[] = [];
  for (const { flag, input } of tokens) {
    if (flag === 'level') levels.push({ names: namesIn(input, '--level') });
    if (flag !== 'after' && flag !== 'severities') continue;
    const level = levels.at(-1);
    if (level === undefined) {
      throw new CliError(
        EXIT.usage,
        `--${flag} ${input} stands before any --level.`,
        `Write --level ana --${flag} ${flag === 'after' ? '5m' : 'critical,error'}.`,
      );
    }
    if (level[flag] !== undefined) {
      throw new CliError(
        EXIT.usage,
        `--level ${level.names.join(',')} has two --${flag}.`,
        'Give each level one.',
      );
    }
    level[flag] = input;
  }
  return levels.map(({ names, after, severities }) => ({
    names,
    afterMs: after === undefined ? DEFAULT_AFTER_MS : parseDuration(after),
    ...(severities === undefined ? {} : { severities: severitiesIn(severities) }),
  }));
}

/** Names with commas between. Rejects with exit code 2. */
export function namesIn(input: string, flag: string): string[] {
  const names = input.split(',').map((one) => one.trim());
  if (names.every((one) => one !== '')) return names;
  throw new CliError(
    EXIT.usage,
    `${flag} "${input.slice(0, 60)}" has an empty place.`,
    'Name one or more, with commas between.',
  );
}

/** `critical,error`; which there are is for the daemon to say. */
export const severitiesIn = (input: string): string[] => namesIn(input.toLowerCase(), '--severities');
