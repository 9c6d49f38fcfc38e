/** Pairs --level with the --after behind it: an option parser collects each apart and loses which belongs to which. */
import { parseDuration } from '../relay/oncall/times.ts';
import { CliError, EXIT } from './exit.ts';

/** How long a level has before the next is told, when nothing else is said: 5 min. */
export const DEFAULT_AFTER_MS = 5 * 60_000;

/** An option as it stood on the command line, in order. */
export interface OptionToken {
  flag: string;
  input: string;
}

export interface Level {
  people: string[];
  afterMs: number;
}

/** An --after belongs to the --level before it. Rejects with exit code 2, or RosterError for what is no duration. */
export function pairLevels(tokens: readonly OptionToken[]): Level[] {
  const levels: { people: string[]; afterMs: number | null }[] = [];
  for (const { flag, input } of tokens) {
    if (flag === 'level') levels.push({ people: peopleOf(input), afterMs: null });
    if (flag !== 'after') continue;
    const level = levels.at(-1);
    if (level === undefined) {
      throw new CliError(
        EXIT.usage,
        `--after ${input} stands before any --level.`,
        'Write --level ana --after 5m.',
      );
    }
    if (level.afterMs !== null) {
      throw new CliError(
        EXIT.usage,
        `--level ${level.people.join(',')} has two --after.`,
        'Give each level one.',
      );
    }
    level.afterMs = parseDuration(input);
  }
  return levels.map(({ people, afterMs }) => ({ people, afterMs: afterMs ?? DEFAULT_AFTER_MS }));
}

function peopleOf(input: string): string[] {
  const people = input.split(',').map((one) => one.trim());
  if (people.every((one) => one !== '')) return people;
  throw new CliError(
    EXIT.usage,
    `--level "${input}" names nobody somewhere.`,
    'Separate people by commas: --level ana,ben',
  );
}
