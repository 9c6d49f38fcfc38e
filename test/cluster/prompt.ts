/** The prompt: one line after the other, until somebody has enough. */
import { createInterface, type Interface } from 'node:readline';
import type { Answer } from './commands.ts';

export interface Prompt {
  /** Shows something above the line that is being typed. */
  say(text: string): void;
  /** Resolves when it is over: `quit`, Ctrl-C, Ctrl-D at a terminal. */
  over: Promise<void>;
  close(): void;
}

/** Without a terminal, lines that are piped in are carried out, and their end changes nothing. */
export function openPrompt(carryOut: (line: string) => Promise<Answer>): Prompt {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const terminal = process.stdin.isTTY;
  const lines: Interface = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal,
    prompt: terminal ? 'cluster> ' : '',
  });
  let open = true;
  const prompt = (): void => {
    if (open) lines.prompt(true);
  };
  const say = (text: string): void => {
    if (text === '') return;
    if (terminal) process.stdout.write('\r\u001b[K');
    process.stdout.write(`${text}\n`);
    prompt();
  };
  // In order: whoever types "restart dc-b" and "status" wants to see what came of the first.
  let before: Promise<void> = Promise.resolve();
  lines.on('line', (line) => {
    before = before.then(async () => {
      try {
        const answer = await carryOut(line);
        say(answer.text);
        if (answer.over === true) resolve();
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
      }
      prompt();
    });
  });
  lines.on('SIGINT', resolve);
  lines.on('close', () => {
    open = false;
    if (terminal) resolve();
  });
  prompt();
  return { say, over, close: () => lines.close() };
}
