/** The exit codes others script against, and the error that carries one. Loads nothing. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  conflict: 5,
} as const;

/** Something the person at the terminal is told in one line, with what to do next; `exit` ends the process. */
export class CliError extends Error {
  override name = 'CliError';
  readonly exit: number;
  readonly cure: string | undefined;
  constructor(exit: number, message: string, cure?: string) {
    super(message);
    this.exit = exit;
    this.cure = cure;
  }
}
