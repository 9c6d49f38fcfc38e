/** One call of ssh. */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Of standard error only the end is kept. */
const STDERR_CHARS = 16_384;

export interface Ended {
  /** Null: ended from here, because the time was over. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface Call {
  program: string;
  args: string[];
  /** Comes first, then `rest`. */
  input: Uint8Array;
  rest: string | Uint8Array | NodeJS.ReadableStream | undefined;
  timeoutMs: number;
  onLine: ((line: string) => void) | undefined;
  /** Ctrl-C at the terminal doesn't reach it: the one who calls decides what becomes of what is under way. */
  apart: boolean;
}

/** Rejects when the program can't be started, or `rest` can't be read. */
export async function call(one: Call): Promise<Ended> {
  const child = spawn(one.program, one.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: one.apart,
  });
  let stdout = '';
  let stderr = '';
  let line = '';
  let late = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (one.onLine === undefined) return;
    const parts = (line + text).split('\n');
    line = parts.pop() ?? '';
    for (const whole of parts) one.onLine(whole);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_CHARS);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
    // The shared connection has its own hands on them, and keeps them until the host's side ends.
    child.stdout.destroy();
    child.stderr.destroy();
  }, one.timeoutMs);
  const fed = feed(child.stdin, one).catch((error: unknown) => {
    // A script that ends before it has read everything says why by its exit code.
    if (isClosedPipe(error)) return;
    child.kill('SIGKILL');
    throw error;
  });
  try {
    // Whoever has ended reads no more, however much there is.
    const code = await Promise.race([ended, fed.then(() => ended)]);
    if (line !== '') one.onLine?.(line);
    return { exitCode: late ? null : (code ?? 255), stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

async function feed(stdin: NodeJS.WritableStream, one: Call): Promise<void> {
  await pipeline(Readable.from(pieces(one)), stdin);
}

async function* pieces(one: Call): AsyncGenerator<Uint8Array | string> {
  yield one.input;
  if (one.rest === undefined) return;
  if (typeof one.rest === 'string' || one.rest instanceof Uint8Array) {
    if (one.rest.length > 0) yield one.rest;
    return;
  }
  for await (const chunk of one.rest) yield chunk;
}

const isClosedPipe = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(String(error.code));
