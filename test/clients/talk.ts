/** A client as a process: a line in is one step, a line out what it made of the answer. Ended with the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Made } from './made.ts';

export interface Talk {
  /** What the client gives back. Rejects with the error that it shows its caller. */
  ask<T>(step: Record<string, unknown>): Promise<T>;
}

/** A client's own error: what a script that uses it would see. */
export class ClientError extends Error {
  override name = 'ClientError';
}

/** `env`: where relay is and with which key; no secret stands in a process list. */
export function talkTo({ program, args }: Made, env: Record<string, string>): Talk {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_PROXY: '*', ...env },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4_000);
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  onTestFinished(async () => {
    child.stdin.end();
    child.kill();
    await ended;
  });
  return {
    async ask<T>(step: Record<string, unknown>): Promise<T> {
      child.stdin.write(`${JSON.stringify(step)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the client ended:\n${complaint}`);
      const said = JSON.parse(value) as { answer?: T; error?: string; text?: string; status?: number };
      if (said.error !== undefined)
        throw new ClientError([said.error, said.status, said.text].filter(Boolean).join(' '));
      return said.answer as T;
    },
  };
}
