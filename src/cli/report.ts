/** Tells what went wrong in one line and what to do next, and gives the exit code. Stacks only with --debug. */
import { inspect } from 'node:util';
import { CliError, EXIT } from './exit.ts';

export interface Report {
  exit: number;
  /** For standard error; empty when everything has been said already. */
  text: string;
}

/** What the person is told about `error`. Classes are told apart by name: importing them all would cost a start. */
export function report(error: unknown, debug: boolean): Report {
  const { exit, text } = told(error);
  return { exit, text: debug && text !== '' ? `${text}${inspect(error)}\n` : text };
}

function told(error: unknown): Report {
  if (!(error instanceof Error)) return unexpected(inspect(error));
  if (error instanceof CliError) return { exit: error.exit, text: lines(error.message, error.cure) };
  if (error.name === 'ConfigError') {
    return {
      exit: EXIT.usage,
      text: error.message
        .split('\n')
        .map((problem) => `relay: ${problem}\n`)
        .join(''),
    };
  }
  if (error.name === 'RosterError')
    return { exit: rosterExit(error), text: lines(error.message, cureOf(error)) };
  if (/^Store\w+Error$/u.test(error.name)) return { exit: EXIT.failed, text: lines(error.message) };
  const oclif = oclifExit(error);
  if (oclif !== null) {
    // oclif's own exit(0) and exit(n) have nothing more to say.
    if ('code' in error && error.code === 'EEXIT') return { exit: oclif, text: '' };
    return { exit: oclif, text: lines(plain(error.message, exampleOf(error))) };
  }
  // What the system refused (no space, no permission, …) says itself what it is about.
  if ('syscall' in error) return { exit: EXIT.failed, text: lines(error.message) };
  return unexpected(`${error.name}: ${error.message}`);
}

/** oclif's words where ours say more. `example`: of the command that was typed, where it has one. */
const plain = (message: string, example: string | null): string =>
  message
    .replace(
      /^The following error occurred:\n\s*Missing required flag (\S+)\nSee more help with --help$/,
      (_all, flag: string) => `--${flag} is missing.\n${forExample(example)}`,
    )
    .replace(
      /^Parsing (--\S+) \n\tExpected an integer(?<range>[^\n]*?)(?: but received: (?<got>[^\n]*))?\nSee more help with --help$/,
      (_all, flag: string, range: string, got = '') =>
        `${flag}: expected a whole number${rangeWords(range)}, got ${got === '' ? 'nothing' : got}\n${forExample(example)}`,
    )
    .replace(
      /^(Unexpected arguments?: [^\n]*)\nSee more help with --help$/,
      '$1\n  A text of several words stands in quotes. What the command takes: --help',
    );

const forExample = (example: string | null): string =>
  example === null ? '  All that it takes: --help' : `  For example: ${example}; all that it takes: --help`;

const rangeWords = (range: string): string =>
  range.replace(' greater than or equal to', ' from').replace(' less than or equal to', ' of at most');

/** The first one of the command that couldn't read its flags: oclif's error carries the command. */
function exampleOf(error: Error): string | null {
  const parse = fieldOf(error, 'parse');
  const command = fieldOf(fieldOf(fieldOf(parse, 'input'), 'context'), 'constructor');
  const examples = fieldOf(command, 'examples');
  const first: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return typeof first === 'string' ? first.replace('<%= config.bin %>', 'relay') : null;
}

const fieldOf = (from: unknown, key: string): unknown =>
  (typeof from === 'object' || typeof from === 'function') && from !== null && key in from
    ? (from as Record<string, unknown>)[key]
    : undefined;

const lines = (message: string, cure?: string): string =>
  `relay: ${message}\n${cure === undefined ? '' : `  ${cure}\n`}`;

const unexpected = (what: string): Report => ({
  exit: EXIT.failed,
  text: lines(`this should not happen: ${what}`, 'Run it again with --debug and report what it prints.'),
});

const cureOf = (error: Error): string | undefined =>
  'cure' in error && typeof error.cure === 'string' ? error.cure : undefined;

function rosterExit(error: Error): number {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'not_found') return EXIT.notFound;
  return code === 'conflict' ? EXIT.conflict : EXIT.usage;
}

/** oclif's errors carry `oclif.exit`: 2 for what was typed wrong. An unknown command is wrong typing too. */
function oclifExit(error: Error): number | null {
  const oclif: unknown = 'oclif' in error ? error.oclif : undefined;
  if (typeof oclif !== 'object' || oclif === null || !('exit' in oclif)) return null;
  return typeof oclif.exit === 'number' ? (oclif.exit === 127 ? EXIT.usage : oclif.exit) : EXIT.usage;
}
