/** What could stand at the place of the cursor. Pure: a command line and the table of commands, no daemon. */
import type { Kind } from './kinds.ts';

/** One command as the table has it. */
export interface CommandEntry {
  /** `incident show`. */
  name: string;
  args: Kind[];
  /** Their values' kinds; null: it takes none. */
  flags: Map<string, Kind | null>;
  about: string;
}

export interface Candidate {
  value: string;
  about: string;
}

export interface Want {
  /** What is known already. */
  fixed: Candidate[];
  /** Values of this kind besides. */
  kind: Kind;
  /** What stands before the cursor and stays: `--as=`, `ana,`. */
  prefix: string;
  /** What a value must begin with. */
  start: string;
}

/** Reads `name | args | flags | about`, a line each. */
export function readTable(table: string): CommandEntry[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', args = '', flags = '', ...about] = line.split(' | ');
      return {
        name,
        args: args === '-' ? [] : args.split(' ').map((one) => (one === '_' ? '' : one)),
        flags: new Map(
          flags === '-'
            ? []
            : flags.split(' ').map((flag) => {
                const at = flag.indexOf('=');
                return at === -1 ? [flag, null] : [flag.slice(0, at), flag.slice(at + 1)];
              }),
        ),
        about: about.join(' | '),
      };
    });
}

/** `before`: the words between the program and the one at the cursor. */
export function wanted(entries: readonly CommandEntry[], before: readonly string[], current: string): Want {
  const firstFlag = before.findIndex((word) => word.startsWith('-'));
  const words = firstFlag === -1 ? before : before.slice(0, firstFlag);
  const command = [3, 2, 1]
    .map((count) => words.slice(0, count).join(' '))
    .map((name) => entries.find((entry) => entry.name === name))
    .find((entry) => entry !== undefined);
  const path = words.length === 0 ? '' : `${words.join(' ')} `;
  const isNaming = words.length === before.length && !current.startsWith('-');
  const below = isNaming ? nextWords(entries, path) : [];
  const none: Want = { fixed: below, kind: '', prefix: '', start: current };
  if (command === undefined) return isNaming ? none : { ...none, fixed: [] };
  return {
    ...within(command, before.slice(command.name.split(' ').length), current),
    ...only(below, current),
  };
}

/** Where a command has commands below it, and its own arguments too. */
const only = (below: Candidate[], current: string): Partial<Want> =>
  below.length === 0 || current.startsWith('-') ? {} : { fixed: below };

/** What can follow some words: commands, and topics once each. */
function nextWords(entries: readonly CommandEntry[], path: string): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { name, about } of entries) {
    if (!name.startsWith(path) || name === path.trim()) continue;
    const [value = '', ...more] = name.slice(path.length).split(' ');
    const known = found.get(value);
    if (known === undefined || more.length === 0)
      found.set(value, { value, about: more.length === 0 ? about : '' });
  }
  return [...found.values()];
}

/** Behind the words of a command. */
function within({ flags, args }: CommandEntry, rest: readonly string[], current: string): Want {
  const given = new Set<string>();
  let positions = 0;
  let open: Kind | null = null;
  let isOver = false;
  for (const word of rest) {
    if (open !== null) open = null;
    else if (isOver || !word.startsWith('-')) positions += 1;
    else if (word === '--') isOver = true;
    else {
      const name = word.replace(/^--?/, '');
      given.add(name);
      open = name.includes('=') ? null : (flags.get(name) ?? null);
    }
  }
  if (open !== null) return valueAt(open, '', current);
  if (!isOver && current.startsWith('-')) {
    const at = current.indexOf('=');
    if (at !== -1)
      return valueAt(flags.get(current.slice(2, at)) ?? '', current.slice(0, at + 1), current.slice(at + 1));
    const fixed = [...flags]
      .filter(([name, kind]) => kind !== null || !given.has(name))
      .map(([name]) => ({ value: `--${name}`, about: '' }));
    return { fixed: [...fixed, { value: '--help', about: '' }], kind: '', prefix: '', start: current };
  }
  const last = args.at(-1) ?? '';
  const kind = args[positions] ?? (last.endsWith('*') ? last : '');
  return valueAt(kind.replace(/\*$/, ''), '', current);
}

/** Of several with commas between only the last is still open. */
function valueAt(kind: Kind, prefix: string, start: string): Want {
  const comma = kind.endsWith(',') ? start.lastIndexOf(',') + 1 : 0;
  return {
    fixed: [],
    kind: kind.replace(/,$/, ''),
    prefix: prefix + start.slice(0, comma),
    start: start.slice(comma),
  };
}
