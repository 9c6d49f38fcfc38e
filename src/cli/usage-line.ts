/** The usage line of a command's help: what is needed first, and what excludes each other between bars. Pure. */

/** As oclif knows flags and arguments; `exclusive`: flags that it can't be with. */
export interface UsageFlag {
  name: string;
  char?: string | undefined;
  type: 'boolean' | 'option';
  helpValue?: string | string[] | undefined;
  required?: boolean | undefined;
  hidden?: boolean | undefined;
  multiple?: boolean | undefined;
  exclusive?: readonly unknown[] | undefined;
}

export interface UsageArg {
  name: string;
  required?: boolean | undefined;
  hidden?: boolean | undefined;
  multiple?: boolean | undefined;
}

/** Without the command itself: `FILE [--unpack DIR | --dry-run] [--json]`. */
export function usageLine(args: readonly UsageArg[], flags: readonly UsageFlag[], anyArgs: boolean): string {
  const shown = flags.filter(({ hidden }) => hidden !== true);
  const groups = groupsOf([
    ...shown.filter(({ required }) => required === true),
    ...shown.filter(({ required }) => required !== true),
  ]);
  return [
    ...args.filter(({ hidden }) => hidden !== true).map((arg) => argText(arg, anyArgs)),
    ...groups.map((group) => {
      const text = group.map(flagText).join(' | ');
      return group.every(({ required }) => required === true) ? text : `[${text}]`;
    }),
  ].join(' ');
}

/** Each flag once, with those behind it of which any two exclude each other. */
function groupsOf(flags: readonly UsageFlag[]): UsageFlag[][] {
  const groups: UsageFlag[][] = [];
  for (const flag of flags) {
    const group = groups.find((one) => one.every((other) => exclude(other, flag)));
    if (group === undefined) groups.push([flag]);
    else group.push(flag);
  }
  return groups;
}

const exclude = (a: UsageFlag, b: UsageFlag): boolean =>
  a.required !== true &&
  b.required !== true &&
  (a.exclusive?.includes(b.name) === true || b.exclusive?.includes(a.name) === true);

function argText({ name, required, multiple }: UsageArg, anyArgs: boolean): string {
  const text = `${name.toUpperCase()}${multiple === true || anyArgs ? '...' : ''}`;
  return required === true ? text : `[${text}]`;
}

function flagText({ name, char, type, helpValue, multiple }: UsageFlag): string {
  const flag = char === undefined ? `--${name}` : `-${char}`;
  if (type === 'boolean') return flag;
  const values = typeof helpValue === 'string' ? [helpValue] : (helpValue ?? ['<value>']);
  return `${flag} ${values.map((value) => `${value}${multiple === true ? '...' : ''}`).join(' ')}`;
}
