/**
 * The fast path: maps a common command line to its quick command, or to nothing, and then oclif takes over
 * (--help, unknown flags, wrong arguments: everything that needs explaining).
 */
import { parseArgs } from 'node:util';
import { COMMON_FLAGS } from './quick-command.ts';
import type { QuickCommand, QuickValues } from './quick-command.ts';

export type { Io, QuickCommand, QuickValues } from './quick-command.ts';

/** Command words to the module that holds it: `src/cli/quick/<name>.ts` exports `quick: QuickCommand`. */
export type QuickMap = Record<string, () => Promise<{ quick: QuickCommand }>>;

export interface QuickCall {
  quick: QuickCommand;
  args: string[];
  values: QuickValues;
}

/**
 * Finds the quick command for `argv`; null when oclif has to explain something. Never rejects for bad usage. `isOther`:
 * whether two words name a command, in which case the first alone isn't meant.
 */
export async function quickCall(
  argv: readonly string[],
  commands: QuickMap,
  isOther: (words: readonly string[]) => boolean = () => false,
): Promise<QuickCall | null> {
  const found = wordsOf(argv, commands, isOther);
  if (found === null) return null;
  const { quick } = await found.load();
  try {
    const { values, positionals } = parseArgs({
      args: found.rest,
      options: { ...COMMON_FLAGS, ...quick.flags },
      allowPositionals: true,
      strict: true,
    });
    if (positionals.length < quick.args.min || positionals.length > quick.args.max) return null;
    return { quick, args: positionals, values };
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) return null;
    throw error;
  }
}

/** The longest name of one or two words at the start; no words at all is the overview, named ''. */
function wordsOf(
  argv: readonly string[],
  commands: QuickMap,
  isOther: (words: readonly string[]) => boolean,
): { load: QuickMap[string]; rest: string[] } | null {
  const words = argv.findIndex((word) => word.startsWith('-'));
  const lead = argv.slice(0, words === -1 ? argv.length : words);
  for (const count of [2, 1]) {
    if (lead.length < count) continue;
    const name = lead.slice(0, count).join(' ');
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    // `relay oncall set` is a command of its own, not the service `set`.
    if (count === 1 && lead.length > 1 && isOther(lead.slice(0, 2))) return null;
    if (load !== undefined) return { load, rest: argv.slice(count) };
  }
  const overview = lead.length === 0 ? commands[''] : undefined;
  return overview === undefined ? null : { load: overview, rest: [...argv] };
}
