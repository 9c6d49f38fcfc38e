/** The table of commands that completion goes by, made of the commands themselves. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { argKinds, flagKind } from '../../../src/cli/completion/kinds.ts';

const COMMANDS = join(import.meta.dirname, '../../../src/commands');

interface FlagLike {
  type: string;
  options?: readonly string[];
  allowNo?: boolean;
  hidden?: boolean;
}
interface CommandLike {
  hidden?: boolean;
  summary?: string;
  flags?: Record<string, FlagLike>;
  baseFlags?: Record<string, FlagLike>;
  args?: Record<string, { options?: readonly string[] }>;
}

/** `name | args | flags | about`, a line each, as src/cli/completion/table.ts has it. */
export async function completionLines(): Promise<string[]> {
  const files = readdirSync(COMMANDS, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const lines = await Promise.all(
    files.map(async (file) => {
      const { default: command } = (await import(join(COMMANDS, file))) as { default: CommandLike };
      const name = file
        .replace(/\.ts$/u, '')
        .replace(/\/index$/u, '')
        .replaceAll('/', ' ');
      return command.hidden === true ? [] : [lineOf(name, command)];
    }),
  );
  return lines.flat().sort();
}

function lineOf(name: string, { summary = '', flags = {}, baseFlags = {}, args = {} }: CommandLike): string {
  const all = Object.entries({ ...flags, ...baseFlags }).flatMap(([flag, { type, options, allowNo }]) => {
    if (type !== 'option') return allowNo === true ? [flag, `no-${flag}`] : [flag];
    return [`${flag}=${options?.join('|') ?? flagKind(name, flag)}`];
  });
  const choices = Object.values(args).map((one) => one.options?.join('|'));
  const kinds = choices.some((one) => one !== undefined)
    ? choices.map((one) => one ?? '')
    : argKinds(name, choices.length);
  const said = kinds.map((kind) => (kind === '' ? '_' : kind)).join(' ');
  return [name, said === '' ? '-' : said, all.length === 0 ? '-' : all.sort().join(' '), summary].join(' | ');
}

/** The file as a whole. */
export async function completionTable(): Promise<string> {
  const lines = (await completionLines()).map((line) => line.replaceAll('\\', '\\\\').replaceAll('`', '\\`'));
  return `/** Every command with the kinds of its arguments and options. Made of the commands: npm run completion-table. */
export const TABLE = \`
${lines.join('\n')}
\`;
`;
}
