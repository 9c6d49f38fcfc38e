/** Questions to a person at a terminal, on standard error so that standard output stays what was asked for. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CliError, EXIT } from './exit.ts';

export interface Terminal extends AsyncDisposable {
  say(text: string): void;
  ask(question: string): Promise<string>;
  askSecret(question: string): Promise<string>;
}

/** Null when nobody sits there: input or error output is no terminal. */
export function openTerminal(): Terminal | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  let muted = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!muted) process.stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const closed = new AbortController();
  lines.once('close', () => closed.abort());
  const ask = async (question: string): Promise<string> => {
    try {
      return (await lines.question(question, { signal: closed.signal })).trim();
    } catch (error) {
      if (closed.signal.aborted) throw new CliError(EXIT.failed, 'stopped: not everything was answered');
      throw error;
    }
  };
  return {
    say: (text) => void process.stderr.write(text),
    ask,
    askSecret: async (question) => {
      process.stderr.write(question);
      muted = true;
      try {
        return await ask('');
      } finally {
        muted = false;
        process.stderr.write('\n');
      }
    },
    [Symbol.asyncDispose]: async () => {
      lines.close();
    },
  };
}

/** Asks for a yes; null: nobody sits there. */
export async function confirmed(question: string): Promise<boolean | null> {
  const terminal = openTerminal();
  if (terminal === null) return null;
  await using asked = terminal;
  return /^y(?:es)?$/iu.test(await asked.ask(question));
}
