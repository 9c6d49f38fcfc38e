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
    return { exit: oclif, text: lines(plain(error.message)) };
  }
  // What the system refused (no space, no permission, …) says itself what it is about.
  if ('syscall' in error) return { exit: EXIT.failed, text: lines(error.message) };
  return unexpected(`${error.name}: ${error.message}`);
}

/** oclif's words where ours say more. */
const plain = (message: string): string =>
  message
    .replace(
      /^The following error occurred:\n\s*Missing required flag (\S+)/,
      (_all, flag: string) => `--${flag} is missing.`,
    )
    .replace(
      /^(Unexpected arguments?: [^\n]*)\nSee more help with --help$/,
      '$1\n  A text of several words stands in quotes. What the command takes: --help',
    );

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
