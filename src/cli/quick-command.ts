/**
 * What the common commands are made of, so that they run without loading oclif (its import alone costs three empty
 * Node starts). The oclif class of the same command calls the same `run`: one implementation. Types only.
 */
import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command writes to and reads from; tests hand in their own. */
export interface Io {
  /** Writes to standard output as it is: end lines yourself. */
  out(text: string): void;
  /** Writes to standard error as it is. */
  err(text: string): void;
  /** Writes bytes to standard output as they are; absent: as text. */
  bytes?(raw: Uint8Array): void;
  /** Standard output is a terminal: colours and live updates make sense. */
  tty: boolean;
  /** Width of the terminal in characters; 80 when there is none. */
  columns: number;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

export type QuickValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

export interface QuickCommand {
  /** Options for parseArgs beyond COMMON_FLAGS. What they mean is told by the oclif class (--help goes there). */
  flags: ParseArgsOptionsConfig;
  /** Least and most positional arguments; anything else goes to oclif, which explains. */
  args: { min: number; max: number };
  /** Resolves with the exit code; rejects with CliError, which the launcher prints. */
  run(args: string[], values: QuickValues, io: Io): Promise<number>;
}

/** Every quick command takes these too. */
export const COMMON_FLAGS = {
  json: { type: 'boolean' },
  config: { type: 'string' },
  debug: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;
