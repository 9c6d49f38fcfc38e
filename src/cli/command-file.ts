/** Which file of `commands/` holds a command: its words are its path. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const COMMANDS = join(import.meta.dirname, '../commands');

/** The path below COMMANDS; null: these words name no command. */
export function commandFile(words: readonly string[]): string | null {
  if (words.length === 0 || !words.every((word) => /^[a-z][a-z-]*$/u.test(word))) return null;
  const found = ['.ts', '.js', '/index.ts', '/index.js']
    .map((end) => `${words.join('/')}${end}`)
    .find((candidate) => existsSync(join(COMMANDS, candidate)));
  return found ?? null;
}
