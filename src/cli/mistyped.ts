/** What is said about words that name no command: where they stop making sense, and what was probably meant. */
import { closest } from '../relay/config/closest.ts';
import { TABLE } from './completion/table.ts';
import { CliError, EXIT } from './exit.ts';

/** Of what was typed before the first flag. */
export function mistyped(words: readonly string[]): CliError {
  if (words.length === 0)
    return usage('Without a command relay takes no such flag.', 'All of them: relay --help');
  const names = TABLE.trim()
    .split('\n')
    .map((line) => line.slice(0, line.indexOf(' |')));
  for (let count = words.length - 1; count > 0; count -= 1) {
    const known = words.slice(0, count).join(' ');
    const strange = shown(words[count]);
    if (names.includes(known)) {
      return usage(`relay ${known} takes no "${strange}".`, `What it takes: relay ${known} --help`);
    }
    const below = nextWords(names, `${known} `);
    if (below.length > 0) {
      const meant = guess(words[count], below, `relay ${known} `);
      return usage(`relay ${known} has no "${strange}".`, `${meant}It has: ${below.join(', ')}.`);
    }
  }
  const meant = guess(words[0], nextWords(names, ''), 'relay ');
  return usage(`There is no command "${shown(words[0])}".`, `${meant}All of them: relay --help`);
}

/** The words that may follow, each once. */
const nextWords = (names: readonly string[], before: string): string[] => [
  ...new Set(
    names
      .filter((name) => name.startsWith(before))
      .map((name) => name.slice(before.length).split(' ', 1)[0] ?? ''),
  ),
];

function guess(word: string | undefined, known: readonly string[], before: string): string {
  const meant = closest(word ?? '', known);
  return meant === null ? '' : `Did you mean ${before}${meant}? `;
}

const shown = (word: string | undefined): string => (word ?? '').slice(0, 40);

const usage = (message: string, cure: string): CliError => new CliError(EXIT.usage, message, cure);
