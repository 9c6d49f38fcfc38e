/** Asks before something is done to hosts. */
import { CliError, EXIT } from '../exit.ts';
import { confirmed } from '../terminal.ts';

/** Resolves on a yes. Rejects when nobody sits there, or says no. */
export async function agreed(question: string, yes: boolean): Promise<void> {
  if (yes) return;
  const answer = await confirmed(`${question} [y/N] `);
  if (answer === true) return;
  if (answer === null) {
    throw new CliError(EXIT.usage, 'nobody is here to say yes', 'Run it on a terminal, or with --yes.');
  }
  throw new CliError(EXIT.failed, 'nothing was done');
}
