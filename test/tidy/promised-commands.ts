import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from './sources.ts';
import { ROOT, valueImports } from './sources.ts';

/** A command line as a document shows it. */
export interface ShownCommand {
  /** `path:line`. */
  where: string;
  words: string[];
}

const SHELLS = ['sh', 'bash', 'console'];

/** Every command line in the shell's code blocks and inline code of a document; a prompt in front is left off. */
export function shownCommands(document: Source): ShownCommand[] {
  const found: ShownCommand[] = [];
  /** The language of the code block this line is in. */
  let block: string | null = null;
  let continued = '';
  document.text.split('\n').forEach((line, at) => {
    const where = `${document.path}:${at + 1}`;
    const fence = /^\s*```(\w*)/.exec(line);
    if (fence !== null) {
      block = block === null ? (fence[1] ?? '') : null;
      continued = '';
      return;
    }
    if (block !== null && !SHELLS.includes(block)) return;
    if (block !== null) {
      const whole = continued + line;
      continued = whole.endsWith('\\') ? whole.slice(0, -1) : '';
      if (continued === '') found.push(...commandsIn(whole, where));
      return;
    }
    for (const [, code] of line.matchAll(/`([^`]+)`/g)) found.push(...commandsIn(code ?? '', where));
  });
  return found;
}

function commandsIn(line: string, where: string): ShownCommand[] {
  return line
    .replace(/^\s*[$#] /, '')
    .replace(/\s#\s.*$/, '')
    .split(/\s*(?:&&|\|\||;|\|)\s*/)
    .map((part) => part.trim().match(/"[^"]*"|'[^']*'|\S+/g) ?? [])
    .map((words) => (words[0] === 'sudo' ? words.slice(1) : words))
    .filter((words) => words.length > 0)
    .map((words) => ({ where, words: [...words] }));
}

/** Each shown `relay …`, `npm …` and `sh …` that names a command, flag, script or file that isn't there. */
export function brokenPromises(
  documents: Source[],
  scripts: ReadonlySet<string>,
  commands: Source[],
): string[] {
  return documents.flatMap(shownCommands).flatMap(({ where, words }) => {
    const [program = '', ...rest] = words;
    if (/^(?:(?:\.|node_modules\/\.bin|bin)\/)*relay$/.test(program)) {
      return relayProblems(rest, commands).map((problem) => `${where}: ${words.join(' ')}: ${problem}`);
    }
    if (program === 'npm') {
      return npmProblems(rest, scripts).map((problem) => `${where}: ${words.join(' ')}: ${problem}`);
    }
    if (/^(?:\.\/)?(?:bin|\.ci)\//.test(program) && !existsSync(join(ROOT, program))) {
      return [`${where}: ${program} doesn't exist`];
    }
    return [];
  });
}

function npmProblems(words: string[], scripts: ReadonlySet<string>): string[] {
  const [verb = '', name] = words;
  if (verb === 'run')
    return name === undefined || scripts.has(name) ? [] : [`no script ${name} in package.json`];
  if (verb === 'test' || verb === 'start')
    return scripts.has(verb) ? [] : [`no script ${verb} in package.json`];
  return ['ci', 'install', 'i'].includes(verb) ? [] : [`npm has no ${verb} here`];
}

const EVERYWHERE = new Set(['--help', '--version', '--json', '--config', '--debug']);

function relayProblems(words: string[], commands: Source[]): string[] {
  const flags = words.filter((word) => /^--\w/.test(word)).map((word) => word.replace(/=.*$/, ''));
  const names = words.slice(0, words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word)) >>> 0);
  if (names.length === 0) {
    return flags.filter((flag) => !EVERYWHERE.has(flag)).map((flag) => `relay alone takes no ${flag}`);
  }
  const command = commandFor(names, commands);
  if (command === null) return [`there is no command ${names[0]}`];
  const text = withImports(command, commands);
  return flags
    .filter((flag) => !EVERYWHERE.has(flag))
    .filter(
      (flag) =>
        !new RegExp(`^\\s*(?:'${flag.slice(2)}'|"${flag.slice(2)}"|${camel(flag.slice(2))}):`, 'm').test(
          text,
        ),
    )
    .map((flag) => `${command.path} declares no ${flag}`);
}

/** The longest row of words that is a command file; `a b` is src/commands/a/b.ts. */
function commandFor(names: string[], commands: Source[]): Source | null {
  for (let count = Math.min(names.length, 3); count > 0; count--) {
    const path = `src/commands/${names.slice(0, count).join('/')}`;
    const file = commands.find((one) => one.path === `${path}.ts` || one.path === `${path}/index.ts`);
    if (file !== undefined) return file;
  }
  return null;
}

/** A command's flags may be declared in a file it imports. */
function withImports(command: Source, commands: Source[]): string {
  const imported = valueImports(command).map(({ target }) => target);
  return [command, ...commands.filter((one) => imported.includes(one.path))]
    .map((one) => one.text)
    .join('\n');
}

/** A flag of one word needs no quotes as a key; oclif takes no other spelling. */
function camel(flag: string): string {
  return flag.includes('-') ? `(?!)` : flag;
}

/** The names of package.json's scripts. */
export function packageScripts(): Set<string> {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return new Set(Object.keys(manifest.scripts));
}

/** Relative links of a document that lead nowhere. */
export function deadLinks(document: Source): string[] {
  const folder = join(ROOT, document.path, '..');
  return [...document.text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !existsSync(join(folder, target)))
    .map((target) => `${document.path}: ${target} doesn't exist`);
}
